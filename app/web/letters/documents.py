"""Documents: handed out as a download only, never shown as a page of ours; and files that come in with a form."""

import hmac
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import FileResponse, Response

from app.domain.actors import Actor
from app.domain.errors import Invalid
from app.domain.files import kind_of
from app.domain.permissions import Task
from app.office import Office
from app.store import files
from app.store.documents import Document
from app.store.file_texts import text_of
from app.usecases import documents
from app.web.frame.policy import RowId, needs
from app.web.frame.sessions import office_of

router = APIRouter(prefix="/documenten")
SEAL = 32


@router.get("/{document_id}")
def download(request: Request, who: Annotated[Actor, needs(Task.READ)], document_id: RowId) -> Response:
    """A document of a letter or answer that the reader may read."""
    office = office_of(request)
    with office.db.reading() as session:
        document = documents.find_document(session, who, document_id)
    return document_response(office, document)


def document_response(office: Office, document: Document) -> Response:
    """The file as a download. Whatever a browser makes of it, it runs nothing and reaches nothing of ours.

    The caller has decided that the reader may have it. Raises NotFound `no-file` when the content is gone.
    """
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
    """Store the files of a form and put them on record: the numbers of those taken, and why others were refused."""
    taken, refused = [], []
    for upload in uploads:
        try:
            taken.append(documents.take(office.settings.documents, upload.file, upload.filename or ""))
        except Invalid as refusal:
            refused.append(refusal)
    if not taken:
        return [], refused
    with office.db.writing() as session:
        return [documents.keep(session, actor, one, office.now()).id for one in taken], refused


def file_text(office: Office, document_ids: Sequence[int]) -> str:
    """The text of the first of these documents that has any; empty where none has."""
    with office.db.reading() as session:
        rows = session.execute(sa.select(Document.sha256, Document.name).where(Document.id.in_(document_ids))).all()
    texts = (text_of(files.find(office.settings.documents, sha256), kind_of(name)) for sha256, name in rows)
    return next(filter(None, texts), "")


def seals(office: Office, actor: Actor) -> tuple[Callable[[int], str], Callable[[str], int | None]]:
    """Two functions: number of a document → sealed text for a form of this person, and back (None: not ours).

    So a form that comes back can name only documents that this person was shown in it.
    """
    key = office.key_for("kept-document")

    def seal(document_id: int) -> str:
        text = f"{document_id}:{actor.person_id}"
        return f"{document_id}.{hmac.new(key, text.encode(), sha256).hexdigest()[:SEAL]}"

    def unseal(text: str) -> int | None:
        number = text.partition(".")[0]
        if not number.isdecimal() or len(number) > 15:
            return None
        return int(number) if hmac.compare_digest(seal(int(number)).encode(), text.encode()) else None

    return seal, unseal
