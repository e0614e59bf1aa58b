"""How a question ends: the verdict on its answer, withdrawal, and reopening."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.domain.errors import Invalid, OutOfDate, WrongState, mark
from app.domain.ledger import Entry, EntryKind
from app.domain.questions import JUDGING, Act, State, Verdict, next_state, reopen_act
from app.domain.terms import ROUND_TERM
from app.store import audit
from app.store.access import question_for_act
from app.store.answer_sheets import tell_if_complete
from app.store.answering import Answer, answer_of_round
from app.store.letters import Letter
from app.store.ministries import ministry_names
from app.store.outbox import enqueue
from app.store.ownership import follow_succession, present_contact
from app.store.people import Person
from app.store.questions import Question, Round, move, tell
from app.store.terms import append


def judge(
    session: Session,
    actor: Actor,
    question_id: int,
    verdict: Verdict,
    reason: str,
    now: datetime,
    *,
    answer_id: int | None = None,
) -> Answer:
    """Say whether the answer is concrete. If not, a new round of 10 working days begins and the contact hears why.

    Raises Invalid without a reason for a verdict other than concrete, WrongState where no answer waits, OutOfDate where
    another waits by now than `answer_id`, the one that was read.
    """
    question = question_for_act(session, actor, question_id, JUDGING[verdict])
    if verdict is not Verdict.CONCRETE and not reason.strip():
        raise Invalid(
            "missing", mark("Schrijf wat er nog ontbreekt. Het ministerie krijgt dit te lezen."), field="toelichting"
        )
    answer = _answer_of(session, question)
    if answer_id not in {None, answer.id}:
        sentence = mark("Dat kan nu niet: de vraag is intussen verder. Bekijk de vraag en kies wat nu kan.")
        raise OutOfDate("moved-on", sentence)
    today = civil_date(now)
    tell(session, question, actor, JUDGING[verdict], now, today, reason=reason.strip() or None)
    move(session, question, JUDGING[verdict], today)
    answer.verdict, answer.verdict_reason = verdict, reason.strip() or None
    answer.judged_at, answer.judged_by_id = now, actor.person_id
    if verdict is not Verdict.CONCRETE:
        _begin_round(session, actor, question, now, today)
    audit.record(
        session, actor, JUDGING[verdict], f"vraag:{question.id}", now, antwoord=answer.id, toelichting=reason.strip()
    )
    return answer


def withdraw(session: Session, actor: Actor, question_id: int, reason: str, now: datetime) -> Question:
    """VNG takes the question back; it counts in no rate."""
    question = question_for_act(session, actor, question_id, Act.WITHDRAW)
    if not reason.strip():
        raise Invalid("missing", mark("Schrijf waarom de VNG de vraag intrekt."), field="reden")
    today = civil_date(now)
    move(session, question, Act.WITHDRAW, today)
    question.link_serial += 1
    tell(session, question, actor, Act.WITHDRAW, now, today, reason=reason.strip())
    tell_if_complete(session, question, now)
    audit.record(session, actor, Act.WITHDRAW, f"vraag:{question.id}", now, reden=reason.strip())
    return question


def reopen(session: Session, actor: Actor, question_id: int, reason: str, now: datetime) -> Question:
    """Open a closed question again: in a new round, or as a concept if it was never sent.

    Raises WrongState `letter-sent` where its letter went out without it: no second sending could take it along;
    `letter-removed` where its text is gone.
    """
    question = question_for_act(session, actor, question_id, Act.REOPEN)
    if not reason.strip():
        raise Invalid("missing", mark("Schrijf waarom de vraag weer opengaat."), field="reden")
    today = civil_date(now)
    act = reopen_act(question.asked_on is not None)
    letter = session.get_one(Letter, question.letter_id)
    if letter.removed_at is not None:
        sentence = mark("De tekst is na de bewaartermijn verwijderd. Stel de vraag in een nieuwe brief.")
        raise WrongState("letter-removed", sentence)
    if act is Act.REOPEN_UNSENT and letter.sent_on is not None:
        sentence = mark("De brief is zonder deze vraag verstuurd. Stel de vraag in een nieuwe brief.")
        raise WrongState("letter-sent", sentence)
    tell(session, question, actor, act, now, today, reason=reason.strip())
    move(session, question, act, today)
    if question.asked_on:
        _begin_round(session, actor, question, now, today)
    audit.record(session, actor, act, f"vraag:{question.id}", now, reden=reason.strip())
    return question


def _answer_of(session: Session, question: Question) -> Answer:
    if question.state is State.WITHDRAWN:
        next_state(question.state, Act.JUDGE_CONCRETE)  # says that it was withdrawn
    answer = answer_of_round(session, question)
    if answer is None or answer.verdict is not None:
        raise WrongState(
            "nothing-to-judge", mark("Er ligt geen antwoord dat op een oordeel wacht. Bekijk de vraag opnieuw.")
        )
    return answer


def _begin_round(session: Session, actor: Actor, question: Question, now: datetime, today: date) -> None:
    question.round += 1
    question.owner_binding, question.deemed, question.transfers, question.handed_over_on = False, False, 0, None
    question.term_kind, question.term_length = ROUND_TERM.kind, ROUND_TERM.length
    question.term_unit, question.term_named_on = ROUND_TERM.unit, None
    entry = Entry(sequence=1, kind=EntryKind.SET, effective_on=today, term=ROUND_TERM)
    standing = append(session, question, entry, actor, now, today)
    session.add(
        Round(
            question_id=question.id,
            number=question.round,
            asked_on=today,
            original_due_on=standing.due_on,
            term_kind=ROUND_TERM.kind,
        )
    )
    follow_succession(session, question, ministry_names(session), today, now)
    contact_id = present_contact(session, question)
    if contact_id is None:
        return
    person = session.get_one(Person, contact_id)
    key = f"round:{question.id}:{question.round}"
    enqueue(session, person, "round", key, now, question_id=question.id, round=question.round)
