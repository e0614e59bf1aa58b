"""Settings from the environment, and the key that is made where none is set."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, RSAKey
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
        ("openid", "/nergens/openid.toml"),
        ("openid", __file__),
        ("trusted_proxies", "10.0.0.1, proxy.example"),
        ("require_strong", "misschien"),
        ("limit_factor", "-1"),
        ("logo", "/nergens/logo.svg"),
        ("logo", __file__),
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


def test_older_keys_follow_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGIE_OLD_SECRETS", f"{'b' * 32} {'c' * 32}")
    assert Settings(secret="a" * 32).keys == [b"a" * 32, b"b" * 32, b"c" * 32]
    kept = Settings(var=tmp_path).key.decode()
    (tmp_path / "secret.key").write_text(f"{'n' * 64}\n{kept}\n")
    assert Settings(var=tmp_path).keys == [b"n" * 64, kept.encode(), b"b" * 32, b"c" * 32]
    monkeypatch.setenv("REGIE_OLD_SECRETS", "short")
    with pytest.raises(ValidationError, match="32 characters or more") as refused:
        Settings()
    assert "short" not in str(refused.value)


def test_a_key_of_a_kind_that_signs_nothing_is_named_before_anything_starts(tmp_path: Path) -> None:
    key, file = tmp_path / "key.pem", tmp_path / "openid.toml"
    file.write_text(f'[rijk]\nlabel = "R"\nissuer = "https://r.example"\nclient_id = "regie"\nprivate_key = "{key}"\n')
    for made, complaint in (
        (ECKey.generate_key("P-256", private=True), None),
        (RSAKey.generate_key(2048, private=True), None),
        (ECKey.generate_key("P-384", private=True), "must be an RSA key, or an EC key on P-256"),
    ):
        key.write_bytes(made.as_pem(private=True))
        if complaint is None:
            assert [one.name for one in Settings(openid=file).providers] == ["rijk"]
        else:
            with pytest.raises(ValidationError, match=complaint):
                Settings(openid=file)


def test_who_manages_needs_more_than_a_code_but_for_the_demo() -> None:
    assert Settings().requires_strong
    assert not Settings(demo=True).requires_strong
    assert Settings(demo=True, require_strong=True).requires_strong
    assert not Settings(require_strong=False).requires_strong
