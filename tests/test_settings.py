"""Settings from the environment, and the key that is made where none is set."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = Settings(var=tmp_path / "var").key
    assert len(first) == 64
    assert Settings(var=tmp_path / "var").key == first
    path = tmp_path / "var" / "secret.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["secret.key"]


def test_processes_that_start_at_once_agree_on_the_key(tmp_path: Path) -> None:
    for n in range(20):
        with ThreadPoolExecutor(8) as pool:
            keys = list(pool.map(lambda _, n=n: Settings(var=tmp_path / str(n)).key, range(8)))
        assert len(set(keys)) == 1
        assert len(keys[0]) == 64


def test_a_key_that_was_set_is_the_key(tmp_path: Path) -> None:
    assert Settings(var=tmp_path / "var", secret="s" * 32).key == b"s" * 32
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base_url", "regie.example"),
        ("base_url", "https://regie.example/pad"),
        ("base_url", "ftp://regie.example"),
        ("database_url", "mysql://x"),
        ("smtp_url", "mail.example:25"),
        ("smtp_ca_file", "/nergens/ca.pem"),
        ("smtp_ca_file", __file__),
        ("mails_a_day", "0"),
        ("secret", "short"),
    ],
)
def test_a_bad_setting_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"REGIE_{name.upper()}", value)
    with pytest.raises(ValidationError, match=name):
        Settings()


def test_https_is_seen_from_the_address() -> None:
    assert Settings(base_url="https://regie.example/").secure
    assert Settings(base_url="https://regie.example/").base_url == "https://regie.example"
    assert not Settings(base_url="http://localhost:8000").secure
