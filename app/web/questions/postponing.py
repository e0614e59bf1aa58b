"""The form of an uitstelbericht: by link and signed in, with the new date shown before it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Invalid, Refusal
from app.domain.ledger import Standing
from app.office import Office
from app.store.questions import Question
from app.usecases import postponing, term_requests
from app.web.frame.forms import Posted

FIELDS = {
    "named_on": "datum",
    "effective_on": "datum",
    "announced_on": "datum",
    "consented": "datum",
    "reason": "reden",
}


@dataclass(frozen=True)
class Postponement:
    """What a postponement would do: the date it names, and the due date after it. `in_time`: it moves the due date."""

    named_on: date
    due_on: date
    in_time: bool


def preview(office: Office, actor: Actor, question_id: int, form: Posted) -> Postponement:
    """What the typed postponement would do. Raises Refusal, its fields named as in the form."""
    try:
        named_on, reason = form.day("datum"), form.text("reden")
        with office.db.reading() as session:
            after = postponing.preview(session, actor, question_id, named_on, reason, office.now())
    except Invalid as refusal:
        raise renamed(refusal, FIELDS) from None
    return _told(after, named_on or after.due_on)


def announce(session: Session, actor: Actor, question_id: int, form: Posted, now: datetime) -> Question:
    """Note the postponement. Raises Refusal, its fields named as in the form."""
    try:
        return postponing.postpone(session, actor, question_id, form.day("datum"), form.text("reden"), now)
    except Invalid as refusal:
        raise renamed(refusal, FIELDS) from None


def may_ask(office: Office, actor: Actor, question_id: int, form: Posted) -> bool:
    """Whether the secretariat can give what was refused because the ministry can't take it itself."""
    try:
        named_on, reason = form.day("datum"), form.text("reden")
        with office.db.reading() as session:
            return term_requests.may_ask_time(session, actor, question_id, named_on, reason, office.now())
    except Refusal:
        return False


def ask(session: Session, actor: Actor, question_id: int, form: Posted, now: datetime) -> object:
    """Ask the secretariat for this date. Raises Refusal, its fields named as in the form."""
    try:
        return term_requests.ask_time(session, actor, question_id, form.day("datum"), form.text("reden"), now)
    except Invalid as refusal:
        raise renamed(refusal, FIELDS) from None


def renamed(refusal: Refusal, names: Mapping[str, str], prefix: str = "", default: str | None = None) -> Refusal:
    """The refusal with its fields called as on the page; `default` is for one about no field in particular.

    `prefix` keeps two forms on one page apart.
    """
    if not isinstance(refusal, Invalid):
        return refusal
    first, *others = (
        Invalid(one.code, one.sentence, field=_renamed(one.field or default, names, prefix), **one.facts)
        for one in refusal.all()
    )
    return Invalid(first.code, first.sentence, field=first.field, others=tuple(others), **first.facts)


def _renamed(field: str | None, names: Mapping[str, str], prefix: str) -> str | None:
    return f"{prefix}{names.get(field, field)}" if field else None


def _told(after: Standing, named_on: date) -> Postponement:
    return Postponement(named_on, after.due_on, in_time=after.due_on == named_on)
