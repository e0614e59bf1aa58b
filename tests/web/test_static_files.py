"""Style sheets and scripts go over the line compressed; nothing else does."""

import httpx
import pytest

from app.web.frame.render import STATIC

STYLE = "/static/css/theme.css"


def test_a_style_sheet_is_compressed_for_whoever_takes_that(client: httpx.Client) -> None:
    packed = client.get(STYLE)
    plain = client.get(STYLE, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.content == plain.content == (STATIC / "css/theme.css").read_bytes()
    assert [answer.headers["vary"] for answer in (packed, plain)] == ["Accept-Encoding"] * 2
    assert packed.headers["content-type"] == plain.headers["content-type"] == "text/css; charset=utf-8"


def test_it_is_not_sent_again_while_it_is_the_same(client: httpx.Client) -> None:
    tag = client.get(STYLE).headers["etag"]
    again = client.get(STYLE, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity, gzip; q=0.0"])
def test_who_takes_no_gzip_gets_none(client: httpx.Client, accepted: str) -> None:
    assert "content-encoding" not in client.get(STYLE, headers={"Accept-Encoding": accepted}).headers


def test_a_part_of_a_file_is_a_part_of_it_as_it_stands(client: httpx.Client) -> None:
    part = client.get(STYLE, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, (STATIC / "css/theme.css").read_bytes()[:10])


def test_fonts_and_pages_are_left_as_they_are(client: httpx.Client) -> None:
    for path in ("/static/vendor/noto-sans.woff2", "/aanmelden"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "content-encoding" not in answer.headers
    assert client.head(STYLE).status_code == 200
