"""The daily sweep: questions climb the ladder, and owners who say nothing are reminded or deemed to have accepted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.audit import rows_hash
from app.domain.calendar import Calendar
from app.domain.escalation import Rung, days_passed_since, next_window
from app.domain.questions import ACCEPTANCE_REMINDER_DAYS, DEEMED_AFTER_DAYS
from app.store import audit
from app.store.absences import stand_ins
from app.store.concurrence_mails import remind_late
from app.store.dispute_mails import remind_centre
from app.store.ladder import acceptance, climbing
from app.store.ladder.escalation import load_hours, load_ladder
from app.store.many import any_of
from app.store.outbox import enqueue_each
from app.store.people import Person
from app.store.terms import load_calendar


@dataclass(frozen=True)
class SweepResult:
    """What a sweep did: questions that climbed, mails about them, owners reminded of accepting, owners deemed to have.

    `stalled` counts the replies to a request for concurrence that are overdue and that somebody was told of.
    `recorded` counts all rungs recorded, the ones passed by too; `undecided` the disputes that AZ heard of again.
    """

    climbed: int = 0
    recorded: int = 0
    mails: int = 0
    reminded: int = 0
    deemed: int = 0
    stalled: int = 0
    undecided: int = 0

    def __str__(self) -> str:
        return (
            f"{self.climbed} vragen een trede hoger, {self.recorded} treden vastgelegd, {self.mails} mails; "
            f"{self.reminded} herinnerd, {self.deemed} stilzwijgend aanvaard; {self.stalled} afstemmingen te laat; "
            f"{self.undecided} geschillen gemeld"
        )


def sweep(
    session: Session, actor: Actor, today: date, now: datetime, *, send_from: datetime | None = None
) -> SweepResult:
    """Bring all questions to where they are on the ladder today, and tell those who must hear.

    Safe to run twice and by several at once: each rung of a due date is recorded once. Of several rungs reached since
    the last sweep only the highest fires. Mail leaves in the first office hours from `send_from` (else `now`) on.
    """
    calendar = load_calendar(session)
    ladder = load_ladder(session, alone=True)
    window = next_window(send_from or now, calendar, load_hours(session))
    silent_since = days_passed_since(today, ACCEPTANCE_REMINDER_DAYS, calendar)
    climbed = _climb(session, ladder, calendar, today, now, window, acceptance.asked_until(silent_since))
    reminded, deemed = _acceptance(session, calendar, today, now, window)
    stalled, stalled_mails = remind_late(session, today, now, window)
    undecided, undecided_mails = remind_centre(session, calendar, today, now, window)
    # Last, once all questions are locked: whoever holds the head of the audit chain never waits for a question.
    if climbed is not None:
        audit.record(session, actor, "escaleren", "ladder", now, dag=today, **climbed)
    if reminded or deemed:
        count, digest = rows_hash((question_id,) for question_id in (*reminded, *deemed))
        detail = {"dag": today, "herinnerd": len(reminded), "aanvaard": len(deemed), "rijen": count, "sha256": digest}
        audit.record(session, actor, "stilzwijgend-aanvaarden", "vragen", now, **detail)
    if stalled:
        count, digest = rows_hash((request_id,) for request_id in stalled)
        detail = {"dag": today, "mails": stalled_mails, "rijen": count, "sha256": digest}
        audit.record(session, actor, "herinneren", "afstemmingen", now, **detail)
    if undecided:
        count, digest = rows_hash((question_id,) for question_id in undecided)
        detail = {"dag": today, "mails": undecided_mails, "rijen": count, "sha256": digest}
        audit.record(session, actor, "herinneren", "geschillen", now, **detail)
    up = climbed or {"vragen": 0, "rijen": 0, "mails": 0}
    return SweepResult(up["vragen"], up["rijen"], up["mails"], len(reminded), len(deemed), len(stalled), len(undecided))


def _climb(
    session: Session,
    ladder: Sequence[Rung],
    calendar: Calendar,
    today: date,
    now: datetime,
    not_before: datetime,
    touched_next: sa.ColumnElement[bool],
) -> dict[str, Any] | None:
    """Record what was reached, and tell how much: questions that climbed, rungs, mails. None where nothing was.

    The questions that this sweep comes to after these (`touched_next`) are locked along with them.
    """
    if not ladder:
        return None
    reaches = climbing.load_reaches(session, ladder, calendar, today)
    if not climbing.anyone_climbs(session, reaches):
        return None
    climbing.lock_climbers(session, reaches, touched_next)
    since_id = climbing.last_escalation(session)
    climbing.record_reached(session, reaches, today, now)
    climbed = climbing.step_up(session, since_id)
    recorded, digest = rows_hash(climbing.recorded_since(session, since_id))
    mails = climbing.mail_readers(session, ladder, since_id, today, now, not_before)
    return {"vragen": climbed, "rijen": recorded, "sha256": digest, "mails": mails}


def _acceptance(
    session: Session, calendar: Calendar, today: date, now: datetime, not_before: datetime
) -> tuple[list[int], list[int]]:
    """Remind owners asked 2 working days ago; those of 3 days ago count as having accepted. Gives both, by number."""
    remind_until = days_passed_since(today, ACCEPTANCE_REMINDER_DAYS, calendar)
    deem_until = days_passed_since(today, DEEMED_AFTER_DAYS, calendar)
    reminded = acceptance.note_reminders(session, deem_until, remind_until, now, today)
    deemed = acceptance.deem_accepted(session, deem_until, now, today)
    if not reminded and not deemed:
        return reminded, deemed
    away = stand_ins(session, today)
    to_contacts = [
        (away.get(one.contact_id, one.contact_id), one.question_id) for one in acceptance.silent(session, reminded)
    ]
    to_both = [
        (person_id, one.question_id)
        for one in acceptance.silent(session, deemed)
        for person_id in {away.get(hears, hears) for hears in (one.contact_id, one.coordinator_id) if hears}
    ]
    _write(session, to_contacts, "reminder", today, now, not_before)
    _write(session, to_both, "deemed", today, now, not_before)
    return reminded, deemed


def _write(
    session: Session, told: Iterable[tuple[int, int]], step: str, today: date, now: datetime, not_before: datetime
) -> None:
    """One mail for each person, with all questions in it that this person is told of; `told` pairs the two."""
    questions: dict[int, list[int]] = defaultdict(list)
    for person_id, question_id in told:
        questions[person_id].append(question_id)
    if not questions:
        return
    readers = session.execute(
        sa.select(Person.id, Person.email, Person.language).where(Person.id.in_(any_of(questions))).order_by(Person.id)
    )
    for person_id, address, language in readers:
        about = questions[person_id]
        key = f"accept:{step}:{today}:{person_id}:{about[0]}"
        params = {"question_ids": about, "step": step}
        enqueue_each(session, [(person_id, address, language)], "accept", key, now, not_before, params)
