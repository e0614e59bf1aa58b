"""What a letter needs before it can be registered. All that is wrong is found at once, in the order of the form."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.canonical import length_prefixed
from app.domain.errors import Invalid, Refusal, mark
from app.domain.ministries import MinistryName, resolve
from app.domain.questions import Channel, QuestionKind
from app.domain.terms import Term, TermKind

MAX_QUESTIONS = 200
TITLE_LENGTH = 90
EARLIEST = date(1950, 1, 1)
LIMITS = {"onderwerp": 300, "kenmerk": 80, "terAttentieVan": 200, "tekst": 500_000}
QUESTION_TEXT = 10_000
QUESTION_TITLE = 200


@dataclass(frozen=True)
class NewQuestion:
    """One question as it was typed: ministries by code, alias or name, as the letter calls them.

    `repeats`: the numbers (ids) of earlier questions that it asks again.
    """

    text: str
    owner: str
    title: str = ""
    kind: QuestionKind = QuestionKind.QUESTION
    contributors: tuple[str, ...] = ()
    contact_id: int | None = None
    term: Term | None = None
    repeats: tuple[int, ...] = ()


@dataclass(frozen=True)
class NewLetter:
    """A letter as it was typed."""

    subject: str
    reference: str
    letter_date: date
    addressee: str
    questions: tuple[NewQuestion, ...]
    attention: str = ""
    channel: Channel = Channel.LETTER
    dossier: str | None = None
    body: str = ""
    document_ids: tuple[int, ...] = ()


def fingerprint(letter: NewLetter) -> str:
    """A SHA-256 over all that was typed, in hexadecimal: the same for the same letter, another for any other."""
    return hashlib.sha256(repr(letter).encode()).hexdigest()


def save_key(person_id: int | None, key: str) -> str | None:
    """The name under which an attempt to save is known: a person's own, of any length; None without a key."""
    return hashlib.sha256(length_prefixed(person_id or 0, key)).hexdigest() if key else None


@dataclass(frozen=True)
class ReadQuestion:
    """A question whose ministries are known."""

    owner: MinistryName
    contributors: tuple[MinistryName, ...]


@dataclass(frozen=True)
class ReadLetter:
    """A letter whose ministries are known, question by question."""

    addressee: MinistryName
    questions: tuple[ReadQuestion, ...]


def read(letter: NewLetter, ministries: Sequence[MinistryName]) -> ReadLetter:
    """The ministries a letter names, read by its date.

    Raises Invalid for the first thing that is wrong, with all further ones in its `others`. Fields are named as in
    the API; a question's field as `vragen.0.tekst`, counted from 0.
    """
    wrong: list[Invalid] = [*_letter_problems(letter)]
    addressee = _ministry(letter.addressee, letter.letter_date, ministries, "aan", wrong)
    questions = [
        _read_question(question, index, letter.letter_date, ministries, wrong)
        for index, question in enumerate(letter.questions)
    ]
    if wrong:
        raise Invalid(wrong[0].code, wrong[0].sentence, field=wrong[0].field, others=tuple(wrong[1:]), **wrong[0].facts)
    return ReadLetter(_known(addressee), tuple(ReadQuestion(_known(owner), named) for owner, named in questions))


def first_sending_day(letter_date: date, today: date) -> date:
    """The first day a letter that has not gone out can still go out: terms shown until then count from it."""
    return max(letter_date, today)


def counted_from(term: Term, letter_date: date, today: date) -> date:
    """The day from which a term is shown before its letter has gone out.

    An agreed date is not counted: it only has to lie after the letter, which may be recorded when both have passed.
    """
    return letter_date if term.kind is TermKind.AGREED else first_sending_day(letter_date, today)


def likely_sending_day(new: NewLetter, today: date) -> date:
    """The day to propose for sending: today, or the letter's own date where a day that was agreed in it has passed."""
    agreed = [one.term.named_on for one in new.questions if one.term and one.term.named_on]
    return new.letter_date if any(day < today for day in agreed) else today


def check_sending_day(sent_on: date, letter_date: date, today: date) -> None:
    """Raise Invalid unless a letter went out between its own date and today, both included."""
    if sent_on > today:
        sentence = mark("De verzenddatum {day} ligt in de toekomst. Kies vandaag of een eerdere dag.")
        raise Invalid("sent-in-future", sentence, field="datum", day=sent_on)
    if sent_on < letter_date:
        sentence = mark("De verzenddatum {day} ligt vóór de datum van de brief, {letter_date}. Kies een latere dag.")
        raise Invalid("sent-before-letter", sentence, field="datum", day=sent_on, letter_date=letter_date)


def title_from(text: str) -> str:
    """A short title where none was typed: the first sentence, cut at a word when it is long."""
    first = re.split(r"(?<=[.?!])\s+", " ".join(text.split()), maxsplit=1)[0]
    if len(first) <= TITLE_LENGTH:
        return first
    return first[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def _letter_problems(letter: NewLetter) -> list[Invalid]:
    wrong = []
    typed = {
        "onderwerp": letter.subject,
        "kenmerk": letter.reference,
        "terAttentieVan": letter.attention,
        "tekst": letter.body,
    }
    if not letter.subject.strip():
        wrong.append(Invalid("missing", mark("Vul het onderwerp van de brief in."), field="onderwerp"))
    if not letter.reference.strip():
        wrong.append(Invalid("missing", mark("Vul het kenmerk van de VNG in."), field="kenmerk"))
    for field, value in typed.items():
        if len(value) > LIMITS[field]:
            wrong.append(_too_long(field, LIMITS[field], len(value)))
    if letter.letter_date < EARLIEST:
        sentence = mark("Controleer de datum van de brief: {day}.")
        wrong.append(Invalid("date-too-early", sentence, field="datum", day=letter.letter_date))
    if not letter.questions:
        wrong.append(Invalid("no-questions", mark("Voeg ten minste één vraag toe."), field="vragen"))
    if len(letter.questions) > MAX_QUESTIONS:
        sentence = mark("Een brief heeft hooguit {most} vragen. Verdeel ze over meer brieven.")
        wrong.append(Invalid("too-many-questions", sentence, field="vragen", most=MAX_QUESTIONS))
    return wrong


def _read_question(
    question: NewQuestion, index: int, day: date, ministries: Sequence[MinistryName], wrong: list[Invalid]
) -> tuple[MinistryName | None, tuple[MinistryName, ...]]:
    at, number = f"vragen.{index}", index + 1
    wrong.extend(_text_problems(question, at, number))
    owner = None
    if question.owner.strip():
        owner = _ministry(question.owner, day, ministries, f"{at}.eigenaar", wrong)
    else:
        sentence = mark("Vraag {number}: kies wie het antwoord moet geven.")
        wrong.append(Invalid("missing", sentence, field=f"{at}.eigenaar", number=number))
    named: dict[int, MinistryName] = {}
    for text in question.contributors:
        found = _ministry(text, day, ministries, f"{at}.meebetrokken", wrong)
        if found is not None:
            named[found.id] = found
    if owner is not None and owner.id in named:
        sentence = mark("Vraag {number}: {ministry} is al eigenaar. Haal het weg bij meebetrokken.")
        field = f"{at}.meebetrokken"
        wrong.append(Invalid("owner-contributes", sentence, field=field, number=number, ministry=owner.display))
    if question.term is not None and question.term.named_on is not None and question.term.named_on < day:
        due, field = question.term.named_on, f"{at}.termijn"
        sentence = mark(
            "Vraag {number}: de antwoorddatum {due} ligt vóór de datum van de brief, {day}. Kies een latere."
        )
        wrong.append(Invalid("due-before-letter", sentence, field=field, number=number, due=due, day=day))
    return owner, tuple(named.values())


def _text_problems(question: NewQuestion, at: str, number: int) -> list[Invalid]:
    wrong = []
    if not question.text.strip():
        sentence = mark("Vraag {number}: vul de tekst van de vraag in.")
        wrong.append(Invalid("missing", sentence, field=f"{at}.tekst", number=number))
    if len(question.text) > QUESTION_TEXT:
        wrong.append(_too_long(f"{at}.tekst", QUESTION_TEXT, len(question.text)))
    if len(question.title) > QUESTION_TITLE:
        wrong.append(_too_long(f"{at}.kop", QUESTION_TITLE, len(question.title)))
    return wrong


def _ministry(
    text: str, day: date, ministries: Sequence[MinistryName], field: str, wrong: list[Invalid]
) -> MinistryName | None:
    try:
        return resolve(text, day, ministries)
    except Refusal as refusal:
        wrong.append(Invalid(refusal.code, refusal.sentence, field=field, **refusal.facts))
        return None


def _known(ministry: MinistryName | None) -> MinistryName:
    assert ministry is not None  # noqa: S101  # every unread name has put a problem in the list
    return ministry


def _too_long(field: str, most: int, length: int) -> Invalid:
    return Invalid(
        "too-long", mark("Dit is te lang: {length} tekens. Hooguit {most} mag."), field=field, most=most, length=length
    )
