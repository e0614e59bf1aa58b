"""Documents: a file is looked into and stored for good first, and put on record after that."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import file_contents as contents
from app.domain.actors import Actor
from app.domain.errors import NotFound, mark
from app.domain.files import MEDIA_TYPES, FileKind, check_size, kind_of, mismatch, safe_name, with_macros
from app.domain.permissions import Relation, Task, may
from app.later import Later
from app.store import audit, files
from app.store.access import readable, readable_letters
from app.store.answering import Answer, Draft
from app.store.documents import AnswerDocument, Document, DraftDocument, LetterDocument
from app.store.letters import Letter
from app.store.questions import Question
from app.store.unfinished import UnfinishedDocument

if TYPE_CHECKING:
    import puremagic
else:
    puremagic = Later("puremagic")

HEAD = 8 * 1024
# puremagic's confidence is the length of what it recognised: four bytes and more are no accident in a letter.
SURE = 0.4
_MAGIC = {FileKind.PDF: (b"%PDF-",), FileKind.JPEG: (b"\xff\xd8\xff",), FileKind.PNG: (b"\x89PNG\r\n\x1a\n",)}
_SNIFFED = {FileKind.PDF: {".pdf"}, FileKind.JPEG: {".jpg", ".jpeg", ".jfif"}, FileKind.PNG: {".png"}}
_TEXTLIKE = {"", ".txt", ".eml", ".msg", ".mbox", ".mht", ".mhtml"}


@dataclass(frozen=True)
class TakenFile:
    """A file that was looked into and is on disk for good, but on no record yet; `size` in bytes."""

    name: str
    kind: FileKind
    sha256: str
    size: int


def take(folder: Path, source: BinaryIO, name: str) -> TakenFile:
    """Look into a file and store it. Needs no transaction, and must not be called in one: it waits for the disk.

    Raises Invalid `file-type`, `file-empty`, `file-too-large`, or `file-mismatch` when it is not what its name says.
    """
    name = safe_name(name)
    kind = kind_of(name)
    check_size(name, source.seek(0, 2))
    _look_inside(source, name, kind)
    source.seek(0)
    stored = files.put(folder, source)
    return TakenFile(name, kind, stored.sha256, stored.size)


def keep(session: Session, actor: Actor, taken: TakenFile, now: datetime) -> Document:
    """Put a stored file on record. It belongs to nothing yet, and until then only its keeper may read it."""
    document = Document(
        sha256=taken.sha256,
        size=taken.size,
        media_type=MEDIA_TYPES[taken.kind],
        name=taken.name,
        added_at=now,
        added_by_id=actor.person_id,
    )
    session.add(document)
    session.flush()
    audit.record(session, actor, "bijvoegen", f"document:{document.id}", now, sha256=taken.sha256, grootte=taken.size)
    return document


def find_document(session: Session, actor: Actor, document_id: int) -> Document:
    """A document of a letter, answer or draft that this actor may read, or one they added themselves.

    Raises NotFound `no-document` otherwise, so that nobody learns that it exists.
    """
    document = session.scalars(
        sa.select(Document).where(Document.id == document_id, sa.or_(*_ways_to_read(actor, document_id)))
    ).one_or_none()
    if document is None:
        raise NotFound("no-document", mark("Dit document bestaat niet, of u mag het niet zien."))
    return document


def _ways_to_read(actor: Actor, document_id: int) -> list[sa.ColumnElement[bool]]:
    # Each way starts from the one document, so that no database walks through all letters.
    letters = sa.select(Letter.id).where(readable_letters(actor))
    questions = sa.select(Question.id).where(readable(actor))
    of_letters = sa.select(LetterDocument.document_id).where(
        LetterDocument.document_id == document_id, LetterDocument.letter_id.in_(letters)
    )
    of_answers = (
        sa.select(AnswerDocument.document_id)
        .join(Answer, Answer.id == AnswerDocument.answer_id)
        .where(AnswerDocument.document_id == document_id, Answer.question_id.in_(questions))
    )
    ways: list[sa.ColumnElement[bool]] = [Document.id.in_(of_letters), Document.id.in_(of_answers)]
    if actor.person_id is not None and actor.only_question_id is None:
        ways.append(Document.added_by_id == actor.person_id)
    if may(actor.roles, Task.REGISTER):
        of_forms = sa.select(UnfinishedDocument.document_id).where(UnfinishedDocument.document_id == document_id)
        ways.append(Document.id.in_(of_forms))
    if actor.ministry_id is not None and may(actor.roles, Task.READ_DRAFT, Relation.OWNER):
        of_drafts = (
            sa.select(DraftDocument.document_id)
            .join(Draft, Draft.id == DraftDocument.draft_id)
            .where(DraftDocument.document_id == document_id)
            .where(Draft.ministry_id == actor.ministry_id, Draft.question_id.in_(questions))
        )
        ways.append(Document.id.in_(of_drafts))
    return ways


def _look_inside(source: BinaryIO, name: str, kind: FileKind) -> None:
    match kind:
        case FileKind.DOCX:
            verdict = contents.look_into_docx(source)
        case FileKind.ODT:
            verdict = contents.look_into_odt(source)
        case FileKind.EML:
            verdict = _as_verdict(right=contents.is_mail(source) and not _is_something_else(source))
        case FileKind.TXT:
            verdict = _as_verdict(right=contents.is_plain_text(source) and not _is_something_else(source))
        case _:
            verdict = _as_verdict(right=_has_magic(source, kind) and not contents.has_zip_inside(source))
    if verdict is contents.Verdict.MACROS:
        raise with_macros(name)
    if verdict is contents.Verdict.WRONG:
        raise mismatch(name, kind)


def _as_verdict(*, right: bool) -> contents.Verdict:
    return contents.Verdict.RIGHT if right else contents.Verdict.WRONG


def _sniff(source: BinaryIO) -> dict[str, float]:
    """What puremagic takes the beginning of a file for: extension → confidence."""
    source.seek(0)
    try:
        return {found.extension: found.confidence for found in reversed(puremagic.magic_string(source.read(HEAD)))}
    except puremagic.PureError:
        return {}


def _has_magic(source: BinaryIO, kind: FileKind) -> bool:
    source.seek(0)
    starts_right = source.read(16).startswith(_MAGIC[kind])
    return starts_right and bool(_SNIFFED[kind] & set(_sniff(source)))


def _is_something_else(source: BinaryIO) -> bool:
    """Whether what calls itself text is recognised as another kind: a page, a picture, a program."""
    source.seek(0)
    begins = source.read(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()[:1024].lower()
    if begins.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"%pdf-", b"{\\rtf")):
        return True
    found = _sniff(source)
    surest = max(found.values(), default=0)
    return surest >= SURE and not any(found[ext] == surest for ext in _TEXTLIKE & set(found))
