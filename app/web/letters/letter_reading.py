"""What a typed letter says: its values, with all that is wrong told at once, in the order of the form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from app.domain.calendar import Calendar
from app.domain.errors import Invalid, Refusal, mark
from app.domain.letters import NewLetter, NewQuestion, check_sending_day
from app.domain.letters import read as read_letter
from app.domain.ministries import MinistryName
from app.domain.questions import Channel, QuestionKind
from app.domain.terms import Term, TermKind, Unit, due_date
from app.web.frame.forms import Posted
from app.web.letters.letter_form import TypedDay, TypedLetter, TypedQuestion

Word = TypeVar("Word", bound=StrEnum)
ORDER = ("onderwerp", "kenmerk", "datum", "aan", "terAttentieVan", "kanaal", "dossier", "documenten", "tekst", "vragen")
QUESTION_ORDER = ("tekst", "soort", "eigenaar", "meebetrokken", "termijn", "kop", "contact")
SENT_FIELD = "verzonden"
# What is judged by the letter's date says nothing while that date is wrong.
BY_DATE = {"ended-ministry", "unknown-ministry", "due-before-letter"}


@dataclass(frozen=True)
class Facts:
    """What a letter is read by: ministries, the ministry of each contact, the calendar, the default term."""

    ministries: Sequence[MinistryName]
    contacts: dict[int, int]
    calendar: Calendar
    default: Term


def understand(typed: TypedLetter, facts: Facts, today: date) -> NewLetter:
    """The letter that was typed. Raises Invalid for the first thing that is wrong, with the others in `others`."""
    wrong: list[Invalid] = []
    day = _letter_day(typed.day, wrong)
    questions = tuple(_question(one, f"vragen.{place}", wrong) for place, one in enumerate(typed.questions))
    new = NewLetter(
        subject=typed.subject,
        reference=typed.reference,
        letter_date=day or today,
        addressee=typed.addressee,
        attention=typed.attention,
        channel=_word(Channel, typed.channel, "kanaal", wrong) or Channel.LETTER,
        dossier=typed.dossier or None,
        body=typed.body,
        document_ids=typed.document_ids,
        questions=() if all(question.blank for question in typed.questions) else questions,
    )
    if not typed.addressee:
        wrong.append(Invalid("missing", mark("Kies aan welk ministerie de brief is gericht."), field="aan"))
    _read_as_a_whole(new, facts, wrong, day)
    if wrong:
        raise together(sorted(_first_of_each(wrong), key=_place))
    return new


def typed_term(question: TypedQuestion) -> Term | None:
    """The term that was typed; None for the default. Raises Invalid with field `termijn`."""
    wrong: list[Invalid] = []
    term = _term(question, "termijn", wrong)
    if wrong:
        raise wrong[0]
    return term


def day_of(typed: TypedDay, field: str) -> date | None:
    """A typed day; None where nothing was typed. Raises Invalid (`bad-date`) for what is no day on the calendar."""
    if not any(typed.values()):
        return None
    text = f"{typed.get('jaar', '')}-{typed.get('maand', ''):0>2}-{typed.get('dag', ''):0>2}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = mark("Deze dag bestaat niet. Vul dag, maand en jaar in, bijvoorbeeld 30 11 2026.")
        raise Invalid("bad-date", sentence, field=field) from None


def sending_day(
    posted: Posted, letter_date: date, today: date, likely: date | None = None
) -> tuple[date, Invalid | None]:
    """The day a letter goes out by the form, `likely` (or today) if it doesn't say; and what is wrong with that day.

    A letter dated in the future can't go out on any day yet: that belongs to no field (`letter-in-future`).
    """
    sent_on = likely or today
    try:
        sent_on = day_of(posted.typed_day(SENT_FIELD), SENT_FIELD) or sent_on
        check_sending_day(sent_on, letter_date, today)
    except Invalid as refusal:
        if letter_date > today:
            return today, Invalid("letter-in-future", refusal.sentence, **refusal.facts)
        return sent_on, Invalid(refusal.code, refusal.sentence, field=SENT_FIELD, **refusal.facts)
    return sent_on, None


def together(wrong: Sequence[Invalid]) -> Invalid:
    """Several refusals as one: the first, with the others in `others`."""
    first, *others = wrong
    return Invalid(first.code, first.sentence, field=first.field, others=tuple(others), **first.facts)


def _read_as_a_whole(new: NewLetter, facts: Facts, wrong: list[Invalid], day: date | None) -> None:
    try:
        known = read_letter(new, facts.ministries)
    except Invalid as refusal:
        wrong.extend(one for one in refusal.all() if day or one.code not in BY_DATE)
        return
    for place, (question, read) in enumerate(zip(new.questions, known.questions, strict=True)):
        if question.contact_id is not None and facts.contacts.get(question.contact_id) != read.owner.id:
            sentence = mark("Vraag {number}: deze contactpersoon hoort niet bij {ministry}. Kies een ander.")
            at = f"vragen.{place}.contact"
            wrong.append(Invalid("wrong-contact", sentence, field=at, number=place + 1, ministry=read.owner.display))
        if day:
            _check_due(question.term or facts.default, day, facts.calendar, f"vragen.{place}.termijn", wrong)


def _check_due(term: Term, day: date, calendar: Calendar, field: str, wrong: list[Invalid]) -> None:
    try:
        due_date(term, day, calendar)
    except Invalid as refusal:
        wrong.append(Invalid(refusal.code, refusal.sentence, field=field, **refusal.facts))


def _letter_day(typed: TypedDay, wrong: list[Invalid]) -> date | None:
    try:
        day = day_of(typed, "datum")
    except Invalid as refusal:
        wrong.append(refusal)
        return None
    if day is None:
        wrong.append(Invalid("missing", mark("Vul de datum van de brief in."), field="datum"))
    return day


def _question(typed: TypedQuestion, at: str, wrong: list[Invalid]) -> NewQuestion:
    return NewQuestion(
        text=typed.text,
        owner=typed.owner,
        title=typed.title,
        kind=_word(QuestionKind, typed.kind, f"{at}.soort", wrong) or QuestionKind.QUESTION,
        contributors=typed.contributors,
        contact_id=_contact(typed.contact),
        term=_term(typed, f"{at}.termijn", wrong),
        repeats=typed.repeats,
    )


def _contact(text: str) -> int | None:
    """A person's number; 0, which is nobody, for what is none."""
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) < 16 else 0


def _term(typed: TypedQuestion, field: str, wrong: list[Invalid]) -> Term | None:
    if not typed.term_kind:
        return None
    kind = _word(TermKind, typed.term_kind, field, wrong)
    if kind is None:
        return None
    try:
        if kind is TermKind.AGREED:
            return Term(kind, named_on=day_of(typed.term_day, field))
        unit = _word(Unit, typed.term_unit, field, wrong)
        length = int(typed.term_length) if typed.term_length.isdecimal() and len(typed.term_length) < 6 else None
        return Term(kind, length, unit) if unit else None
    except Invalid as refusal:
        wrong.append(Invalid(refusal.code, refusal.sentence, field=field, **refusal.facts))
        return None


def _word(kind: type[Word], text: str, field: str, wrong: list[Invalid]) -> Word | None:
    try:
        return kind(text)
    except ValueError:
        wrong.append(Invalid("bad-choice", mark("Maak een keuze uit de lijst."), field=field))
        return None


def _first_of_each(wrong: Sequence[Invalid]) -> list[Invalid]:
    """One refusal per field: the first that was found."""
    found: dict[str | None, Invalid] = {}
    for one in wrong:
        found.setdefault(one.field, one)
    return list(found.values())


def _place(refusal: Refusal) -> tuple[int, int, int]:
    """Where the field of a refusal stands in the form."""
    head, *rest = (refusal.field or "").split(".")
    if not rest:
        return (ORDER.index(head) if head in ORDER else -1, -1, 0)
    name = rest[1] if len(rest) > 1 else ""
    return (ORDER.index("vragen"), int(rest[0]), QUESTION_ORDER.index(name) if name in QUESTION_ORDER else 0)
