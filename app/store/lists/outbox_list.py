"""The outbox as a list: searched by reader, question, kind and state."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.domain.errors import Invalid
from app.domain.numbers import LetterNumber, QuestionNumber
from app.store.ladder.escalation import Escalation, EscalationMail
from app.store.letters import Letter
from app.store.outbox import MailState, OutboxMail
from app.store.people import Person
from app.store.questions import Question


@dataclass(frozen=True)
class Wanted:
    """What a list of mails is narrowed to; empty means all that are about the work. `codes`: only sign-in codes.

    `reader` is part of an address or name, `number` of a question (2026-118.3) or of a letter (2026-118).
    """

    state: MailState | None = None
    codes: bool = False
    kind: str = ""
    reader: str = ""
    number: str = ""


def conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """The conditions on `outbox`, joined with its reader. Raises Invalid (`bad-number`)."""
    found = [OutboxMail.kind == "code" if wanted.codes else OutboxMail.kind != "code"]
    if wanted.state is not None:
        found.append(OutboxMail.state == wanted.state)
    if wanted.kind:
        found.append(OutboxMail.kind == wanted.kind)
    if wanted.reader:
        part = wanted.reader.lower()
        named = sa.func.lower(Person.name).contains(part, autoescape=True)
        found.append(sa.or_(OutboxMail.address.contains(part, autoescape=True), named))
    if wanted.number:
        found.append(_about(wanted.number))
    return found


def _about(number: str) -> sa.ColumnElement[bool]:
    """Mails about a question, or about any of a letter: of their own, of the ladder, or of several at once."""
    asked = _questions(number)
    ids = asked.with_only_columns(Question.id)
    since = asked.with_only_columns(sa.func.min(Letter.created_at)).scalar_subquery()
    on_ladder = (
        sa.select(EscalationMail.outbox_id)
        .join(Escalation, Escalation.id == EscalationMail.escalation_id)
        .where(Escalation.question_id.in_(ids))
    )
    # A list of numbers in the parameters, as text: a comma before and after each of them.
    several: sa.ColumnElement[str] = sa.cast(OutboxMail.params["question_ids"], sa.Text)
    for sign, instead in ((" ", ""), ("[", ","), ("]", ",")):
        several = sa.func.replace(several, sign, instead)
    framed = sa.literal(",").concat(sa.cast(Question.id, sa.Text)).concat(",")
    one_of = sa.exists(asked.where(several.contains(framed)))
    return sa.or_(
        OutboxMail.question_id.in_(ids),
        OutboxMail.id.in_(on_ladder),
        OutboxMail.again_of_id.in_(on_ladder),
        sa.and_(OutboxMail.created_at >= since, one_of),
    )


def _questions(text: str) -> sa.Select[int]:
    asked = sa.select(Question.id).join(Letter, Letter.id == Question.letter_id)
    try:
        one = QuestionNumber.parse(text)
    except Invalid:
        letter = LetterNumber.parse(text)
        return asked.where(Letter.year == letter.year, Letter.serial == letter.serial)
    return asked.where(Letter.year == one.year, Letter.serial == one.serial, Question.position == one.position)
