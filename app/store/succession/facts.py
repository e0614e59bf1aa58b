"""The plan of a succession: what moves, from whom to whom, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from app.domain.errors import Invalid
from app.domain.ministries import Handover, MinistryName, handovers
from app.domain.questions import HolderKind, State
from app.store.succession.people import Moved, Staff


@dataclass(frozen=True)
class Step:
    """One step of a question's way: from whom, to whom, and the day on which it counts."""

    from_id: int
    to_id: int
    on: date


@dataclass(frozen=True)
class QuestionMove:
    """A question that gets another owner. `contact_id`: who is its contact afterwards, if anybody."""

    id: int
    number: tuple[int, int, int]
    state: State
    round: int
    link_serial: int
    due_on: date
    last_entry: int
    dossier_id: int | None
    steps: tuple[Step, ...]
    contact_id: int | None

    @property
    def from_id(self) -> int:
        """Whose it was."""
        return self.steps[0].from_id

    @property
    def to_id(self) -> int:
        """Whose it is afterwards."""
        return self.steps[-1].to_id


@dataclass(frozen=True)
class BallMove:
    """A ministry that ended has the ball; `steps` tell who has it from when on."""

    period_id: int
    question_id: int
    holder: HolderKind
    held_since: date
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class ContributorMove:
    """A ministry that must concur ended. `to_id` None: its part falls, for the successor owns or has it already.

    `contribution_id` is its open request, if there is one; `request_falls` tells whether that falls.
    """

    question_id: int
    round: int
    from_id: int
    to_id: int | None
    heir_id: int
    on: date
    contribution_id: int | None
    request_falls: bool


@dataclass(frozen=True)
class PauseMove:
    """A pause that still runs when its ministry has ended."""

    id: int
    from_id: int
    to_id: int


@dataclass(frozen=True)
class Left:
    """Questions of a ministry that ended and has no successor that exists; `why` says so."""

    ministry: MinistryName
    questions: int
    why: Invalid


@dataclass(frozen=True)
class Plan:
    """All that moves by a day. Questions by number (id); `own_requests` are requests that owners-to-be would answer."""

    on: date
    questions: tuple[QuestionMove, ...]
    balls: tuple[BallMove, ...]
    contributors: tuple[ContributorMove, ...]
    own_requests: tuple[int, ...]
    staff: Staff
    pauses: tuple[PauseMove, ...]
    left: tuple[Left, ...]

    @property
    def people(self) -> Sequence[Moved]:
        """Who goes along."""
        return self.staff.people

    def of(self, ministry_id: int) -> "Plan":
        """What moves away from one ministry."""
        return replace(
            self,
            questions=tuple(one for one in self.questions if ministry_id in {step.from_id for step in one.steps}),
            contributors=tuple(one for one in self.contributors if one.from_id == ministry_id),
            staff=replace(self.staff, people=tuple(one for one in self.people if one.from_id == ministry_id)),
            pauses=tuple(one for one in self.pauses if one.from_id == ministry_id),
            left=tuple(one for one in self.left if one.ministry.id == ministry_id),
        )

    @property
    def touched(self) -> frozenset[int]:
        """The questions that something happens to."""
        return frozenset({one.id for one in self.questions} | {one.question_id for one in self.contributors})

    @property
    def anything(self) -> bool:
        """Whether anything moves."""
        return bool(self.questions or self.contributors or self.staff.anything or self.pauses)


class Ways:
    """Which way the work of ministries that ended went by a day, by ministry and dossier."""

    def __init__(self, names: Sequence[MinistryName], on: date) -> None:
        self.names, self.on = {one.id: one for one in names}, on
        self._known: dict[tuple[int, int | None], list[Handover] | Invalid] = {}

    @cached_property
    def ended(self) -> list[int]:
        """The ministries that have ended, by number."""
        return sorted(one.id for one in self.names.values() if one.has_ended(self.on))

    def way(self, ministry_id: int, dossier_id: int | None) -> list[Handover]:
        """The steps, in order; empty for a ministry that exists. Raises Invalid where nobody succeeds."""
        key = (ministry_id, dossier_id)
        if key not in self._known:
            try:
                names = list(self.names.values())
                self._known[key] = handovers(self.names[ministry_id], self.on, names, dossier_id)
            except Invalid as refusal:
                self._known[key] = refusal
        known = self._known[key]
        if isinstance(known, Invalid):
            raise known
        return known

    def heir(self, ministry_id: int, dossier_id: int | None) -> int | None:
        """Who does the work in the end: the ministry itself while it exists, None where nobody succeeds."""
        try:
            way = self.way(ministry_id, dossier_id)
        except Invalid:
            return None
        return way[-1].taker.id if way else ministry_id
