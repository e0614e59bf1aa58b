"""Providers of OpenID Connect as an operator writes them down."""

from pathlib import Path

import pytest

from app.domain.providers import read_providers

WHOLE = """
[rijk]
label = "Rijksaccount"
issuer = "https://login.example.org"
client_id = "regie"
client_secret = "geheim"
"""


def test_each_table_is_a_provider_in_order(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----\n".replace("…", "AAAA"))
    other = f'[dienst]\nlabel = "D"\nissuer = "http://localhost:9"\nclient_id = "r"\nprivate_key = "{key}"\n'
    first, second = read_providers(WHOLE + other + 'trusts_email = true\nacr_values = "hoog"')
    assert (first.name, first.client_secret, first.scopes, first.trusts_email) == (
        "rijk",
        "geheim",
        "openid email",
        False,
    )
    assert (second.name, second.acr_values, second.trusts_email) == ("dienst", "hoog", True)
    assert second.private_key.startswith("-----BEGIN")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "names no provider"),
        ("[rijk", "is no TOML"),
        ("rijk = 3", r"\[rijk\]: each provider is a table"),
        (WHOLE.replace("[rijk]", "[Rijk!]".replace("!", "")), r"\[Rijk\]: each provider"),
        (WHOLE + 'secret = "x"', r"\[rijk\] secret: there is no such key"),
        (WHOLE.replace('"geheim"', "3"), r"\[rijk\] client_secret: must be text"),
        (WHOLE + 'trusts_email = "ja"', r"\[rijk\] trusts_email: must be true or false"),
        (WHOLE.replace('label = "Rijksaccount"', ""), r"\[rijk\] label: is missing"),
        (WHOLE.replace('issuer = "https://login.example.org"', ""), r"\[rijk\] issuer: is missing"),
        (WHOLE.replace("https://", "http://"), r"\[rijk\] issuer: must be an address that starts with https"),
        (WHOLE.replace("https://", "https://a:b@"), r"\[rijk\] issuer: must be an address"),
        (WHOLE.replace('client_secret = "geheim"', ""), r"\[rijk\] client_secret or private_key: give one"),
        (WHOLE + 'private_key = "x"', r"\[rijk\] client_secret or private_key: give one"),
        (WHOLE + 'scopes = "email"', r"\[rijk\] scopes: must hold openid"),
        (WHOLE + WHOLE.replace("[rijk]", "[twee]"), "names one issuer twice"),
        (
            WHOLE.replace('client_secret = "geheim"', 'private_key = "/nergens"'),
            r"\[rijk\] private_key: /nergens can't",
        ),
    ],
)
def test_what_is_wrong_is_named(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_providers(text)
