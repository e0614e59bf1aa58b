"""The text in a file, read by a process of its own: `python -m app.store.file_reader KIND PATH` prints it in UTF-8.

Files come from anywhere, so memory and time are bounded, and whoever asks (`file_texts`) survives what happens here.
"""

import resource
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from email.parser import BytesParser
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import Element, iterparse  # nosec B405

import pypdfium2

from app.domain.files import FileKind
from app.domain.letters import LIMITS

LONGEST = LIMITS["tekst"]
MOST_PAGES = 300
SECONDS = 15
MEMORY = 768 * 1024 * 1024
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ODF = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def _of_pdf(path: Path) -> Iterator[str]:
    with pypdfium2.PdfDocument(path) as document:
        for number in range(min(len(document), MOST_PAGES)):
            yield document[number].get_textpage().get_text_bounded().replace("\r\n", "\n")


def _of_docx(path: Path) -> Iterator[str]:
    signs = {f"{_WORD}t": None, f"{_WORD}tab": "\t", f"{_WORD}br": "\n", f"{_WORD}cr": "\n"}
    for paragraph in _elements(path, "word/document.xml", {f"{_WORD}p"}):
        parts = (signs[each.tag] or each.text or "" for each in paragraph.iter() if each.tag in signs)
        yield "".join(parts)


def _of_odt(path: Path) -> Iterator[str]:
    for paragraph in _elements(path, "content.xml", {f"{_ODF}p", f"{_ODF}h"}):
        yield "".join(_odt_parts(paragraph))


def _odt_parts(element: Element) -> Iterator[str]:
    yield {f"{_ODF}tab": "\t", f"{_ODF}line-break": "\n", f"{_ODF}s": " "}.get(element.tag, element.text or "")
    for child in element:
        yield from _odt_parts(child)
        yield child.tail or ""


def _elements(path: Path, member: str, tags: set[str]) -> Iterator[Element]:
    with zipfile.ZipFile(path) as archive, archive.open(member) as content:
        for _, element in iterparse(content):  # noqa: S314  # nosec B314  # bounded process; expat refuses bombs
            if element.tag in tags:
                yield element
                element.clear()


def _of_mail(path: Path) -> Iterator[str]:
    body = BytesParser(policy=default).parsebytes(path.read_bytes()).get_body(("plain", "html"))
    if body is not None:
        content = str(body.get_content())
        yield content if body.get_content_subtype() == "plain" else _PlainText.of(content)


def _of_plain_text(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    try:
        yield content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield content.decode("cp1252", errors="replace")


class _PlainText(HTMLParser):
    """What a reader sees of HTML: its text, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    @classmethod
    def of(cls, html: str) -> str:
        """The text of a page."""
        reader = cls()
        reader.feed(html)
        return "".join(reader.parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # HTMLParser's
        self._hidden += tag in {"script", "style", "head"}
        if tag in {"p", "br", "div", "tr", "li", "h1", "h2", "h3"}:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style", "head"}

    def handle_data(self, data: str) -> None:
        if self._hidden <= 0:
            self.parts.append(" ".join(data.split(" ")))


_READERS: Mapping[FileKind, Callable[[Path], Iterator[str]]] = {
    FileKind.PDF: _of_pdf,
    FileKind.DOCX: _of_docx,
    FileKind.ODT: _of_odt,
    FileKind.EML: _of_mail,
    FileKind.TXT: _of_plain_text,
}


def main(kind: str, path: str) -> None:
    """Print the text of a file, within bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    left = LONGEST
    for part in _READERS[FileKind(kind)](Path(path)):
        sys.stdout.buffer.write(part[:left].encode(errors="replace") + b"\n")
        left -= len(part)
        if left <= 0:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
