"""Succession: when a ministry has ended, its open questions go to whoever took its work over, in one run."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK, Actor
from app.domain.audit import rows_hash
from app.domain.calendar import civil_date
from app.domain.errors import Invalid, mark
from app.domain.escalation import next_window
from app.domain.ministries import MinistryName
from app.domain.permissions import Task
from app.domain.questions import Act
from app.store import audit
from app.store.access import require
from app.store.concurrence_mails import mail_contributor
from app.store.ladder.escalation import load_hours
from app.store.ministries import ministry_names
from app.store.outbox import enqueue
from app.store.people import Person
from app.store.questions import OWNED_ANEW, Question, QuestionEvent
from app.store.succession.facts import Plan, QuestionMove, Ways
from app.store.succession.moving import carry_out, lock_questions
from app.store.succession.plan import read_plan
from app.store.terms import load_calendar


@dataclass(frozen=True)
class Result:
    """What a run moved: questions, requests for concurrence, people; and mails about it. `left`: nobody succeeds."""

    questions: int = 0
    contributions: int = 0
    people: int = 0
    mails: int = 0
    left: int = 0

    def __str__(self) -> str:
        if not any((self.questions, self.contributions, self.people, self.left)):
            return "er is niets over te dragen"
        left = f"; {self.left} vragen wachten op een opvolger" if self.left else ""
        return (
            f"{self.questions} vragen, {self.contributions} afstemmingen en {self.people} mensen naar de opvolger, "
            f"{self.mails} mails{left}"
        )


@dataclass(frozen=True)
class Past:
    """What once moved from a ministry: on which day, to which other one, how many questions."""

    on: date
    to: str
    questions: int


def preview(session: Session, actor: Actor, names: Sequence[MinistryName], on: date) -> Plan:
    """What a run would move on a day, with ministries as `names` has them. Nothing is changed."""
    require(actor, Task.MANAGE_REFERENCE)
    return read_plan(session, names, on)


def past(session: Session, actor: Actor, ministry_id: int) -> Sequence[Past]:
    """What has moved from this ministry, the last first."""
    require(actor, Task.MANAGE_REFERENCE)
    displays = {one.id: one.display for one in ministry_names(session)}
    rows = session.execute(
        sa.select(QuestionEvent.on, QuestionEvent.to_ministry_id, sa.func.count().label("number"))
        .where(sa.text(OWNED_ANEW), QuestionEvent.act == Act.SUCCEED.value, QuestionEvent.ministry_id == ministry_id)
        .group_by(QuestionEvent.on, QuestionEvent.to_ministry_id)
        .order_by(QuestionEvent.on.desc(), QuestionEvent.to_ministry_id)
        .limit(50)
    )
    return [Past(row.on, displays.get(row.to_ministry_id, ""), row.number) for row in rows]


def run(session: Session, actor: Actor, on: date, now: datetime) -> Result:
    """Move all that ministries which ended before this day had open: to whoever exists that day.

    Safe to run twice and by several at once: what has moved isn't theirs any more. A run that comes late (Regie stood
    still, or the end was recorded afterwards) moves it as of the day after the ministry's last. Transfers aren't
    counted, the clock runs on, letters keep the old name. Raises Invalid `on-in-future`.
    """
    if actor != CLOCKWORK:
        require(actor, Task.RUN_JOBS)
    if on > civil_date(now):
        raise Invalid("on-in-future", mark("Een opvolging kan niet vooruit. Kies vandaag of een eerdere dag."))
    names = ministry_names(session)
    lock_questions(session, Ways(names, on).ended)
    plan = read_plan(session, names, on)
    left = sum(one.questions for one in plan.left)
    if not plan.anything:
        return Result(left=left)
    carry_out(session, plan, actor, now)
    mails = _mail_contacts(session, plan, now)
    _mail_contributors(session, plan, now)
    rows, digest = rows_hash(_rows(plan, {one.id: one.code for one in names}))
    audit.record(
        session,
        actor,
        Act.SUCCEED,
        "vragen",
        now,
        dag=on,
        vragen=len(plan.questions),
        afstemmingen=len(plan.contributors),
        mensen=len(plan.people),
        rijen=rows,
        sha256=digest,
    )
    return Result(len(plan.questions), len(plan.contributors), len(plan.people), mails, left)


def _rows(plan: Plan, codes: dict[int, str]) -> list[tuple[str, int, str, str]]:
    """Everything that moved, in order: what it is, its number, from whom, to whom."""
    questions = [("vraag", one.id, codes[one.from_id], codes[one.to_id]) for one in plan.questions]
    replies = [("afstemming", one.question_id, codes[one.from_id], codes[one.heir_id]) for one in plan.contributors]
    people = [("persoon", one.id, codes[one.from_id], codes[one.to_id]) for one in plan.people]
    return [*questions, *sorted(replies), *people]


def _mail_contacts(session: Session, plan: Plan, now: datetime) -> int:
    """One mail to each new contact, with all questions in it, in the next office hours."""
    by_contact: dict[int, list[QuestionMove]] = defaultdict(list)
    for one in plan.questions:
        if one.contact_id is not None:
            by_contact[one.contact_id].append(one)
    readers = session.scalars(sa.select(Person).where(Person.id.in_(by_contact)).order_by(Person.id)).all()
    window = next_window(now, load_calendar(session), load_hours(session))
    for person in readers:
        moves = by_contact[person.id]
        key = f"succession:{plan.on}:{person.id}:{moves[0].id}:{moves[0].link_serial + 1}"
        from_ids = sorted({one.from_id for one in moves})
        ids = [one.id for one in moves]
        enqueue(session, person, "succession", key, now, not_before=window, question_ids=ids, from_ids=from_ids)
    return len(readers)


def _mail_contributors(session: Session, plan: Plan, now: datetime) -> None:
    """Whoever now must concur is asked, with a link of their own."""
    for one in plan.contributors:
        if one.contribution_id is not None and not one.request_falls:
            question = session.get_one(Question, one.question_id)
            key = f"concur:{one.contribution_id}:{one.heir_id}"
            asked = {"contribution_id": one.contribution_id}
            mail_contributor(session, question, one.heir_id, "concur", key, now, **asked)
