"""A text document (ODT, the open standard) of headings, paragraphs, tables and pictures: to print, to mail, to edit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from starlette.responses import Response

from app.web.frame.opendocument import download, namespaces, pack, plain, written

ODT_TYPE = "application/vnd.oasis.opendocument.text"


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (the title), 2 or 3."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Text as it is, its line ends kept. `style`: plain, quote (what somebody wrote), small or warning."""

    text: str
    style: str = "plain"


@dataclass(frozen=True)
class Facts:
    """Pairs of what and which, in a table of two columns."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """A table over the whole width. The first column holds names, the others numbers or short words."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Picture:
    """A drawing (SVG) with its name and what it says in words; the width and height are millimetres."""

    svg: str
    title: str
    told: str
    width: int
    height: int


Part = Heading | Paragraph | Facts | Table | Picture


def odt_answer(file_name: str, title: str, language: str, parts: Sequence[Part]) -> Response:
    """The document as a download; A4, upright."""

    drawn = {_file(number): plain(part.svg) for number, part in enumerate(parts) if isinstance(part, Picture)}
    styles = _STYLES.format(language=language, title="".join(written(title)))

    def fill(file: IO[bytes]) -> None:
        pack(file, ODT_TYPE, _content(parts), styles, drawn)

    return download(fill, f"{file_name}.odt", ODT_TYPE)


_STYLE = (
    '<style:style style:name="{name}" style:family="paragraph"{outline}>'
    "<style:paragraph-properties {block}/><style:text-properties {text}/></style:style>"
)
_BOLD, _TOGETHER = 'fo:font-weight="bold"', 'fo:keep-with-next="always"'
_LOOKS = (
    # name, level of a heading, block, letters
    ("h1", "1", 'fo:margin-bottom="3mm"', f'fo:font-size="18pt" {_BOLD}'),
    ("h2", "2", f'fo:margin-top="7mm" fo:margin-bottom="2mm" {_TOGETHER}', f'fo:font-size="13pt" {_BOLD}'),
    ("h3", "3", f'fo:margin-top="3mm" fo:margin-bottom="1mm" {_TOGETHER}', f'fo:font-size="11pt" {_BOLD}'),
    ("plain", "", 'fo:margin-bottom="2mm"', 'fo:font-size="11pt"'),
    ("quote", "", 'fo:margin-left="6mm" fo:margin-bottom="2mm"', 'fo:font-size="11pt"'),
    ("small", "", 'fo:margin-bottom="2mm"', 'fo:font-size="9pt" fo:color="#444444"'),
    ("heading", "", 'fo:margin-bottom="1mm"', f'fo:font-size="9pt" {_BOLD}'),
    ("cell", "", 'fo:margin-bottom="1mm"', 'fo:font-size="9pt"'),
    ("picture", "", f'fo:margin-bottom="2mm" {_TOGETHER}', 'fo:font-size="11pt"'),
    ("warning", "", 'fo:margin-bottom="2mm"', f'fo:font-size="11pt" fo:color="#8d150f" {_BOLD}'),
)
_PARAGRAPHS = "".join(
    _STYLE.format(
        name=name, outline=f' style:default-outline-level="{level}"' if level else "", block=block, text=letters
    )
    for name, level, block, letters in _LOOKS
)
_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-styles {namespaces()} office:version="1.3"><office:styles>'
    '<style:default-style style:family="paragraph"><style:text-properties style:font-name="Noto Sans" '
    'fo:font-family="Noto Sans" fo:language="{language}"/></style:default-style>'
    f"{_PARAGRAPHS}"
    '</office:styles><office:automatic-styles><style:page-layout style:name="a4"><style:page-layout-properties '
    'fo:page-width="210mm" fo:page-height="297mm" fo:margin="20mm" style:print-orientation="portrait"/>'
    "<style:footer-style/></style:page-layout></office:automatic-styles><office:master-styles>"
    '<style:master-page style:name="Standard" style:page-layout-name="a4"><style:footer>'
    '<text:p text:style-name="small">{title} · <text:page-number text:select-page="current">1</text:page-number>/'
    "<text:page-count>1</text:page-count></text:p></style:footer></style:master-page></office:master-styles>"
    "</office:document-styles>"
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    f"{namespaces(('draw', 'drawing'), ('svg', 'svg-compatible'))} "
    'xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3">'
    '<office:automatic-styles><style:style style:name="facts.A" style:family="table-column">'
    '<style:table-column-properties style:column-width="45mm"/></style:style>'
    '<style:style style:name="facts.B" style:family="table-column">'
    '<style:table-column-properties style:column-width="125mm"/></style:style></office:automatic-styles>'
    "<office:body><office:text>"
)
_FOOT = "</office:text></office:body></office:document-content>"


def _content(parts: Sequence[Part]) -> Iterator[str]:
    yield _HEAD
    for number, part in enumerate(parts):
        if isinstance(part, Heading):
            text = " ".join(written(part.text))
            yield f'<text:h text:style-name="h{part.level}" text:outline-level="{part.level}">{text}</text:h>'
        elif isinstance(part, Paragraph):
            for line in written(part.text):
                yield f'<text:p text:style-name="{part.style}">{line}</text:p>'
        elif isinstance(part, Facts):
            yield from _facts(part)
        elif isinstance(part, Picture):
            yield _picture(part, _file(number))
        else:
            yield from _table(part)
    yield _FOOT


def _file(number: int) -> str:
    """Where the picture that is this part of the document lies in it."""
    return f"Pictures/{number}.svg"


def _picture(part: Picture, file: str) -> str:
    # In the line of its own paragraph: nothing flows around it, and it stays where it is read.
    title, told = (" ".join(written(text)) for text in (part.title, part.told))
    return (
        f'<text:p text:style-name="picture"><draw:frame draw:name="{file}" text:anchor-type="as-char" '
        f'svg:width="{part.width}mm" svg:height="{part.height}mm">'
        f'<draw:image xlink:href="{file}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad" '
        f'draw:mime-type="image/svg+xml"/><svg:title>{title}</svg:title><svg:desc>{told}</svg:desc>'
        "</draw:frame></text:p>"
    )


def _facts(part: Facts) -> Iterator[str]:
    columns = "".join(f'<table:table-column table:style-name="facts.{name}"/>' for name in "AB")
    yield f"<table:table>{columns}"
    for what, which in part.pairs:
        yield f"<table:table-row>{_cell(what)}{_cell(which)}</table:table-row>"
    yield "</table:table>"


def _table(part: Table) -> Iterator[str]:
    # A table begins on a new page only where it must, and repeats its headings there.
    yield f'<table:table><table:table-column table:number-columns-repeated="{len(part.headings)}"/>'
    headings = "".join(_cell(text, "heading") for text in part.headings)
    yield f"<table:table-header-rows><table:table-row>{headings}</table:table-row></table:table-header-rows>"
    for row in part.rows:
        yield f"<table:table-row>{''.join(_cell(text, 'cell') for text in row)}</table:table-row>"
    yield "</table:table>"


def _cell(text: str, style: str = "plain") -> str:
    lines = "".join(f'<text:p text:style-name="{style}">{line}</text:p>' for line in written(text))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
