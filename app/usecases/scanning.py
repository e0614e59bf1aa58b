"""Documents and viruses: what came in waits until it was found clean; what holds a virus is taken away."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Invalid, NotFound, Refusal, WrongState, mark
from app.domain.files import FIELD
from app.store import audit
from app.store.alarms import tell_administrators
from app.store.documents import Document, DocumentScan, ScanState
from app.store.outbox import enqueue
from app.store.people import Person

BATCH = 200
REFUSED, REMOVED = "virus-geweigerd", "virus-verwijderd"


def infected(name: str, virus: str) -> Invalid:
    """The refusal `file-infected`: a file that came in and is not kept."""
    sentence = mark("In “{name}” is een virus gevonden ({virus}). Het is niet bewaard. Vraag uw ICT-beheer om hulp.")
    return Invalid("file-infected", sentence, field=FIELD, name=name, virus=virus)


def note(session: Session, document_id: int, state: ScanState, now: datetime) -> None:
    """Write down how a new document stands: found clean, or waiting for the scanner."""
    session.add(DocumentScan(document_id=document_id, state=state, since=now))


def refuse(session: Session, actor: Actor, sha256: str, virus: str, now: datetime) -> None:
    """Leave a trace of a file that was refused; a document with that very content is taken away too."""
    audit.record(session, actor, REFUSED, "document:-", now, sha256=sha256, virus=virus)
    _condemn(session, actor, sha256, virus, now)


def waiting(session: Session) -> Sequence[str]:
    """The contents (SHA-256) that wait for the scanner, longest first; at most so many as one run can do."""
    since = sa.func.min(DocumentScan.since)
    query = sa.select(Document.sha256).join(DocumentScan, DocumentScan.document_id == Document.id)
    query = query.where(DocumentScan.state == ScanState.WAITING).group_by(Document.sha256)
    return session.scalars(query.order_by(since, Document.sha256).limit(BATCH)).all()


def settle(session: Session, actor: Actor, sha256: str, virus: str, now: datetime) -> None:
    """What the scanner says of a content that waited: its documents can be fetched, or are taken away."""
    if virus:
        _condemn(session, actor, sha256, virus, now)
        return
    of_content = sa.select(Document.id).where(Document.sha256 == sha256)
    clean = sa.update(DocumentScan).where(
        DocumentScan.document_id.in_(of_content), DocumentScan.state == ScanState.WAITING
    )
    session.execute(clean.values(state=ScanState.CLEAN, since=now))


def alarm(session: Session, now: datetime) -> None:
    """Tell the administrators that the scanner is away while documents wait; once a day."""
    tell_administrators(session, f"scanner:{now.date()}", now, "scanner")


def count_waiting(session: Session) -> int:
    """How many documents nobody can fetch yet."""
    query = sa.select(sa.func.count()).select_from(DocumentScan).where(DocumentScan.state == ScanState.WAITING)
    return session.execute(query).scalar_one()


def why_not(document: Document) -> Refusal | None:
    """Why a document can't be fetched; None where it can."""
    if document.scan is ScanState.WAITING:
        sentence = mark("“{name}” wordt nog gecontroleerd op virussen. Probeer het over een paar minuten opnieuw.")
        return WrongState("document-waits", sentence, name=document.name)
    if document.scan is ScanState.INFECTED:
        return NotFound("document-infected", mark("“{name}” bevatte een virus en is verwijderd."), name=document.name)
    return None


def _condemn(session: Session, actor: Actor, sha256: str, virus: str, now: datetime) -> None:
    """Take all documents with this content away, and mail whoever added them."""
    query = sa.select(Document).where(Document.sha256 == sha256).order_by(Document.id)
    for document in session.scalars(query):
        scan = session.get(DocumentScan, document.id, with_for_update=True)
        if scan is None:
            scan = DocumentScan(document_id=document.id, state=ScanState.WAITING, since=now)
            session.add(scan)
        if scan.state is ScanState.INFECTED:
            continue
        scan.state, scan.since, scan.virus = ScanState.INFECTED, now, virus
        audit.record(session, actor, REMOVED, f"document:{document.id}", now, sha256=sha256, virus=virus)
        who = session.get(Person, document.added_by_id) if document.added_by_id else None
        if who is not None:
            key = f"virus:{document.id}:{now.isoformat()}"
            enqueue(session, who, "virus", key, now, urgent=True, document_id=document.id)
