"""Concurrence (afstemming): contributors say what they think of one version of the draft, before it is the answer."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.answering import waits_for_release
from app.domain.calendar import civil_date
from app.domain.concurrence import REPLY_ACTS, Reply, TypedReply, check_due, check_reply, is_stalled
from app.domain.errors import Invalid, NotFound, OutOfDate, WrongState, mark
from app.domain.ministries import MinistryName, resolve
from app.domain.questions import Act, State, concurrence_acts, next_state
from app.store import audit
from app.store.access import question_for_act
from app.store.answering import Draft, draft_of
from app.store.base import insert_new
from app.store.concurrence import Contribution, ContributionState, awaited
from app.store.concurrence_mails import mail_contributor, mail_owner
from app.store.lists.concurrences import ended_by
from app.store.ministries import ministry_names
from app.store.people import Person
from app.store.questions import Contributor, Question, move, tell
from app.store.terms import load_calendar

OTHER_TEXT = mark("Het concept is intussen gewijzigd. Lees de tekst hieronder en vraag dan opnieuw afstemming.")


def ask(
    session: Session,
    actor: Actor,
    question_id: int,
    ministries: Sequence[str],
    due_on: date | None,
    now: datetime,
    *,
    version: int | None = None,
) -> Sequence[Contribution]:
    """Send the draft to these ministries, by code or name, for their concurrence by `due_on` (else 5 working days).

    Ministries that weren't involved yet become so. Asking is accepting. `version` is the draft that was read before
    asking; None means the one there is. The same request sent twice is one request. Raises Invalid without a text,
    without ministries, for the owner itself or an ended one, or a day that won't do; OutOfDate for another version.
    """
    question = question_for_act(session, actor, question_id, Act.REQUEST_CONCURRENCE)
    draft = draft_of(session, question)
    today = civil_date(now)
    if question.state is State.CONCURRING:
        sent = _sent_already(session, question, draft, due_on)
        if {one.ministry_id for one in sent} == {one.id for one in _targets(session, question, ministries, today)}:
            return sent
    if question.state is not State.ASKED:
        next_state(question.state, Act.REQUEST_CONCURRENCE)
    draft = _sendable(draft, version)
    targets = _targets(session, question, ministries, today)
    due_on = check_due(due_on, today, load_calendar(session))
    if question.state is State.ASKED:
        move(session, question, Act.ACCEPT, today)
        tell(session, question, actor, Act.ACCEPT, now, today)
        audited = [Act.ACCEPT, Act.REQUEST_CONCURRENCE]
    else:
        audited = [Act.REQUEST_CONCURRENCE]
    rows = _send(session, question, draft, targets, due_on, now)
    move(session, question, Act.REQUEST_CONCURRENCE, today)
    for target in targets:
        tell(session, question, actor, Act.REQUEST_CONCURRENCE, now, today, to_ministry_id=target.id)
    for one in rows:
        mail_contributor(session, question, one.ministry_id, "concur", f"concur:{one.id}", now, contribution_id=one.id)
    detail = {"aan": [target.code for target in targets], "versie": draft.version, "uiterlijk": due_on}
    for act in audited:
        audit.record(session, actor, act, f"vraag:{question.id}", now, **(detail if act is audited[-1] else {}))
    return rows


def reply(
    session: Session,
    actor: Actor,
    question_id: int,
    contribution_id: int,
    kind: Reply,
    now: datetime,
    *,
    reason: str = "",
    proposal: str = "",
) -> Contribution:
    """A contributor says what it thinks of the version it was sent; the last one in gives the question back.

    The same reply sent twice is one reply. Raises Invalid for an objection without a reason or a proposal that changes
    nothing, WrongState `replied-already` or, where nobody waits for it any more, `concurrence-ended`.
    """
    act = REPLY_ACTS[kind]
    question = question_for_act(session, actor, question_id, act)
    one = _own(session, question, actor, contribution_id)
    typed = check_reply(kind, reason, proposal, one.text)
    if one.state is not ContributionState.ASKED:
        _refuse_unless_same(session, one, typed)
        return one
    today = civil_date(now)
    one.state, one.settled_at, one.person_id = ContributionState(kind.value), now, actor.person_id
    one.reason, one.proposal = typed.reason or None, typed.proposal or None
    session.flush()
    acts = concurrence_acts(act, len(awaited(session, question.id)))
    for step in acts:
        move(session, question, step, today)
        ministry_id = question.owner_id if step is Act.CLEAR else one.ministry_id
        tell(session, question, actor, step, now, today, ministry_id=ministry_id)
    mail_contributor(session, question, one.ministry_id, "replied", f"replied:{one.id}", now, contribution_id=one.id)
    if Act.CLEAR in acts:
        mail_owner(session, question, f"cleared:{one.id}", "cleared", now)
    for step in acts:
        audit.record(session, actor, step, f"vraag:{question.id}", now, verzoek=one.id, versie=one.draft_version)
    return one


def recall(session: Session, actor: Actor, question_id: int, reason: str, now: datetime) -> Question:
    """The owner takes the requests back that wait for a reply; replies that came stay."""
    question = question_for_act(session, actor, question_id, Act.RECALL)
    next_state(question.state, Act.RECALL)
    return _end(session, actor, question, Act.RECALL, reason, now)


def overrule(session: Session, actor: Actor, question_id: int, reason: str, now: datetime) -> Question:
    """AZ goes past contributors who let their date pass, with a reason that all read; the owner may answer.

    Raises WrongState `not-stalled` while every date is still to come.
    """
    question = question_for_act(session, actor, question_id, Act.OVERRULE)
    _stalled_requests(session, question, now)
    if not reason.strip():
        sentence = mark("Schrijf waarom AZ de afstemming doorbreekt. De ministeries lezen dit.")
        raise Invalid("missing", sentence, field="reden")
    return _end(session, actor, question, Act.OVERRULE, reason, now)


def read_stalled(session: Session, actor: Actor, question_id: int, now: datetime) -> Sequence[Contribution]:
    """The requests that AZ may overrule, with the version that was sent: reading them leaves an audit entry."""
    question = question_for_act(session, actor, question_id, Act.OVERRULE)
    requests = _stalled_requests(session, question, now)
    read = {one.id: one.draft_version for one in requests}
    audit.record(session, actor, "verzonden-concept-lezen", f"vraag:{question.id}", now, versies=read)
    return requests


def take_over(
    session: Session, actor: Actor, question_id: int, contribution_id: int, version: int | None, now: datetime
) -> Draft:
    """Put the text that a contributor proposed in the place of the draft. Raises OutOfDate where `version` is older."""
    question = question_for_act(session, actor, question_id, Act.SAVE_DRAFT)
    next_state(question.state, Act.SAVE_DRAFT)
    one = _of_round(session, question, contribution_id)
    draft = draft_of(session, question)
    if one is None or not one.proposal or draft is None:
        raise NotFound("no-proposal", mark("Dit tekstvoorstel is er niet (meer)."))
    if draft.text != one.proposal:
        if draft.offered_at is not None:
            raise waits_for_release()
        if draft.version != version:
            raise OutOfDate("draft-moved-on", OTHER_TEXT, version=draft.version)
        draft.text, draft.saved_at, draft.saved_by_id = one.proposal, now, actor.person_id
        draft.version += 1
        session.flush()
    return draft


def _sent_already(
    session: Session, question: Question, draft: Draft | None, due_on: date | None
) -> Sequence[Contribution]:
    """What was sent of this very version for this date and is not taken back: for telling a form sent twice."""
    sent = sa.select(Contribution).where(
        Contribution.question_id == question.id,
        Contribution.round == question.round,
        Contribution.draft_version == (draft.version if draft else 0),
        Contribution.state != ContributionState.LAPSED,
    )
    rows = session.scalars(sent.order_by(Contribution.id)).all()
    return [one for one in rows if due_on in {None, one.due_on}]


def _sendable(draft: Draft | None, version: int | None) -> Draft:
    if draft is None or not draft.text.strip():
        sentence = mark("Er is nog geen concept. Schrijf eerst het antwoord waarover u wilt afstemmen.")
        raise Invalid("no-draft", sentence, field="tekst")
    if draft.offered_at is not None:
        raise waits_for_release()
    if version not in {None, draft.version}:
        raise OutOfDate("draft-moved-on", OTHER_TEXT, version=draft.version)
    return draft


def _targets(session: Session, question: Question, ministries: Sequence[str], today: date) -> list[MinistryName]:
    """The ministries meant, each once. Raises Invalid for one that is unknown, ended or the owner, or for none."""
    names = ministry_names(session)
    found: dict[int, MinistryName] = {}
    for text in ministries:
        if text.strip():
            target = resolve(text, today, names)
            found[target.id] = target
    if question.owner_id in found:
        sentence = mark("{ministry} is zelf de eigenaar van de vraag. Kies een ander ministerie.")
        raise Invalid("own-ministry", sentence, field="ministeries", ministry=found[question.owner_id].display)
    if not found:
        sentence = mark("Kies met welk ministerie u wilt afstemmen.")
        raise Invalid("missing", sentence, field="ministeries")
    return list(found.values())


def _send(
    session: Session,
    question: Question,
    draft: Draft,
    targets: Sequence[MinistryName],
    due_on: date,
    now: datetime,
) -> Sequence[Contribution]:
    for target in targets:
        session.execute(insert_new(session, Contributor).values(question_id=question.id, ministry_id=target.id))
    rows = [
        Contribution(
            question_id=question.id,
            round=question.round,
            ministry_id=target.id,
            draft_version=draft.version,
            text=draft.text,
            asked_at=now,
            due_on=due_on,
            state=ContributionState.ASKED,
        )
        for target in targets
    ]
    session.add_all(rows)
    session.flush()
    return rows


def _of_round(session: Session, question: Question, contribution_id: int) -> Contribution | None:
    """The request as it is now that the question is locked."""
    query = sa.select(Contribution).where(
        Contribution.id == contribution_id,
        Contribution.question_id == question.id,
        Contribution.round == question.round,
    )
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _own(session: Session, question: Question, actor: Actor, contribution_id: int) -> Contribution:
    one = _of_round(session, question, contribution_id)
    if one is None or one.ministry_id != actor.ministry_id:
        raise NotFound(
            "no-request", mark("Dit verzoek om afstemming is er niet, of is niet aan uw ministerie gericht.")
        )
    return one


def _refuse_unless_same(session: Session, one: Contribution, typed: TypedReply) -> None:
    """Raise WrongState unless this is the reply that was given: a double click, or a retry."""
    if one.state is ContributionState.LAPSED:
        raise WrongState("concurrence-ended", ended_by(session, one))
    if (one.state.value, one.reason or "", one.proposal or "") != (typed.kind.value, typed.reason, typed.proposal):
        person = session.get(Person, one.person_id) if one.person_id else None
        sentence = mark("Uw ministerie heeft al gereageerd: {who}, op {day}. Uw tekst staat hieronder, niet verstuurd.")
        day = civil_date(one.settled_at) if one.settled_at else one.due_on
        raise WrongState("replied-already", sentence, who=person.name if person else "", day=day)


def _stalled_requests(session: Session, question: Question, now: datetime) -> Sequence[Contribution]:
    next_state(question.state, Act.OVERRULE)
    requests = awaited(session, question.id)
    if requests and not any(is_stalled(one.due_on, civil_date(now)) for one in requests):
        sentence = mark("De afstemming loopt nog tot en met {day}. Daarna kan AZ haar doorbreken.")
        raise WrongState("not-stalled", sentence, day=min(one.due_on for one in requests))
    return requests


def _end(session: Session, actor: Actor, question: Question, act: Act, reason: str, now: datetime) -> Question:
    today, reason = civil_date(now), reason.strip()
    ended = awaited(session, question.id)
    move(session, question, act, today)
    tell(session, question, actor, act, now, today, reason=reason or None)
    step = "overruled" if act is Act.OVERRULE else "recalled"
    for one in ended:
        key = f"{step}:{one.id}"
        mail_contributor(session, question, one.ministry_id, "concurrence", key, now, contribution_id=one.id, step=step)
    if act is Act.OVERRULE:
        mail_owner(session, question, f"overruled:question:{question.id}:{question.version}", step, now)
    requests = {"verzoeken": [one.id for one in ended], "reden": reason}
    audit.record(session, actor, act, f"vraag:{question.id}", now, **requests)
    return question
