"""What the form of a letter offers: lists to choose from, due dates as far as typed, and a way out of errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import Invalid, Refusal, mark
from app.domain.ministries import MinistryName, succession
from app.domain.permissions import Role
from app.domain.questions import Channel, QuestionKind
from app.domain.terms import Term, TermKind, Unit
from app.store.documents import Document
from app.store.ministries import Dossier, dossier_list, ministry_names
from app.store.people import Person, PersonRole
from app.store.terms import default_term, load_calendar
from app.web.frame.render import errors_of
from app.web.letters.letter_form import TypedLetter
from app.web.letters.letter_reading import Facts, day_of, typed_term
from app.web.letters.letter_summary import DueLine, due_before_sending
from app.wording import Wording

Options = Sequence[tuple[str, Any]]
CHANNELS = {
    Channel.LETTER: mark("Brief per post"),
    Channel.EMAIL: mark("E-mail"),
    Channel.PORTAL: mark("Portaal"),
    Channel.BY_HAND: mark("Overhandigd"),
    Channel.OTHER: mark("Anders"),
}
KINDS = {
    QuestionKind.QUESTION: mark("Vraag"),
    QuestionKind.REQUEST: mark("Verzoek"),
    QuestionKind.COMMITMENT: mark("Toezegging"),
}
TERM_KINDS = {
    TermKind.NORM: mark("Norm"),
    TermKind.STATUTORY: mark("Wettelijke termijn"),
    TermKind.AGREED: mark("Afspraak op datum"),
}
UNITS = {
    Unit.DAYS: mark("dagen"),
    Unit.WORKING_DAYS: mark("werkdagen"),
    Unit.WEEKS: mark("weken"),
    Unit.MONTHS: mark("maanden"),
}
_CONTACT_ROLES = (Role.CONTACT, Role.COORDINATOR)


@dataclass(frozen=True)
class Offer:
    """The successor of an ended ministry, one button away: what the button does and what it says."""

    act: str
    display: str


@dataclass(frozen=True)
class Desk:
    """The lists of the form, with what a letter is read by. `contacts` are grouped by ministry."""

    facts: Facts
    contacts: Options
    dossiers: Sequence[Dossier]
    words: Wording

    @property
    def default(self) -> Term:
        """The term a question starts with."""
        return self.facts.default

    def ministries(self, today: date) -> Options:
        """For a select: those of today, and those that have ended, with until when."""
        now = [(one.code, _named(one)) for one in self.facts.ministries if not one.has_ended(today)]
        ended = [
            (one.code, self.words.text(mark("{name} (tot en met {day})"), name=_named(one), day=one.valid_until))
            for one in self.facts.ministries
            if one.has_ended(today)
        ]
        return [
            (self.words.text(mark("Ministeries van nu")), now),
            *([(self.words.text(mark("Opgeheven")), ended)] if ended else []),
        ]

    def contributors(self, today: date) -> Sequence[tuple[str, str, bool]]:
        """For check boxes: code, short name, whether it has ended; those of today first."""
        found = [(one.code, one.display, one.has_ended(today)) for one in self.facts.ministries]
        return sorted(found, key=lambda one: one[2])

    def dossiers_for(self, chosen: str) -> Options:
        """For a select: those that are offered, and the one that was chosen before if that isn't any more."""
        return [(one.slug, one.name) for one in self.dossiers if one.ended_at is None or one.slug == chosen]

    def worded(self, names: Mapping[Any, str]) -> Options:
        """Fixed choices in the reader's language."""
        return [(str(value), self.words.text(name)) for value, name in names.items()]

    def due_lines(self, typed: TypedLetter, today: date) -> list[DueLine | None]:
        """When each question would be due; none where date or term is not there yet."""
        return [self._due_line(typed, place, today) for place in range(len(typed.questions))]

    def _due_line(self, typed: TypedLetter, place: int, today: date) -> DueLine | None:
        try:
            day = day_of(typed.day, "datum")
            term = typed_term(typed.questions[place]) or self.default
            return due_before_sending(self.words, term, day, today, self.facts.calendar) if day else None
        except Invalid:
            return None

    def successors(self, on: date) -> dict[str, MinistryName]:
        """Each ministry that had ended by this day, by code → the first of its successors that existed then."""
        found = {}
        for ministry in self.facts.ministries:
            if ministry.has_ended(on):
                chain = succession(ministry, self.facts.ministries)
                if successor := next((one for one in chain if one.is_valid(on)), None):
                    found[ministry.code] = successor
        return found

    def offers(self, typed: TypedLetter, refusal: Refusal | None) -> dict[str, Offer]:
        """Field → the successor to take instead, for each field that names an ended ministry."""
        found = {}
        for one in refusal.all() if isinstance(refusal, Invalid) else ():
            if one.code == "ended-ministry" and one.field and (day := day_of(typed.day, "datum")):
                codes = _codes_at(typed, one.field)
                successor = next((to for code, to in self.successors(day).items() if code in codes), None)
                if successor:
                    place, _, name = one.field.rpartition(".")
                    act = f"{place.replace('.', '-')}-opvolger-{name}" if place else f"opvolger-{name}"
                    found[one.field.replace(".", "-")] = Offer(act, successor.display)
        return found


def desk(session: Session, words: Wording) -> Desk:
    """Read what the form needs."""
    names = ministry_names(session)
    people = session.execute(
        sa.select(Person.id, Person.email, Person.ministry_id)
        .where(
            Person.ended_at.is_(None),
            sa.exists().where(PersonRole.person_id == Person.id, PersonRole.role.in_(_CONTACT_ROLES)),
        )
        .order_by(Person.email)
    ).all()
    grouped = [(one.display, [(str(p.id), p.email) for p in people if p.ministry_id == one.id]) for one in names]
    facts = Facts(
        ministries=names,
        contacts={person.id: person.ministry_id for person in people if person.ministry_id},
        calendar=load_calendar(session),
        default=default_term(session),
    )
    return Desk(facts, [group for group in grouped if group[1]], dossier_list(session), words)


def documents_by_id(session: Session, ids: Sequence[int]) -> list[Document]:
    """The documents with these numbers, in that order."""
    found = {one.id: one for one in session.scalars(sa.select(Document).where(Document.id.in_(ids)))}
    return [found[one] for one in ids if one in found]


def field_errors(words: Wording, refusal: Refusal | None) -> dict[str, str]:
    """Id of the field → sentence; `vragen.0.tekst` has the id `vragen-0-tekst`."""
    return {field.replace(".", "-"): text for field, text in errors_of(words, refusal).items()}


def summary_errors(words: Wording, errors: Mapping[str, str]) -> dict[str, str]:
    """The same for the list above the form, where each sentence has to say which question it is about."""
    found = {}
    for field, text in errors.items():
        head, _, rest = field.removeprefix("vragen-").partition("-")
        about = words.text(mark("Vraag {number}"), number=int(head) + 1) if head.isdecimal() and rest else ""
        found[field] = f"{about}: {text}" if about and not text.startswith(about) else text
    return found


def _named(ministry: MinistryName) -> str:
    name = ministry.name.removeprefix("ministerie van ")
    return f"{ministry.display} – {name}"


def _codes_at(typed: TypedLetter, field: str) -> tuple[str, ...]:
    if field == "aan":
        return (typed.addressee,)
    _, place, name = field.split(".")
    question = typed.questions[int(place)]
    return (question.owner,) if name == "eigenaar" else question.contributors
