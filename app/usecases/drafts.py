"""What a ministry has typed so far: kept between visits, seen by nobody else."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.answering import check_lengths, waits_for_release
from app.domain.errors import OutOfDate, mark
from app.domain.permissions import Relation, may
from app.domain.questions import Act, next_state
from app.store.access import question_for_act
from app.store.answering import Draft, draft_of, given_already
from app.store.documents import Document, DraftDocument


def save_draft(
    session: Session, actor: Actor, question_id: int, text: str, given_by: str, version: int | None, now: datetime
) -> Draft:
    """Keep what is typed so far. No audit entry: a draft is nobody's business but its ministry's.

    `version` is the one the form was opened with (None: there was none yet). Raises OutOfDate when a colleague saved
    another text since then, WrongState when the question can't be answered any more, or the draft waits for release.
    """
    question = question_for_act(session, actor, question_id, Act.SAVE_DRAFT)
    given_already(session, question, text)
    next_state(question.state, Act.SAVE_DRAFT)
    check_lengths(text, given_by)
    draft = draft_of(session, question)
    if draft is None:
        draft = Draft(question_id=question.id, round=question.round, ministry_id=question.owner_id, version=0)
        session.add(draft)
    elif _waits_for_release(actor, draft):
        if draft.text == text:
            return draft
        raise waits_for_release()
    elif version != draft.version and draft.text != text:
        sentence = mark("Een collega heeft intussen een andere tekst bewaard. Uw tekst staat hieronder; voeg ze samen.")
        raise OutOfDate("draft-moved-on", sentence, theirs=draft.text, version=draft.version)
    draft.text, draft.given_by = text, given_by.strip() or None
    draft.saved_at, draft.saved_by_id = now, actor.person_id
    draft.version += 1
    session.flush()
    return draft


def attach(session: Session, actor: Actor, question_id: int, document_id: int, now: datetime) -> None:
    """Add a stored document to the draft, making the draft where there is none."""
    question = question_for_act(session, actor, question_id, Act.SAVE_DRAFT)
    draft = draft_of(session, question) or save_draft(session, actor, question_id, "", "", None, now)
    if _waits_for_release(actor, draft):
        raise waits_for_release()
    session.get_one(Document, document_id)
    session.add(DraftDocument(draft_id=draft.id, document_id=document_id))


def detach(session: Session, actor: Actor, question_id: int, document_id: int) -> None:
    """Take an attachment off the draft; the stored file stays until it is swept."""
    question = question_for_act(session, actor, question_id, Act.SAVE_DRAFT)
    draft = draft_of(session, question)
    if draft is None:
        return
    if _waits_for_release(actor, draft):
        raise waits_for_release()
    session.execute(
        sa.delete(DraftDocument).where(DraftDocument.draft_id == draft.id, DraftDocument.document_id == document_id)
    )


def _waits_for_release(actor: Actor, draft: Draft) -> bool:
    """Whether this draft is before the coordinator, so that whoever offered it must take it back to change it."""
    return draft.offered_at is not None and not may(actor.roles, Act.RELEASE, Relation.OWNER)
