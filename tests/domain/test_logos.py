"""The house's own logo."""

import pytest

from app.domain.logos import MOST_BYTES, read_logo

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40.5"><rect width="9" height="9" fill="url(#g)"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (300).to_bytes(4) + (90).to_bytes(4) + b"\x08\x06\x00\x00\x00"


def test_a_drawing_and_a_small_picture_are_taken_with_their_measure() -> None:
    drawing, picture = read_logo(SVG.encode()), read_logo(PNG)
    assert (drawing.media_type, drawing.width, drawing.height) == ("image/svg+xml", 120, 41)
    assert (picture.media_type, picture.width, picture.height) == ("image/png", 300, 90)


@pytest.mark.parametrize(
    "alive",
    [
        SVG.replace("<rect", "<script>x</script><rect"),
        SVG.replace("<rect", '<rect onload="x"'),
        SVG.replace("<rect", '<use href="https://elsewhere.example/a.svg#b"/><rect'),
        SVG.replace("url(#g)", "url(https://elsewhere.example/g)"),
        SVG.replace("<rect", "<style>@import 'x'</style><rect"),
        SVG.replace("<rect", "<foreignObject/><rect"),
        "<!DOCTYPE svg [<!ENTITY a 'b'>]>" + SVG,
    ],
)
def test_a_drawing_that_does_something_is_refused(alive: str) -> None:
    with pytest.raises(ValueError, match="drawing only"):
        read_logo(alive.encode())


@pytest.mark.parametrize(
    "other", [b"", b"GIF89a", b"<html></html>", PNG[:20], PNG[:16] + bytes(8), SVG.replace("viewBox", "box").encode()]
)
def test_anything_else_is_refused(other: bytes) -> None:
    with pytest.raises(ValueError, match="must"):
        read_logo(other)


def test_a_logo_is_small() -> None:
    with pytest.raises(ValueError, match="at most"):
        read_logo(PNG + bytes(MOST_BYTES))
