"""Where the owner asks others to concur, by link or signed in: with whom, by when, and with which version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.concurrence import check_due
from app.domain.errors import Refusal
from app.domain.questions import Act, State
from app.office import Office
from app.store.access import find_question, relation_to
from app.store.answering import draft_of
from app.store.concurrence import Contribution
from app.store.documents import documents_of_draft
from app.store.lists.story import Story, story_of
from app.store.ministries import ministry_names
from app.store.terms import load_calendar
from app.usecases import concurrence
from app.web.frame.forms import Posted
from app.web.questions.offers import check_offered
from app.web.questions.postponing import renamed

ASKABLE = frozenset({State.ASKED})
"""Asking for concurrence is accepting, so it is offered before that too."""


@dataclass(frozen=True)
class AskSheet:
    """The form: the version that goes out, ministries to tick (code, name), and the day.

    `files`: how many attachments the draft has; they stay behind.
    """

    address: str
    back: str
    text: str
    version: int
    saved_at: datetime | None
    involved: Sequence[tuple[str, str]]
    others: Sequence[tuple[str, str]]
    chosen: Sequence[str]
    due_on: date | dict[str, str]
    files: int


def sheet(
    session: Session, office: Office, actor: Actor, question_id: int, address: str, back: str, typed: Posted | None
) -> tuple[Story, AskSheet]:
    """The form with what was typed, else with those who must concur ticked and five working days.

    Raises NotAllowed or WrongState where this reader can't ask now.
    """
    question = find_question(session, actor, question_id)
    check_offered(actor, relation_to(session, actor, question), question, Act.REQUEST_CONCURRENCE, or_in=ASKABLE)
    story, draft = story_of(session, question), draft_of(session, question)
    involved = {one.id for one in story.contributors}
    names = [one for one in ministry_names(session) if one.is_valid(office.today()) and one.id != question.owner_id]
    due_on: date | dict[str, str] = check_due(None, office.today(), load_calendar(session))
    if typed:
        due_on = dict(typed.typed_day("datum"))
    return story, AskSheet(
        address=address,
        back=back,
        text=draft.text.strip() if draft else "",
        version=draft.version if draft else 0,
        saved_at=draft.saved_at if draft else None,
        involved=[(one.code, one.name) for one in names if one.id in involved],
        others=[(one.code, one.display) for one in names if one.id not in involved],
        chosen=typed.texts("ministeries") if typed else [one.code for one in names if one.id in involved],
        due_on=due_on,
        files=len(documents_of_draft(session, draft.id)) if draft else 0,
    )


def ask(office: Office, actor: Actor, question_id: int, form: Posted) -> Sequence[Contribution]:
    """Send the version that was shown. Raises Refusal, its fields named as in the form."""
    try:
        with office.db.writing() as session:
            return concurrence.ask(
                session,
                actor,
                question_id,
                form.texts("ministeries"),
                form.day("datum"),
                office.now(),
                version=form.number("versie"),
            )
    except Refusal as refusal:
        raise renamed(refusal, {"tekst": "versie"}, default="ministeries") from None
