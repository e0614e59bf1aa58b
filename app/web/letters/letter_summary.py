"""What will happen when a letter goes out: who is asked what, by when and why, and who hears of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from app.domain.calendar import Calendar
from app.domain.errors import Invalid, mark
from app.domain.letters import (
    NewLetter,
    NewQuestion,
    ReadLetter,
    ReadQuestion,
    counted_from,
    read,
    title_from,
)
from app.domain.ministries import MinistryName, successor_on
from app.domain.questions import QuestionKind
from app.domain.terms import Reason, Term, TermKind, due_date, explain
from app.store.ministries import Dossier, dossier_list, ministry_names
from app.store.people import Person, contact_for
from app.store.terms import default_term, load_calendar
from app.wording import Wording


@dataclass(frozen=True)
class DueLine:
    """A due date with its reason, in the reader's words, and from which day it counts where that may still change."""

    due_on: date
    kind: TermKind
    why: str
    basis: str = ""


@dataclass(frozen=True)
class AskedQuestion:
    """One question as it will be asked. `successor` where its owner ended since; `hears` is a mail address or none."""

    number: int
    title: str
    text: str
    kind: QuestionKind
    owner: MinistryName
    successor: MinistryName | None
    contributors: Sequence[MinistryName]
    due: DueLine
    hears: str | None


@dataclass(frozen=True)
class Summary:
    """A letter before it is saved or sent. `by_ministry` counts the questions of each owner, in order of name."""

    new: NewLetter
    addressee: MinistryName
    dossier: Dossier | None
    questions: Sequence[AskedQuestion]

    @property
    def by_ministry(self) -> Mapping[str, int]:
        """How many questions each owner gets."""
        owners = [(question.successor or question.owner).display for question in self.questions]
        return {owner: owners.count(owner) for owner in sorted(set(owners), key=str.casefold)}

    @property
    def mails(self) -> int:
        """How many mails go out: one per contact."""
        return len({question.hears for question in self.questions if question.hears})


def due_line(words: Wording, term: Term, start: date, calendar: Calendar) -> DueLine:
    """When an answer is due and why, in plain sentences. Raises Invalid like `domain.terms.due_date`."""
    due = due_date(term, start, calendar)
    why = " ".join(sentence(words, reason) for reason in explain(term, start, calendar))
    return DueLine(due.due_on, term.kind, why)


def due_before_sending(words: Wording, term: Term, letter_date: date, today: date, calendar: Calendar) -> DueLine:
    """The same for a letter that is being typed: counted from the first day it can go out, which is said with it."""
    line = due_line(words, term, counted_from(term, letter_date, today), calendar)
    if term.kind is TermKind.AGREED:
        return line
    if letter_date > today:
        basis = mark("Geteld vanaf de datum van de brief. Gaat de brief later weg, dan schuift deze datum mee.")
    elif letter_date == today:
        basis = mark("Geteld vanaf vandaag. Gaat de brief later weg, dan schuift deze datum mee.")
    else:
        basis = mark("Geteld vanaf vandaag. Is de brief al eerder verstuurd, dan vult u die dag in bij Versturen.")
    return replace(line, basis=words.text(basis))


def sentence(words: Wording, reason: Reason) -> str:
    """A reason in the reader's language; the names of days off are translated as well."""
    facts = dict(reason.facts)
    if isinstance(why := facts.get("why"), str):
        facts["why"] = words.gettext(why)
    return words.text(reason.sentence, **facts)


def summary(session: Session, words: Wording, new: NewLetter, start: date, today: date) -> Summary:
    """What a letter asks if its terms start on `start`. Raises Invalid where it can't be read."""
    names = ministry_names(session)
    known: ReadLetter = read(new, names)
    calendar, default = load_calendar(session), default_term(session)
    dossier = next((one for one in dossier_list(session) if one.slug == new.dossier), None)
    asked = []
    for place, (question, found) in enumerate(zip(new.questions, known.questions, strict=True)):
        successor = _successor(found.owner, today, names)
        hears = _hears(session, question, found, successor, dossier)
        asked.append(
            AskedQuestion(
                number=place + 1,
                title=question.title or title_from(question.text),
                text=question.text,
                kind=question.kind,
                owner=found.owner,
                successor=successor,
                contributors=found.contributors,
                due=_due(words, question.term or default, start, calendar, place),
                hears=hears,
            )
        )
    return Summary(new, known.addressee, dossier, asked)


def _due(words: Wording, term: Term, start: date, calendar: Calendar, place: int) -> DueLine:
    try:
        return due_line(words, term, start, calendar)
    except Invalid as refusal:
        at = f"vragen.{place}.termijn"
        raise Invalid(refusal.code, refusal.sentence, field=at, **refusal.facts) from None


def _successor(owner: MinistryName, today: date, names: Sequence[MinistryName]) -> MinistryName | None:
    try:
        found = successor_on(owner, today, names)
    except Invalid:
        return None  # sending will refuse it with this very reason; the page shows what there is
    return found if found.id != owner.id else None


def _hears(
    session: Session,
    question: NewQuestion,
    known: ReadQuestion,
    successor: MinistryName | None,
    dossier: Dossier | None,
) -> str | None:
    owner = successor or known.owner
    chosen = question.contact_id if successor is None else None
    person_id = chosen or contact_for(session, owner.id, dossier.id if dossier else None)
    person = session.get(Person, person_id) if person_id else None
    return person.email if person else None
