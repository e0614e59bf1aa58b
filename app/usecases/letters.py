"""Letters: registered as a concept, changed while they are one, sent, withdrawn."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import Calendar, civil_date
from app.domain.errors import Invalid, NotFound, OutOfDate, WrongState, mark
from app.domain.ledger import Entry, EntryKind
from app.domain.letters import (
    NewLetter,
    NewQuestion,
    ReadLetter,
    ReadQuestion,
    check_sending_day,
    counted_from,
    fingerprint,
    read,
    save_key,
    title_from,
)
from app.domain.permissions import Task
from app.domain.questions import Act, State
from app.domain.terms import Term, due_date
from app.store import audit, ownership, repeats
from app.store.access import find_letter, require
from app.store.documents import Document, LetterDocument
from app.store.letters import Letter, next_number, saved_already
from app.store.ministries import dossier_chosen, ministry_names
from app.store.people import Person, contact_for
from app.store.questions import Contributor, Question, QuestionEvent, QuestionRepeat, Round, move, tell
from app.store.terms import append, default_term, load_calendar


def register(session: Session, actor: Actor, new: NewLetter, now: datetime, *, key: str = "") -> Letter:
    """Put a letter with its questions on record as a numbered concept. Raises Invalid with all that is wrong.

    The same letter sent again with the same `key` is the letter that is there; raises WrongState for another one.
    """
    require(actor, Task.REGISTER)
    known, attempt = read(new, ministry_names(session)), save_key(actor.person_id, key)
    if attempt and (saved := saved_already(session, attempt, fingerprint(new), new.letter_date.year)):
        return saved
    letter_number = next_number(session, new.letter_date.year)
    letter = Letter(
        year=letter_number.year,
        serial=letter_number.serial,
        created_at=now,
        created_by_id=actor.person_id,
        save_key=attempt,
        saved_sha256=attempt and fingerprint(new),
        **_columns(session, new, known, None),
    )
    session.add(letter)
    session.flush()
    _write_documents(session, letter, new)
    _write_questions(session, letter, new, known, civil_date(now))
    _write_repeats(session, actor, letter, new, now)
    audit.record(
        session, actor, "registreren", f"brief:{letter.id}", now, nummer=str(letter_number), vragen=len(new.questions)
    )
    return letter


def revise(session: Session, actor: Actor, letter_id: int, new: NewLetter, version: int, now: datetime) -> Letter:
    """Replace what a concept says. Its number stays; so do the questions' numbers, by their order.

    Raises OutOfDate when somebody saved it since `version` was read, WrongState once it was sent.
    """
    require(actor, Task.REGISTER)
    letter = _concept(session, actor, letter_id)
    if letter.version != version:
        raise OutOfDate(
            "moved-on",
            mark("Iemand anders heeft deze brief intussen opgeslagen. Vergelijk uw tekst en sla opnieuw op."),
        )
    if new.letter_date.year != letter.year:
        raise Invalid(
            "other-year",
            mark("De brief heeft een nummer uit {year}. Kies een datum in dat jaar, of registreer een nieuwe brief."),
            field="datum",
            year=str(letter.year),
        )
    known = read(new, ministry_names(session))
    for name, value in _columns(session, new, known, letter.dossier_id).items():
        setattr(letter, name, value)
    letter.version += 1
    session.execute(sa.delete(LetterDocument).where(LetterDocument.letter_id == letter.id))
    _write_documents(session, letter, new)
    _write_questions(session, letter, new, known, civil_date(now))
    _write_repeats(session, actor, letter, new, now)
    audit.record(
        session, actor, "wijzigen", f"brief:{letter.id}", now, versie=letter.version, vragen=len(new.questions)
    )
    return letter


def send(session: Session, actor: Actor, letter_id: int, sent_on: date, now: datetime) -> Letter:
    """Send a concept: its terms start, and each contact gets one mail with the questions it must answer.

    `sent_on` may lie in the past, for letters that went out before Regie. A question to a ministry that has ended
    since then goes to its successor at once.
    """
    require(actor, Task.REGISTER)
    letter = _concept(session, actor, letter_id)
    check_sending_day(sent_on, letter.letter_date, civil_date(now))
    letter.sent_on = sent_on
    letter.version += 1
    names = ministry_names(session)
    asked = [question for question in _questions(session, letter) if question.state is State.DRAFT]
    for question in asked:
        _ask(session, actor, question, sent_on, now)
        ownership.follow_succession(session, question, names, sent_on, now)
    _mail_contacts(session, letter, asked, now)
    audit.record(session, actor, "verzenden", f"brief:{letter.id}", now, datum=sent_on, vragen=[q.id for q in asked])
    return letter


def withdraw(session: Session, actor: Actor, letter_id: int, reason: str, now: datetime) -> Letter:
    """Withdraw a concept: its number stays taken, its questions are withdrawn."""
    require(actor, Task.REGISTER)
    letter = _concept(session, actor, letter_id)
    letter.version += 1
    today = civil_date(now)
    for question in _questions(session, letter):
        if question.state is State.DRAFT:
            move(session, question, Act.WITHDRAW, today)
            tell(session, question, actor, Act.WITHDRAW, now, today, reason=reason.strip() or None)
    audit.record(session, actor, "intrekken", f"brief:{letter.id}", now, reden=reason.strip())
    return letter


def _concept(session: Session, actor: Actor, letter_id: int) -> Letter:
    letter = find_letter(session, actor, letter_id, for_update=True)
    states = {question.state for question in _questions(session, letter)}
    if letter.sent_on is not None or State.DRAFT not in states:
        raise WrongState(
            "not-a-concept",
            mark("Brief {number} is geen concept meer. Bekijk de brief om te zien hoe het ermee staat."),
            number=str(letter.number),
        )
    return letter


def _questions(session: Session, letter: Letter) -> Sequence[Question]:
    return session.scalars(
        sa.select(Question).where(Question.letter_id == letter.id).order_by(Question.position).with_for_update()
    ).all()


def _columns(session: Session, new: NewLetter, known: ReadLetter, kept_dossier_id: int | None) -> dict[str, object]:
    return {
        "reference": new.reference.strip(),
        "subject": new.subject.strip(),
        "letter_date": new.letter_date,
        "addressee_id": known.addressee.id,
        "attention": new.attention.strip() or None,
        "channel": new.channel,
        "dossier_id": dossier_chosen(session, new.dossier, kept_dossier_id),
        "body": new.body.strip() or None,
    }


def _write_documents(session: Session, letter: Letter, new: NewLetter) -> None:
    for document_id in dict.fromkeys(new.document_ids):
        if session.get(Document, document_id) is None:
            raise NotFound("no-document", mark("Een bijlage is er niet meer. Voeg het bestand opnieuw toe."))
        session.add(LetterDocument(letter_id=letter.id, document_id=document_id))


def _write_questions(session: Session, letter: Letter, new: NewLetter, known: ReadLetter, today: date) -> None:
    """Bring the concept's questions in line with the form: by order, so that numbers stay where they can.

    A question that was withdrawn keeps its number and its text: what is typed goes into the others.
    """
    calendar, default = load_calendar(session), default_term(session)
    there = _questions(session, letter)
    last = max((question.position for question in there), default=0)
    drafts = [question for question in there if question.state is State.DRAFT]
    for typed, read_question in zip(new.questions, known.questions, strict=True):
        columns = _question_columns(typed, read_question, letter.letter_date, today, calendar, default)
        columns["contact_id"] = _contact_id(session, typed, read_question, letter)
        if drafts:
            question = drafts.pop(0)
            for name, value in columns.items():
                setattr(question, name, value)
            question.version += 1
        else:
            last += 1
            question = Question(letter_id=letter.id, position=last, state=State.DRAFT, **columns)
            session.add(question)
        session.flush()
        session.execute(sa.delete(Contributor).where(Contributor.question_id == question.id))
        session.add_all(Contributor(question_id=question.id, ministry_id=m.id) for m in read_question.contributors)
    for left_over in drafts:
        session.execute(sa.delete(Contributor).where(Contributor.question_id == left_over.id))
        session.execute(sa.delete(QuestionEvent).where(QuestionEvent.question_id == left_over.id))
        session.execute(sa.delete(QuestionRepeat).where(QuestionRepeat.question_id == left_over.id))
        session.delete(left_over)
    session.flush()


def _write_repeats(session: Session, actor: Actor, letter: Letter, new: NewLetter, now: datetime) -> None:
    """Note which earlier questions those of the concept ask again."""
    drafts = (question for question in _questions(session, letter) if question.state is State.DRAFT)
    for question, typed in zip(drafts, new.questions, strict=True):
        repeats.put(session, actor, question, typed.repeats, now)


def _question_columns(
    typed: NewQuestion, known: ReadQuestion, letter_date: date, today: date, calendar: Calendar, default: Term
) -> dict[str, object]:
    term = typed.term or default
    start = counted_from(term, letter_date, today)
    due_on = due_date(term, start, calendar).due_on
    return {
        "title": typed.title.strip() or title_from(typed.text),
        "text": typed.text.strip(),
        "kind": typed.kind,
        "owner_id": known.owner.id,
        "term_kind": term.kind,
        "term_length": term.length,
        "term_unit": term.unit,
        "term_named_on": term.named_on,
        "due_on": due_on,
        "original_due_on": due_on,
        "term_set_on": start,
    }


def _contact_id(session: Session, typed: NewQuestion, known: ReadQuestion, letter: Letter) -> int | None:
    """The contact chosen on the form (who must belong to the owner), else the one set for ministry and dossier."""
    if typed.contact_id is None:
        return contact_for(session, known.owner.id, letter.dossier_id)
    person = session.get(Person, typed.contact_id)
    if person is None or person.ended_at is not None or person.ministry_id != known.owner.id:
        raise Invalid(
            "wrong-contact",
            mark("Deze contactpersoon hoort niet bij {ministry}. Kies een ander, of laat het leeg."),
            field="vragen",
            ministry=known.owner.display,
        )
    return person.id


def _ask(session: Session, actor: Actor, question: Question, sent_on: date, now: datetime) -> None:
    question.asked_on = sent_on
    move(session, question, Act.SEND, sent_on)
    term = Term(question.term_kind, question.term_length, question.term_unit, question.term_named_on)
    entry = Entry(sequence=1, kind=EntryKind.SET, effective_on=sent_on, term=term)
    standing = append(session, question, entry, actor, now, sent_on)
    session.add(
        Round(question_id=question.id, number=1, asked_on=sent_on, original_due_on=standing.due_on, term_kind=term.kind)
    )
    tell(session, question, actor, Act.SEND, now, sent_on)


def _mail_contacts(session: Session, letter: Letter, asked: Sequence[Question], now: datetime) -> None:
    by_contact: dict[int, list[Question]] = defaultdict(list)
    for question in asked:
        contact_id = ownership.present_contact(session, question)
        if contact_id is not None:
            by_contact[contact_id].append(question)
    for contact_id, questions in by_contact.items():
        ownership.mail_asked(session, contact_id, questions, f"asked:letter:{letter.id}:{contact_id}", now)
