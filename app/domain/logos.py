"""The house's own logo: a small picture of a kind that can be shown without running anything."""

import re
from dataclasses import dataclass
from math import ceil

MOST_BYTES = 100_000
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = re.compile(r"<svg\b[^>]*>", re.IGNORECASE)
_BOX = re.compile(r"viewBox\s*=\s*[\"']\s*[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)")
# What runs, embeds or fetches. A browser runs none of it in an <img>; somebody may open the picture by itself.
_ALIVE = re.compile(
    r"<!|<\?xml-stylesheet|<script|<foreignObject|<iframe|\son\w+\s*="
    r"|href\s*=\s*[\"'](?!#)|url\((?!#)|@import",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Logo:
    """A picture with its media type, and its measure in pixels or in units of its drawing: only their ratio counts."""

    content: bytes
    media_type: str
    width: int
    height: int


def read_logo(content: bytes) -> Logo:
    """Return the logo in a file. Raises ValueError for anything but a small PNG, or an SVG that is only a drawing.

    Source: PNG specification, 11.2.1 (IHDR stands first: width and height, four bytes each).
    """
    if len(content) > MOST_BYTES:
        raise ValueError(f"must be at most {MOST_BYTES // 1000} kB")
    if content.startswith(_PNG) and content[12:16] == b"IHDR" and len(content) >= 24:
        width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
        return _measured(content, "image/png", width, height)
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    root = _SVG.search(text)
    box = _BOX.search(root.group()) if root else None
    if box is None:
        raise ValueError("must be a PNG, or an SVG with a viewBox")
    if _ALIVE.search(text):
        raise ValueError("must be a drawing only: no scripts, comments, links or styles from elsewhere")
    return _measured(content, "image/svg+xml", ceil(float(box.group(1))), ceil(float(box.group(2))))


def _measured(content: bytes, media_type: str, width: int, height: int) -> Logo:
    if not (0 < width < 10_000 and 0 < height < 10_000):
        raise ValueError("must have a width and a height")
    return Logo(content, media_type, width, height)
