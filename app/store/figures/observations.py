"""Statements about rounds, the first unless said otherwise, as they stood at the end of a day: what is counted."""

from collections.abc import Iterator
from datetime import date, time
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.domain.calendar import ONE_DAY
from app.domain.questions import Act, QuestionKind, Verdict
from app.domain.slots import moment
from app.domain.statistics import NO_DOSSIER, NO_DOSSIER_ID, Bucket, Grouping, Selection
from app.store.answering import Answer
from app.store.figures.expressions import days_between, flag, within
from app.store.figures.heirs import Heirs, needs_heirs
from app.store.letters import Letter
from app.store.questions import FIRST, OWNING_ACTS, STOPPING_ACTS, Question, QuestionEvent, Round
from app.store.terms import SUSPENDING_KINDS, TOUCHING_KINDS, TermEntry

# Made once: a new alias learns each of its columns anew, which takes longer than the rest of a statement.
_ANSWER, _LATER = aliased(Answer), aliased(Answer)
_WITHDRAWAL, _EXIT, _OTHER = aliased(QuestionEvent), aliased(QuestionEvent), aliased(QuestionEvent)


class FirstRounds:
    """The statements about one selection, all over the same rounds.

    A round counts by its stored dates; where an entry has touched its clock and that makes a difference (the question
    is open, or its clock once stood still) it is listed singly, for the ledger to be read.
    """

    def __init__(self, selection: Selection, grouping: Grouping, heirs: Heirs | None = None) -> None:
        self.selection, self.grouping, self._heirs = selection, grouping, heirs or Heirs()
        self._as_of = sa.literal(selection.as_of, sa.Date)
        self._midnight = moment(selection.as_of + ONE_DAY, time(0))
        # Where only first rounds count, that is written out, so that partial indexes serve.
        self.first_only = selection.round in {None, 1} and grouping is not Grouping.ROUND
        self._round: Any = sa.literal_column("1", sa.Integer) if self.first_only else Round.number

    def group_of(self, key: Any) -> str:
        """The group that a row's `key` stands for."""
        match self.grouping:
            case Grouping.SUCCESSOR:
                return str(self._heirs.of_key(key))
            case Grouping.MONTH:
                return f"{key // 100:04}-{key % 100:02}"
            case _:
                return NO_DOSSIER if key is None else str(key)

    @cached_property
    def grouped(self) -> sa.Select[*tuple[Any, ...]]:
        """How many `rounds` share all of the other columns: the `key`, and what its cells are made of."""
        bucket = self._bucket()
        columns = (
            self._key().label("key"),
            bucket.label("bucket"),
            days_between(Round.asked_on, self._end()).label("days"),
            flag(self._end() > Round.original_due_on).label("late_at_first"),
            sa.case((bucket == Bucket.OPEN_LATE.value, Round.original_due_on)).label("due_on"),
            *self._verdicts(),
        )
        places = [sa.literal_column(str(place + 1), sa.Integer) for place, _ in enumerate(columns)]
        query = self._followed(*columns, sa.func.count().label("rounds"))
        return query.where(sa.not_(self._is_single())).group_by(*places)

    def by_bucket(self) -> sa.Select[*tuple[Any, ...]]:
        """How many `rounds` are in each bucket, but for those that must be read singly."""
        query = self._stood(self._bucket().label("bucket"), sa.func.count().label("rounds"))
        return query.where(sa.not_(self._is_single())).group_by(sa.literal_column("1", sa.Integer))

    @cached_property
    def singly(self) -> sa.Select[*tuple[Any, ...]]:
        """The rounds whose ledger must be read, with their dates."""
        return self._followed(*self._dates(), *self._verdicts()).where(
            Round.question_id.in_(sa.select(TermEntry.question_id).where(self._touching())), self._is_single()
        )

    @cached_property
    def each(self) -> sa.Select[*tuple[Any, ...]]:
        """Each round by itself, by question: its dates, where it belongs, its cells, and whether to read it singly."""
        return self._followed(
            *self._dates(),
            *self._verdicts(),
            self._owner().label("owner_id"),
            Letter.dossier_id,
            Round.term_kind,
            self._bucket().label("bucket"),
            days_between(Round.asked_on, self._end()).label("days"),
            flag(self._end() > Round.original_due_on).label("late_at_first"),
            flag(self._is_single()).label("single"),
            with_letter=True,
        ).order_by(Round.question_id, Round.number)

    def ids(self) -> sa.Select[int]:
        """The numbers of all questions that are counted, newest first."""
        return self._rounds(Round.question_id).order_by(Round.question_id.desc())

    def ids_in(self, bucket: Bucket) -> sa.Select[int]:
        """The numbers of the questions in a bucket, but for those that must be read singly."""
        return self._stood(Round.question_id).where(sa.not_(self._is_single()), self._bucket() == bucket.value)

    def _rounds(self, *columns: Any, with_letter: bool = False) -> sa.Select[*tuple[Any, ...]]:
        """The rounds that count, whatever became of them."""
        query: sa.Select[*tuple[Any, ...]] = (
            sa.select(*columns)
            .select_from(Round)
            .join(Question, Question.id == Round.question_id)
            .where(*self._which(), Round.asked_on <= self._as_of)
        )
        by_dossier = self.grouping is Grouping.DOSSIER or self.selection.dossier_id is not None
        if with_letter or by_dossier or (self._heirs.by_dossier and needs_heirs(self.selection, self.grouping)):
            query = query.join(Letter, Letter.id == Question.letter_id)
        return query.where(*self._conditions())

    def _stood(self, *columns: Any, with_letter: bool = False) -> sa.Select[*tuple[Any, ...]]:
        """The same, with the answer and the withdrawal of each, one of each at most."""
        own = sa.and_(_ANSWER.question_id == Round.question_id, _ANSWER.round == self._round)
        withdrawn = sa.and_(self._is_withdrawal(_WITHDRAWAL), _WITHDRAWAL.round == self._round)
        rounds = self._rounds(*columns, with_letter=with_letter)
        return rounds.outerjoin(_ANSWER, sa.and_(own, _ANSWER.answered_on <= self._as_of)).outerjoin(
            _WITHDRAWAL, withdrawn
        )

    def _followed(self, *columns: Any, with_letter: bool = False) -> sa.Select[*tuple[Any, ...]]:
        """The same, with the withdrawal that ended the wait for a concrete answer."""
        ended = sa.and_(self._is_withdrawal(_EXIT), sa.not_(self._came_back(_EXIT)))
        return self._stood(*columns, with_letter=with_letter).outerjoin(_EXIT, ended)

    def _dates(self) -> tuple[Any, ...]:
        """What the ledger of a round is read for, and the group of the round."""
        return (
            Round.question_id,
            Round.number.label("round"),
            self._key().label("key"),
            Round.asked_on,
            Round.original_due_on,
            _ANSWER.answered_on,
            _ANSWER.due_on.label("answered_due_on"),
            _WITHDRAWAL.on.label("withdrawn_on"),
        )

    def _which(self) -> Iterator[Any]:
        """Which rounds of which kinds of questions count."""
        chosen = self.selection
        if self.first_only:
            yield sa.text(FIRST)
        elif chosen.round is not None:
            yield Round.number == chosen.round
        if chosen.kind is not None:
            yield Question.kind == chosen.kind
        elif self.grouping is not Grouping.KIND:
            yield Question.kind != QuestionKind.COMMITMENT

    def _conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        chosen = self.selection
        if chosen.asked_from is not None:
            yield Round.asked_on >= chosen.asked_from
        if chosen.asked_until is not None:
            yield Round.asked_on <= chosen.asked_until
        if chosen.dossier_id is not None:
            none = chosen.dossier_id == NO_DOSSIER_ID
            yield Letter.dossier_id.is_(None) if none else Letter.dossier_id == chosen.dossier_id
        if chosen.term_kind is not None:
            yield Round.term_kind == chosen.term_kind
        if chosen.owner_id is not None:
            yield self._owner() == chosen.owner_id
        if chosen.heir_id is not None:
            yield self._heirs.work_of(chosen.heir_id, self._owner())

    def _key(self) -> sa.ColumnElement[Any]:
        match self.grouping:
            case Grouping.MINISTRY:
                key = self._owner()
            case Grouping.SUCCESSOR:
                key = self._heirs.key(self._owner())
            case Grouping.DOSSIER:
                key = sa.type_coerce(Letter.dossier_id, sa.Integer)
            case Grouping.MONTH:
                key = sa.extract("year", Round.asked_on) * 100 + sa.extract("month", Round.asked_on)
            case _:
                key = self._own_key()
        return key

    def _own_key(self) -> sa.ColumnElement[Any]:
        """The key where it is a word or a number of the question or the round itself."""
        match self.grouping:
            case Grouping.TERM:
                return sa.type_coerce(Round.term_kind, sa.String)
            case Grouping.ROUND:
                return sa.type_coerce(Round.number, sa.Integer)
            case Grouping.KIND:
                return sa.type_coerce(Question.kind, sa.String)
            case _:
                return sa.literal_column(f"'{Grouping.TOTAL}'")

    def _owner(self) -> sa.ColumnElement[Any]:
        """Who owned the question on that day: whom it was last given to, else who gave it away first, else its owner.

        In the order of recording, so that as of today it is the present owner, whatever the dates.
        """
        event = _OTHER
        own = sa.and_(event.question_id == Round.question_id, within(event.act, OWNING_ACTS))
        last = sa.select(event.to_ministry_id).where(own, event.on <= self._as_of).order_by(event.id.desc())
        first = sa.select(event.ministry_id).where(own).order_by(event.id)
        one = (query.limit(1).correlate(Round).scalar_subquery() for query in (last, first))
        return sa.func.coalesce(*one, Question.owner_id)

    def _end(self) -> sa.ColumnElement[date]:
        return sa.func.coalesce(_ANSWER.answered_on, _WITHDRAWAL.on, self._as_of)

    def _bucket(self) -> sa.ColumnElement[str]:
        answered_on = _ANSWER.answered_on
        return sa.case(
            (answered_on > _ANSWER.due_on, Bucket.LATE.value),
            (answered_on.is_not(None), Bucket.IN_TIME.value),
            (_WITHDRAWAL.on.is_not(None), Bucket.WITHDRAWN.value),
            (self._as_of > Round.original_due_on, Bucket.OPEN_LATE.value),
            else_=Bucket.OPEN.value,
        )

    def _verdicts(self) -> tuple[sa.ColumnElement[Any], ...]:
        """Whether the first answer was concrete (empty: no verdict yet), and the time to a concrete one.

        A later concrete answer ends it; else a pending verdict, a withdrawal or the day itself breaks it off.
        """
        first, later = _ANSWER, _LATER
        judged, later_judged = self._was_judged(first), self._was_judged(later)
        own = sa.and_(
            later.question_id == Round.question_id, later.round > self._round, later.answered_on <= self._as_of
        )
        later_concrete = sa.select(sa.func.min(later.answered_on)).where(
            own, later_judged, later.verdict == Verdict.CONCRETE
        )
        later_pending = sa.select(sa.func.max(later.answered_on)).where(own, sa.not_(later_judged))
        concrete_on = sa.func.coalesce(
            sa.case((sa.and_(judged, first.verdict == Verdict.CONCRETE), first.answered_on)),
            later_concrete.correlate(Round).scalar_subquery(),
        )
        end_on = sa.func.coalesce(
            concrete_on,
            sa.case((sa.not_(judged), first.answered_on)),
            later_pending.correlate(Round).scalar_subquery(),
            _EXIT.on,
            self._as_of,
        )
        return (
            sa.case((judged, flag(first.verdict == Verdict.CONCRETE))).label("at_once"),
            days_between(Round.asked_on, end_on).label("concrete_days"),
            flag(concrete_on.is_not(None)).label("is_concrete"),
        )

    def _was_judged(self, answer: Any) -> sa.ColumnElement[bool]:
        """Whether there was a verdict by the end of the day; never unknown."""
        return sa.and_(answer.judged_at.is_not(None), answer.judged_at < self._midnight)

    def _is_single(self) -> sa.ColumnElement[bool]:
        own = sa.and_(TermEntry.question_id == Round.question_id, self._touching(), TermEntry.round == self._round)
        touched = sa.exists().where(own).correlate(Round)
        stood_still = sa.exists().where(own, within(TermEntry.kind, SUSPENDING_KINDS)).correlate(Round)
        is_open = sa.and_(_ANSWER.answered_on.is_(None), _WITHDRAWAL.on.is_(None))
        return sa.and_(touched, sa.or_(is_open, stood_still))

    def _touching(self) -> sa.ColumnElement[bool]:
        touching = within(TermEntry.kind, TOUCHING_KINDS)
        return sa.and_(TermEntry.round == 1, touching) if self.first_only else touching

    def _is_withdrawal(self, event: Any) -> sa.ColumnElement[bool]:
        """Whether the event took a question back that had been asked, by that day; a round has one at most.

        Not while it was a concept: whoever reopened it as one, asked it only afterwards.
        """
        other = _OTHER
        unsent = sa.exists().where(
            other.question_id == event.question_id,
            other.id > event.id,
            within(other.act, STOPPING_ACTS),
            other.act == Act.REOPEN_UNSENT.value,
        )
        return sa.and_(
            event.question_id == Round.question_id,
            within(event.act, STOPPING_ACTS),
            event.act == Act.WITHDRAW.value,
            event.on <= self._as_of,
            sa.not_(unsent.correlate(event)),
        )

    def _came_back(self, event: Any) -> sa.ColumnElement[bool]:
        """Whether the question was opened again after this withdrawal, by that day."""
        other = _OTHER
        reopened = sa.exists().where(
            other.question_id == event.question_id,
            other.id > event.id,
            within(other.act, STOPPING_ACTS),
            other.act == Act.REOPEN.value,
            other.on <= self._as_of,
        )
        return reopened.correlate(event)
