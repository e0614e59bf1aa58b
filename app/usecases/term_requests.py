"""What a ministry asks of the secretariat about a term, and what the secretariat decides."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.domain.errors import Invalid, NotFound, WrongState, mark
from app.domain.ledger import Entry, EntryKind, next_sequence
from app.domain.ledger_acts import LONGEST_REASON, may_postpone, may_suspend, needs_consent
from app.domain.permissions import may
from app.domain.questions import Act, next_state
from app.store import audit
from app.store.access import find_question, question_for_act, relation_to
from app.store.questions import Question, tell
from app.store.term_mail import tell_contact, tell_secretariat
from app.store.term_requests import RequestKind, RequestState, TermRequest, open_request
from app.store.terms import book, ledger_of, load_calendar, statutory_extension

DECIDING = {RequestKind.POSTPONEMENT: Act.POSTPONE, RequestKind.CLARIFICATION: Act.SUSPEND}


def ask_clarification(session: Session, actor: Actor, question_id: int, reason: str, now: datetime) -> TermRequest:
    """The ministry asks what is meant, and that the clock stand still meanwhile; the secretariat hears of it.

    Raises Invalid without a reason or while the clock stands still, WrongState `asked-already` while one waits.
    """
    question = question_for_act(session, actor, question_id, Act.CLARIFY)
    next_state(question.state, Act.CLARIFY)
    _check_reason(reason, mark("Schrijf wat er niet duidelijk is aan de vraag."))
    if question.suspended:
        raise WrongState("suspend-suspended", mark("De klok staat al stil. Neem contact op met het secretariaat."))
    return _ask(session, actor, question, RequestKind.CLARIFICATION, reason, None, now)


def ask_time(
    session: Session, actor: Actor, question_id: int, named_on: date | None, reason: str, now: datetime
) -> TermRequest:
    """The ministry asks for more time than it may take itself; the secretariat hears of it.

    Raises Invalid as `needs_consent`, WrongState `asked-already` while one waits.
    """
    question = question_for_act(session, actor, question_id, Act.ASK_TIME)
    _asked_for(session, question, named_on, reason, civil_date(now))
    return _ask(session, actor, question, RequestKind.POSTPONEMENT, reason, named_on, now)


def may_ask_time(
    session: Session, actor: Actor, question_id: int, named_on: date | None, reason: str, now: datetime
) -> bool:
    """Whether what was refused for a postponement can be asked of the secretariat; changes nothing."""
    question = find_question(session, actor, question_id)
    if not may(actor.roles, Act.ASK_TIME, relation_to(session, actor, question)):
        return False
    try:
        _asked_for(session, question, named_on, reason, civil_date(now))
    except (Invalid, WrongState):
        return False
    return open_request(session, question_id, RequestKind.POSTPONEMENT) is None


def check_about(session: Session, actor: Actor, request_id: int, question_id: int) -> TermRequest:
    """The request, if it is about this question and the actor may read that. Raises NotFound (`no-request`)."""
    request = session.get(TermRequest, request_id)
    if request is None or request.question_id != find_question(session, actor, question_id).id:
        raise NotFound("no-request", mark("Dit verzoek bestaat niet, of u mag het niet zien."))
    return request


def grant(
    session: Session, actor: Actor, request_id: int, on: date | None, decision: str, now: datetime
) -> TermRequest:
    """Give what was asked: the date (`on`, else the one asked for), or the clock stands still from `on`.

    Without `on` the clock stands still from the day of asking. Asked in time is in time, whenever it is decided.
    Raises Invalid as `may_postpone` and `may_suspend`, WrongState `decided` where it waits no longer.
    """
    request, question = _waiting(session, actor, request_id)
    act, today, asked_on = DECIDING[request.kind], civil_date(now), civil_date(request.asked_at)
    next_state(question.state, act)
    _check_length(decision)
    entries, calendar = ledger_of(session, question), load_calendar(session)
    reason = decision.strip() or request.reason
    sequence = next_sequence(entries)
    if request.kind is RequestKind.POSTPONEMENT:
        entry = Entry(
            sequence, EntryKind.POSTPONED, today, asked_on, None, on or request.named_on, consented=True, reason=reason
        )
        extension = statutory_extension(session, question)
        may_postpone(entries, entry, calendar, today=today, statutory_extension=extension)
    else:
        entry = Entry(sequence, EntryKind.SUSPENDED, on or asked_on, reason=reason)
        may_suspend(entries, entry, calendar, today=today)
    _decide(request, actor, RequestState.GRANTED, decision, now)
    book(session, question, actor, act, entry, now, verzoek=request.id, naar=entry.named_on, reden=reason)
    tell_contact(session, question, now, request=request)
    return request


def refuse(session: Session, actor: Actor, request_id: int, decision: str, now: datetime) -> TermRequest:
    """Refuse what was asked, with the reason; the term stays as it was.

    Raises Invalid without a reason, WrongState `decided` where it waits no longer.
    """
    request, question = _waiting(session, actor, request_id)
    next_state(question.state, Act.REFUSE)
    _check_reason(
        decision, mark("Schrijf waarom u het verzoek afwijst. Het ministerie krijgt dit te lezen."), "besluit"
    )
    _decide(request, actor, RequestState.REFUSED, decision, now)
    question.version += 1
    tell(session, question, actor, Act.REFUSE, now, civil_date(now), reason=decision.strip())
    audit.record(session, actor, Act.REFUSE, f"vraag:{question.id}", now, verzoek=request.id, reden=decision.strip())
    tell_contact(session, question, now, request=request)
    return request


def _asked_for(session: Session, question: Question, named_on: date | None, reason: str, today: date) -> None:
    next_state(question.state, Act.ASK_TIME)
    entries = ledger_of(session, question)
    entry = Entry(next_sequence(entries), EntryKind.POSTPONED, today, today, None, named_on, reason=reason.strip())
    needs_consent(entries, entry, load_calendar(session), today=today)


def _ask(
    session: Session,
    actor: Actor,
    question: Question,
    kind: RequestKind,
    reason: str,
    named_on: date | None,
    now: datetime,
) -> TermRequest:
    if open_request(session, question.id, kind) is not None:
        sentence = mark("Uw ministerie heeft dit al gevraagd. Het secretariaat beslist; u hoort het per mail.")
        raise WrongState("asked-already", sentence)
    request = TermRequest(
        question_id=question.id,
        round=question.round,
        ministry_id=question.owner_id,
        kind=kind,
        reason=reason.strip(),
        named_on=named_on,
        asked_at=now,
        asked_by_id=actor.person_id,
        state=RequestState.ASKED,
    )
    session.add(request)
    question.version += 1
    session.flush()
    act = Act.ASK_TIME if kind is RequestKind.POSTPONEMENT else Act.CLARIFY
    tell(session, question, actor, act, now, civil_date(now), reason=reason.strip())
    detail = {"verzoek": request.id, "naar": named_on, "reden": reason.strip()}
    audit.record(session, actor, act, f"vraag:{question.id}", now, **detail)
    tell_secretariat(session, question, request, now)
    return request


def _waiting(session: Session, actor: Actor, request_id: int) -> tuple[TermRequest, Question]:
    """The request, and its question locked. Raises NotFound, NotAllowed, WrongState `decided`."""
    request = session.get(TermRequest, request_id)
    if request is None:
        raise NotFound("no-request", mark("Dit verzoek bestaat niet, of u mag het niet zien."))
    question = question_for_act(session, actor, request.question_id, Act.REFUSE)
    session.refresh(request)
    if request.state is RequestState.LAPSED:
        sentence = mark("Dit verzoek is vervallen: de vraag is beantwoord, doorgeleid of ingetrokken.")
        raise WrongState("decided", sentence)
    if request.state is not RequestState.ASKED:
        sentence = mark("Op dit verzoek is al beslist. Bekijk de termijn van de vraag.")
        raise WrongState("decided", sentence)
    return request, question


def _decide(request: TermRequest, actor: Actor, state: RequestState, decision: str, now: datetime) -> None:
    request.state, request.decided_at, request.decided_by_id = state, now, actor.person_id
    request.decision = decision.strip() or None


def _check_reason(reason: str, missing: str, field: str = "reason") -> None:
    if not reason.strip():
        raise Invalid("reason-missing", missing, field=field)
    _check_length(reason, field)


def _check_length(reason: str, field: str = "besluit") -> None:
    if len(reason) > LONGEST_REASON:
        sentence = mark("De reden is te lang: gebruik hooguit {longest} tekens.")
        raise Invalid("reason-too-long", sentence, field=field, longest=LONGEST_REASON)
