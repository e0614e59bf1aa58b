"""The views of the work list: which questions each role looks at first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.permissions import Role, Task, may
from app.domain.questions import CLIMBING_STATES, OPEN_STATES, State
from app.store.lists.question_lists import QuestionFilter

CENTRE_RUNG = 4
"""The rung from which AZ hears of a question."""
LATE = "te-laat"
"""What is late, the longest first."""


@dataclass(frozen=True)
class View:
    """One view: its name in the address, what people call it, which questions it holds, and in which order."""

    name: str
    label: str
    wanted: QuestionFilter
    order: str = "termijn"


def views(actor: Actor, today: date) -> Sequence[View]:
    """The views of this reader, the most pressing first; a ministry's hold only what it owns, but for the last."""
    late = View(LATE, mark("Te laat"), QuestionFilter(late_on=today))
    week = View("deze-week", mark("Loopt deze week af"), _due_this_week(today))
    disputed = View("betwist", mark("Eigenaar betwist"), QuestionFilter(states=frozenset({State.DISPUTED})), "bal")
    answered = QuestionFilter(states=frozenset({State.ANSWERED}))
    all_open = View("open", mark("Nog niet afgedaan"), QuestionFilter(states=OPEN_STATES))
    to_judge = View("te-beoordelen", mark("Te beoordelen"), answered, "bal")
    waiting = View("wacht-op-vng", mark("Wacht op oordeel"), answered, "bal")
    if may(actor.roles, Task.REGISTER):
        draft = View("concept", mark("Concept"), QuestionFilter(states=frozenset({State.DRAFT})))
        return late, to_judge, week, disputed, draft, all_open
    if Role.REGIE in actor.roles:
        stalled = View("afstemming-te-laat", mark("Afstemming te laat"), QuestionFilter(stalled_on=today))
        high = View("trede-4", mark("Trede 4 en hoger"), QuestionFilter(states=CLIMBING_STATES, min_rung=CENTRE_RUNG))
        return disputed, stalled, high, late, week, waiting, all_open
    if may(actor.roles, Task.SEE_ALL):
        return late, week, waiting, disputed, all_open
    owed = frozenset({State.ASKED, State.ACCEPTED, State.CONCURRING})
    to_answer = View("te-beantwoorden", mark("Te beantwoorden"), QuestionFilter(states=owed))
    to_accept = View("te-aanvaarden", mark("Te aanvaarden"), QuestionFilter(states=frozenset({State.ASKED})))
    to_concur = View("mee-te-lezen", mark("Mee te lezen"), QuestionFilter(awaited_id=actor.ministry_id))
    own = (to_answer, to_accept, late, week, disputed, waiting)
    seen = replace(all_open, label=mark("Alles wat u mag zien"), wanted=QuestionFilter())
    return *(_owned(view, actor) for view in own), to_concur, seen


def _owned(view: View, actor: Actor) -> View:
    return replace(view, wanted=replace(view.wanted, owner_id=actor.ministry_id))


def _due_this_week(today: date) -> QuestionFilter:
    """Due from today up to and including Sunday, and not answered yet."""
    sunday = today + timedelta(days=6 - today.weekday())
    return QuestionFilter(states=CLIMBING_STATES, due_from=today, due_until=sunday)
