"""Documents: handed out as a download only, never shown as a page of ours; and files that come in with a form."""

import hmac
import logging
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Annotated

import sqlalchemy as sa
from fastapi import Request
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.responses import FileResponse, Response

from app.domain.actors import Actor
from app.domain.errors import Invalid
from app.domain.files import kind_of
from app.domain.permissions import Task
from app.office import Office
from app.routes import Router
from app.store import files, scanner
from app.store.documents import Document, ScanState
from app.store.file_texts import text_of
from app.usecases import documents, scanning
from app.usecases.documents import TakenFile
from app.web.frame.policy import RowId, needs
from app.web.frame.sessions import office_of

router = Router(prefix="/documenten")
SEAL = 32
log = logging.getLogger(__name__)


@router.get("/{document_id}")
def download(request: Request, who: Annotated[Actor, needs(Task.READ)], document_id: RowId) -> Response:
    """A document of a letter or answer that the reader may read."""
    office = office_of(request)
    with office.db.reading() as session:
        document = documents.find_document(session, who, document_id)
    return document_response(office, document)


def document_response(office: Office, document: Document) -> Response:
    """The file as a download. Whatever a browser makes of it, it runs nothing and reaches nothing of ours.

    The caller has decided that the reader may have it. Raises NotFound `no-file` when the content is gone,
    `document-infected` when a virus was found in it; WrongState `document-waits` before it was found clean.
    """
    if refusal := scanning.why_not(document):
        raise refusal
    return FileResponse(
        files.find(office.settings.documents, document.sha256),
        media_type=document.media_type,
        filename=document.name,
        content_disposition_type="attachment",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            "Cache-Control": "private, no-store",
        },
    )


def keep_uploads(office: Office, actor: Actor, uploads: Sequence[UploadFile]) -> tuple[list[int], list[Invalid]]:
    """Store the files of a form and put them on record: the numbers of those taken, and why others were refused.

    What the virus scanner has not found clean yet is taken, but nobody can fetch it.
    """
    looked: list[tuple[TakenFile, ScanState | None, str]] = []
    refused: list[Invalid] = []
    for upload in uploads:
        try:
            taken = documents.take(office.settings.documents, upload.file, upload.filename or "")
            looked.append((taken, *_look(office, taken)))
        except Invalid as refusal:
            refused.append(refusal)
    found = [(taken, virus) for taken, _, virus in looked if virus]
    refused += [scanning.infected(taken.name, virus) for taken, virus in found]
    if not looked:
        return [], refused
    with office.db.writing() as session:
        kept = [_keep(session, office, actor, taken, scan) for taken, scan, virus in looked if not virus]
        for taken, virus in found:
            scanning.refuse(session, actor, taken.sha256, virus, office.now())
        if any(scan is ScanState.WAITING for _, scan, _ in looked):
            scanning.alarm(session, office.now())
    for taken, _ in found:
        files.discard(office.settings.documents, taken.sha256)
    return kept, refused


def _look(office: Office, taken: TakenFile) -> tuple[ScanState | None, str]:
    """What the virus scanner says of a file, and which virus; None where there is no scanner."""
    if not office.settings.clamav:
        return None, ""
    try:
        virus = scanner.look(office.settings.clamav, files.find(office.settings.documents, taken.sha256))
    except scanner.ScannerAway as away:
        log.warning("the virus scanner is away: %s", away)
        return ScanState.WAITING, ""
    return (ScanState.INFECTED, virus) if virus else (ScanState.CLEAN, "")


def _keep(session: Session, office: Office, actor: Actor, taken: TakenFile, scan: ScanState | None) -> int:
    document = documents.keep(session, actor, taken, office.now())
    if scan is not None:
        scanning.note(session, document.id, scan, office.now())
    return document.id


def file_text(office: Office, document_ids: Sequence[int]) -> str:
    """The text of the first of these documents that has any; empty where none has."""
    with office.db.reading() as session:
        rows = session.execute(_readable(document_ids)).all()
    texts = (text_of(files.find(office.settings.documents, sha256), kind_of(name)) for sha256, name in rows)
    return next(filter(None, texts), "")


def _readable(document_ids: Sequence[int]) -> sa.Select[str, str]:
    """Content and name of those of these documents that may be opened."""
    query = sa.select(Document.sha256, Document.name).where(Document.id.in_(document_ids))
    return query.where(sa.or_(Document.scan.is_(None), Document.scan == ScanState.CLEAN)).order_by(Document.id)


def seals(office: Office, actor: Actor) -> tuple[Callable[[int], str], Callable[[str], int | None]]:
    """Two functions: number of a document → sealed text for a form of this person, and back (None: not ours).

    So a form that comes back can name only documents that this person was shown in it.
    """
    keys = office.keys_for("kept-document")

    def sealed(document_id: int, key: bytes) -> str:
        text = f"{document_id}:{actor.person_id}"
        return f"{document_id}.{hmac.new(key, text.encode(), sha256).hexdigest()[:SEAL]}"

    def seal(document_id: int) -> str:
        return sealed(document_id, keys[0])

    def unseal(text: str) -> int | None:
        number = text.partition(".")[0]
        if not number.isdecimal() or len(number) > 15:
            return None
        ours = (sealed(int(number), key).encode() for key in keys)
        return int(number) if any(hmac.compare_digest(one, text.encode()) for one in ours) else None

    return seal, unseal
