"""What a web worker leaves until it is used."""

import subprocess
import sys

import pytest

from app.later import Later
from app.store import migrations

# By name, for what each is used: each weighs one MiB to twenty, in every worker.
SELDOM = (
    "alembic", "apscheduler", "authlib", "cryptography", "css_inline", "holidays", "icalendar", "joserfc",
    "markdown_it", "psycopg", "puremagic", "pygments", "pypdfium2", "rich.progress", "webauthn", "xlsxwriter",
)  # fmt: skip


def test_a_web_worker_loads_nothing_that_it_seldom_uses() -> None:
    says = f"import sys, app.commands; print(*(one for one in {SELDOM!r} if one in sys.modules))"
    done = subprocess.run([sys.executable, "-c", says], cwd=migrations.ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


def test_a_module_loads_at_the_first_question_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    colours = Later("colorsys")
    assert "colorsys" not in sys.modules
    assert colours.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)
    assert "colorsys" in sys.modules


def test_a_module_that_is_not_there_says_so_when_it_is_used() -> None:
    nothing = Later("app.nothing")
    with pytest.raises(ModuleNotFoundError, match=r"app\.nothing"):
        nothing.anything  # noqa: B018
