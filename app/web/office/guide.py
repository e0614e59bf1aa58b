"""The guide for users, read from docs/gids.md and shown as pages: a chapter per role, one's own first, and a search."""

import re
import struct
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import Request
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from app.domain.permissions import Role
from app.later import Later
from app.routes import Router
from app.web.frame import sessions
from app.web.frame.policy import PUBLIC
from app.web.frame.render import ROOT, page
from app.web.frame.sessions import office_of

if TYPE_CHECKING:
    import markdown_it
    from markdown_it.token import Token
else:
    markdown_it = Later("markdown_it")

router = Router()
GUIDE, PICTURES = ROOT / "docs" / "gids.md", ROOT / "docs" / "pictures"
LONGEST_SEARCH = 80
CHAPTERS = {
    Role.CONTACT: "contactpersoon-van-een-ministerie",
    Role.SECRETARIAT: "secretariaat-van-de-vng",
    Role.COORDINATOR: "coördinator-bureau-sg-en-az",
    Role.SG: "coördinator-bureau-sg-en-az",
    Role.REGIE: "coördinator-bureau-sg-en-az",
    Role.LEADERSHIP: "directie-van-de-vng",
    Role.ADMIN: "beheerder",
}
_PICTURE = re.compile(r"[a-z0-9-]+\.(?:png|webp)")
# What the classes of the parts are called for what Markdown makes.
_CLASSES = {"table_open": "utrecht-table regie-table", "bullet_list_open": "utrecht-unordered-list"}


@dataclass(frozen=True)
class Block:
    """A paragraph, list, table or picture of a chapter; `words` is what a search looks in."""

    html: Markup
    words: str


@dataclass(frozen=True)
class Chapter:
    """A chapter, with the anchor of its heading; the first has no title: what comes before the first heading."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@router.get("/hulp")
def guide(request: Request, _: Annotated[None, PUBLIC], zoek: str = "") -> Response:
    """The guide, or the parts of it in which all words stand."""
    me, wanted = sessions.visitor(request), " ".join(zoek[:LONGEST_SEARCH].split())
    chapters = in_order(read_guide(GUIDE, GUIDE.stat().st_mtime_ns), me.roles if me else ())
    return page(
        request,
        "pages/guide.html",
        contact=office_of(request).settings.contact_email,
        chapters=found_in(chapters, wanted) if wanted else chapters,
        zoek=wanted,
        contents=[(one.anchor, one.title) for one in chapters if one.title],
    )


@router.get("/hulp/beelden/{name}")
def picture(name: str, _: Annotated[None, PUBLIC]) -> Response:
    """A picture in the guide."""
    file = PICTURES / name
    if not _PICTURE.fullmatch(name) or not file.is_file():
        raise HTTPException(404)
    return FileResponse(file, headers={"Cache-Control": "public, max-age=86400"})


@lru_cache(maxsize=2)
def read_guide(path: Path, _changed_at: int) -> Sequence[Chapter]:
    """The chapters of a guide in Markdown. HTML in it is shown as text."""
    markdown = markdown_it.MarkdownIt("commonmark", {"html": False}).enable("table")
    chapters: list[Chapter] = []
    title, anchor, blocks = "", "", list[Block]()
    tokens = markdown.parse(path.read_text(encoding="utf-8"))
    for group in _groups(tokens):
        if group[0].type != "heading_open":
            blocks.append(_block(markdown, group))
        elif group[0].tag == "h2":
            # Before the first heading stands a list of the chapters; the page makes its own.
            shown = blocks if title else [block for block in blocks if "<li>" not in block.html]
            chapters.append(Chapter(anchor, title, tuple(shown)))
            title, blocks = group[1].content, []
            anchor = anchor_of(title)
    chapters.append(Chapter(anchor, title, tuple(blocks)))
    return chapters


def in_order(chapters: Sequence[Chapter], roles: Iterable[Role]) -> Sequence[Chapter]:
    """The introduction, then the chapters of these roles, then the others as they stand."""
    own = {CHAPTERS[role] for role in roles}
    return sorted(chapters, key=lambda one: (bool(one.title), one.anchor not in own))


def found_in(chapters: Sequence[Chapter], wanted: str) -> Sequence[Chapter]:
    """The chapters with only those blocks in which all words stand, whatever their accents and case."""
    words = _plain(wanted).split()
    narrowed = (
        Chapter(one.anchor, one.title, tuple(b for b in one.blocks if all(word in b.words for word in words)))
        for one in chapters
    )
    return [one for one in narrowed if one.blocks]


def anchor_of(title: str) -> str:
    """The anchor of a heading as GitHub makes it, so that the links in the guide work in both places."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _plain(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(one))


def _sides(file: Path) -> Iterable[tuple[str, int]]:
    """Width and height of a PNG, so that the page keeps its place and nothing jumps when it comes; else nothing."""
    with file.open("rb") if file.is_file() else BytesIO() as opened:
        head = opened.read(24)
    if len(head) == 24 and head.startswith(b"\x89PNG"):
        yield from zip(("width", "height"), struct.unpack(">II", head[16:]), strict=True)


def _groups(tokens: "Sequence[Token]") -> "Iterable[list[Token]]":
    """The tokens of each outermost block."""
    group: list[Token] = []
    for token in tokens:
        group.append(token)
        if token.level == 0 and token.nesting <= 0 and token.type != "inline":
            yield group
            group = []


def _block(markdown: "markdown_it.MarkdownIt", group: "list[Token]") -> Block:
    for token in group:
        if token.type in _CLASSES:
            token.attrSet("class", _CLASSES[token.type])
        for child in token.children or ():
            if child.type == "image":
                name = str(child.attrGet("src")).removeprefix("pictures/")
                child.attrSet("src", f"/hulp/beelden/{name}")
                for side, pixels in _sides(PICTURES / name):
                    child.attrSet(side, str(pixels))
                child.attrSet("loading", "lazy")
                child.attrSet("class", "regie-guide__picture")
    text = " ".join(token.content for token in group if token.type == "inline")
    # The renderer escapes all text; html is off.
    html = markdown.renderer.render(group, markdown.options, {})
    return Block(Markup(html), _plain(text))  # noqa: S704  # nosec B704
