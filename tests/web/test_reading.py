"""Which answers count as reading something."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.web.frame.reading import seen


@pytest.mark.parametrize(
    ("path", "params", "thing"),
    [
        ("/vragen/12", {"question_id": 12}, "vraag:12"),
        ("/vragen.xlsx", {"kind": "xlsx"}, "uitvoer:vragen.xlsx"),
        ("/statistieken/ministerie/JENV", {"code": "JENV"}, None),
        ("/statistieken/maand/2026-10", {"month": "2026-10"}, None),
        ("/statistieken/ministerie/JENV.odt", {"code": "JENV"}, "uitvoer:JENV.odt"),
        ("/uitvoer/0123456789abcdef", {"export_id": "0123456789abcdef"}, None),
        (
            "/uitvoer/0123456789abcdef/vragen-2026-11-23.csv",
            {"export_id": "0123456789abcdef", "name": "vragen-2026-11-23.csv"},
            "uitvoer:vragen-2026-11-23.csv",
        ),
    ],
)
def test_one_thing_or_a_file_is_read_and_counts_are_not(path: str, params: dict[str, Any], thing: str | None) -> None:
    scope = {"path": path, "path_params": params, "state": {"who": "sessie:7"}, "client": ("192.0.2.1", 1)}
    found = seen(scope, "GET", 200, datetime(2026, 11, 23, tzinfo=UTC))
    assert (found.object if found else None) == thing
