"""Who owns a question: passing it on, declining it, and the decision that settles a dispute."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.domain.errors import Invalid, mark
from app.domain.ministries import MinistryName, resolve
from app.domain.permissions import Role
from app.domain.questions import Act, refuse_if_binding, transfer_act
from app.store import audit
from app.store.access import question_for_act
from app.store.ministries import ministry_names
from app.store.outbox import enqueue
from app.store.ownership import hand_on, mail_new_owner, settle_draft, tell_passed_on, with_role
from app.store.people import Person
from app.store.questions import Question, move, tell


def transfer(
    session: Session,
    actor: Actor,
    question_id: int,
    to: str,
    reason: str,
    now: datetime,
    *,
    with_draft: bool = False,
) -> Question:
    """The owner passes the question to another ministry. The second time it becomes a dispute, which AZ settles.

    The draft stays behind unless `with_draft`; in a dispute nothing goes along. Raises Invalid for an unknown, ended or
    present owner, or without a reason.
    """
    question = question_for_act(session, actor, question_id, Act.TRANSFER)
    target = _other_ministry(session, question, to, now)
    _check_reason(reason)
    today = civil_date(now)
    act = transfer_act(question.transfers, assigned=question.owner_binding)
    detail = {"naar": target.code, "reden": reason.strip()}
    if act is Act.TRANSFER:
        question.transfers += 1
        had_it = question.contact_id
        hand_on(session, question, actor, act, target.id, now, today, reason=reason.strip(), with_draft=with_draft)
        mail_new_owner(session, question, now)
        tell_passed_on(session, question, had_it, act, now)
        detail["concept"] = "mee" if with_draft else "blijft"
    else:
        _dispute(session, actor, question, act, target, reason, now)
    audit.record(session, actor, act, f"vraag:{question.id}", now, **detail)
    return question


def decline(session: Session, actor: Actor, question_id: int, reason: str, proposed: str, now: datetime) -> Question:
    """The ministry says the question isn't its own, naming another if it can; AZ decides. The clock runs on."""
    question = question_for_act(session, actor, question_id, Act.DECLINE)
    refuse_if_binding(question.owner_binding)
    _check_reason(reason)
    target = _other_ministry(session, question, proposed, now) if proposed.strip() else None
    _dispute(session, actor, question, Act.DECLINE, target, reason, now)
    audit.record(
        session,
        actor,
        Act.DECLINE,
        f"vraag:{question.id}",
        now,
        voorstel=target.code if target else None,
        reden=reason.strip(),
    )
    return question


def assign(session: Session, actor: Actor, question_id: int, to: str, reason: str, now: datetime) -> Question:
    """Settle a dispute: this ministry owns the question, bindingly for this round."""
    question = question_for_act(session, actor, question_id, Act.ASSIGN)
    today = civil_date(now)
    target = resolve(to, today, ministry_names(session))
    _check_reason(reason)
    had_it = question.contact_id if target.id != question.owner_id else None
    if target.id == question.owner_id:
        move(session, question, Act.ASSIGN, today)
        tell(session, question, actor, Act.ASSIGN, now, today, to_ministry_id=target.id, reason=reason.strip())
        question.link_serial += 1
    else:
        hand_on(session, question, actor, Act.ASSIGN, target.id, now, today, reason=reason.strip())
    question.owner_binding = True
    mail_new_owner(session, question, now)
    tell_passed_on(session, question, had_it, Act.ASSIGN, now)
    audit.record(session, actor, Act.ASSIGN, f"vraag:{question.id}", now, aan=target.code, reden=reason.strip())
    return question


def _other_ministry(session: Session, question: Question, text: str, now: datetime) -> MinistryName:
    if not text.strip():
        raise Invalid("missing", mark("Kies het ministerie waar de vraag volgens u hoort."), field="naar")
    target = resolve(text, civil_date(now), ministry_names(session))
    if target.id == question.owner_id:
        raise Invalid(
            "same-owner",
            mark("De vraag ligt al bij {ministry}. Kies een ander ministerie."),
            field="naar",
            ministry=target.display,
        )
    return target


def _dispute(
    session: Session,
    actor: Actor,
    question: Question,
    act: Act,
    target: MinistryName | None,
    reason: str,
    now: datetime,
) -> None:
    today = civil_date(now)
    tell(session, question, actor, act, now, today, to_ministry_id=target.id if target else None, reason=reason.strip())
    settle_draft(session, question)
    move(session, question, act, today)
    session.flush()
    for person_id in with_role(session, Role.REGIE):
        key = f"disputed:{question.id}:{question.version}:{person_id}"
        enqueue(session, session.get_one(Person, person_id), "disputed", key, now, question_id=question.id)
    tell_passed_on(session, question, question.contact_id, act, now)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("missing", mark("Schrijf waarom. Zo kan de ander verder."), field="reden")
