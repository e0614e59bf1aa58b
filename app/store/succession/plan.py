"""What will move when ministries have ended: read only, so that the page can show it before anything does."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.errors import Invalid
from app.domain.ministries import Handover, MinistryName
from app.domain.questions import OPEN_STATES
from app.domain.succession import contact_at_successor, effective_days, usual_contact
from app.store.concurrence import Contribution, ContributionState
from app.store.ladder.escalation import Pause
from app.store.letters import Letter
from app.store.many import any_of
from app.store.questions import Contributor, HoldingPeriod, Question
from app.store.succession.facts import BallMove, ContributorMove, Left, PauseMove, Plan, QuestionMove, Step, Ways
from app.store.succession.people import Staff, staff_after
from app.store.terms import TermEntry


def touched_questions(ended: Sequence[int]) -> sa.ColumnElement[bool]:
    """The open questions that a ministry which ended owns or contributes to."""
    part = aliased(Contributor)
    contributed = sa.select(part.question_id).where(part.ministry_id.in_(any_of(ended)))
    return sa.and_(
        Question.state.in_(OPEN_STATES), sa.or_(Question.owner_id.in_(any_of(ended)), Question.id.in_(contributed))
    )


def read_plan(session: Session, names: Sequence[MinistryName], on: date) -> Plan:
    """What moves by this day, as things stand now; nothing for ministries that have moved before.

    `names` may say other than what is on record: an end or a successor that has yet to be saved.
    """
    ways = Ways(names, on)
    staff = staff_after(session, ways.ended, ways.heir)
    rows = session.execute(_rows(ways.ended)).all() if ways.ended else []
    moves, left = _moves(rows, ways, staff)
    owners = {row.id: row.owner_id for row in rows} | {move.id: move.to_id for move in moves}
    asked_of = _open_requests(session, ways.ended) if rows else {}
    return Plan(
        on=on,
        questions=tuple(moves),
        balls=tuple(_balls(rows, ways)),
        contributors=tuple(_contributor_moves(session, rows, ways, owners, asked_of)) if rows else (),
        own_requests=tuple(
            request for (question_id, ministry_id), request in asked_of.items() if owners[question_id] == ministry_id
        ),
        staff=staff,
        pauses=tuple(_pauses(session, ways)),
        left=tuple(left),
    )


def _rows(ended: Sequence[int]) -> sa.Select[*tuple[Any, ...]]:
    last_entry = sa.select(sa.func.max(TermEntry.sequence)).where(
        TermEntry.question_id == Question.id, TermEntry.round == Question.round
    )
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            Question.id,
            Letter.year,
            Letter.serial,
            Question.position,
            Question.owner_id,
            Question.contact_id,
            Question.state,
            Question.round,
            Question.link_serial,
            Question.due_on,
            Question.asked_on,
            Letter.dossier_id,
            last_entry.correlate(Question).scalar_subquery().label("last_entry"),
            HoldingPeriod.id.label("period_id"),
            HoldingPeriod.holder,
            HoldingPeriod.ministry_id.label("holder_id"),
            HoldingPeriod.from_on.label("held_since"),
        )
        .join(Letter, Letter.id == Question.letter_id)
        .outerjoin(HoldingPeriod, sa.and_(HoldingPeriod.question_id == Question.id, HoldingPeriod.until_on.is_(None)))
        .where(touched_questions(ended))
        .order_by(Question.id)
    )
    return query


def _steps(way: Sequence[Handover], row: Any) -> tuple[Step, ...]:
    days = effective_days([one.on for one in way], row.held_since or row.asked_on)
    return tuple(Step(one.giver.id, one.taker.id, on) for one, on in zip(way, days, strict=True))


def _moves(rows: Sequence[Any], ways: Ways, staff: Staff) -> tuple[list[QuestionMove], list[Left]]:
    moves, stuck, why = [], Counter[int](), {}
    for row in rows:
        try:
            steps = _steps(ways.way(row.owner_id, row.dossier_id), row)
        except Invalid as refusal:
            stuck[row.owner_id] += 1
            why[row.owner_id] = refusal
            continue
        if steps:
            moves.append(_move(row, steps, staff))
    left = [Left(ways.names[ministry_id], number, why[ministry_id]) for ministry_id, number in sorted(stuck.items())]
    return moves, left


def _move(row: Any, steps: tuple[Step, ...], staff: Staff) -> QuestionMove:
    heir_id, dossier_id = steps[-1].to_id, row.dossier_id
    contact_id = contact_at_successor(
        row.contact_id,
        usual_contact(staff.before, row.owner_id, dossier_id),
        usual_contact(staff.after, heir_id, dossier_id),
        there=staff.workplace.get(row.contact_id) == heir_id,
    )
    return QuestionMove(
        id=row.id,
        number=(row.year, row.serial, row.position),
        state=row.state,
        round=row.round,
        link_serial=row.link_serial,
        due_on=row.due_on,
        last_entry=row.last_entry or 0,
        dossier_id=dossier_id,
        steps=steps,
        contact_id=contact_id,
    )


def _balls(rows: Sequence[Any], ways: Ways) -> Iterator[BallMove]:
    for row in rows:
        if row.holder_id is None or ways.heir(row.holder_id, row.dossier_id) in {None, row.holder_id}:
            continue
        steps = _steps(ways.way(row.holder_id, row.dossier_id), row)
        yield BallMove(row.period_id, row.id, row.holder, row.held_since, steps)


def _open_requests(session: Session, ended: Sequence[int]) -> dict[tuple[int, int], int]:
    """The open requests for concurrence at touched questions, by question and ministry."""
    rows = session.execute(
        sa.select(Contribution.question_id, Contribution.ministry_id, Contribution.id)
        .join(Question, Question.id == Contribution.question_id)
        .where(Contribution.state == ContributionState.ASKED, touched_questions(ended))
        .order_by(Contribution.id)
    )
    return {(row.question_id, row.ministry_id): row.id for row in rows}


def _contributor_moves(
    session: Session,
    rows: Sequence[Any],
    ways: Ways,
    owners: Mapping[int, int],
    asked_of: Mapping[tuple[int, int], int],
) -> Iterator[ContributorMove]:
    there: dict[int, set[int]] = defaultdict(set)
    query = sa.select(Contributor.question_id, Contributor.ministry_id).join(
        Question, Question.id == Contributor.question_id
    )
    for question_id, ministry_id in session.execute(query.where(touched_questions(ways.ended))):
        there[question_id].add(ministry_id)
    for row in rows:
        asked = {ministry_id for ministry_id in there[row.id] if (row.id, ministry_id) in asked_of}
        for ministry_id in sorted(there[row.id] & set(ways.ended)):
            heir_id = ways.heir(ministry_id, row.dossier_id)
            if heir_id is None:
                continue
            own, request = heir_id == owners[row.id], asked_of.get((row.id, ministry_id))
            steps = _steps(ways.way(ministry_id, row.dossier_id), row)
            yield ContributorMove(
                question_id=row.id,
                round=row.round,
                from_id=ministry_id,
                to_id=None if own or heir_id in there[row.id] else heir_id,
                heir_id=heir_id,
                on=steps[-1].on,
                contribution_id=request,
                request_falls=own or heir_id in asked,
            )
            there[row.id].add(heir_id)
            if request is not None:
                asked.add(heir_id)


def _pauses(session: Session, ways: Ways) -> Iterator[PauseMove]:
    """Pauses that still run when a ministry has ended, each with the successor in all else."""
    query = sa.select(Pause).where(Pause.ministry_id.in_(any_of(ways.ended))).order_by(Pause.id)
    for pause in session.scalars(query) if ways.ended else ():
        ended = ways.names[pause.ministry_id or 0]
        heir_id = ways.heir(ended.id, None)
        if heir_id is not None and ended.valid_until is not None and pause.until_on > ended.valid_until:
            yield PauseMove(pause.id, ended.id, heir_id)
