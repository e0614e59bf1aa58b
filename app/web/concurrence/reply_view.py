"""Requests to concur and their replies as pages show them: to the owner, the contributors, AZ and VNG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.comparison import Piece, compare
from app.domain.concurrence import is_stalled
from app.domain.errors import mark
from app.store.concurrence import ContributionState
from app.store.lists.concurrences import Told
from app.wording import Wording

# State → what is said, icon, kind of badge.
BADGES = {
    ContributionState.ASKED: (mark("Wacht op reactie"), "clock", "active"),
    ContributionState.AGREED: (mark("Stemt in"), "check", "good"),
    ContributionState.PROPOSED: (mark("Stelt tekst voor"), "pen", "soon"),
    ContributionState.OBJECTED: (mark("Maakt bezwaar"), "dispute", "dispute"),
    ContributionState.LAPSED: (mark("Vervallen"), "cross", "neutral"),
}
_LATE = (mark("Reactie te laat"), "late", "late")


@dataclass(frozen=True)
class ReplyView:
    """One request: to whom, its badge (words, icon, kind), when, and what was said as far as the reader may know.

    `changes` are the proposed text beside the version sent. `takes_over`: the reader may put it into the draft.
    """

    id: int
    ministry: str
    version: int
    badge: tuple[str, str, str]
    when: str
    reason: str
    objects: bool
    changes: Sequence[Piece]
    takes_over: bool


@dataclass(frozen=True)
class Section:
    """The part of a page that tells of concurrence: the last request to each ministry, and the earlier ones.

    `waits`: somebody's reply is awaited. `owns`: the reader's ministry asked.
    """

    present: Sequence[ReplyView]
    earlier: Sequence[ReplyView]
    waits: bool
    owns: bool


def section(words: Wording, told: Sequence[Told], today: date, *, writes: bool = False) -> Section | None:
    """What a page tells of the requests about the answer that is being written, or was given; None without any.

    `writes`: the reader may change the draft now.
    """
    current = sorted((one for one in told if one.present), key=lambda one: (one.ministry.lower(), -one.id))
    if not current:
        return None
    last = {one.ministry_id: one.id for one in reversed(current)}  # their newest request comes last here
    views = {one.id: _view(words, one, today, writes=writes and one.asked) for one in current}
    return Section(
        present=[views[one.id] for one in current if last[one.ministry_id] == one.id],
        earlier=[views[one.id] for one in current if last[one.ministry_id] != one.id],
        waits=any(one.state is ContributionState.ASKED for one in current),
        owns=any(one.asked for one in current),
    )


def _view(words: Wording, one: Told, today: date, *, writes: bool) -> ReplyView:
    late = one.state is ContributionState.ASKED and is_stalled(one.due_on, today)
    text, icon, kind = _LATE if late else BADGES[one.state]
    changes = compare(one.text, one.proposal) if one.text is not None and one.proposal else []
    return ReplyView(
        id=one.id,
        ministry=one.ministry,
        version=one.edition,
        badge=(words.text(text), icon, kind),
        when=_when(words, one),
        reason=one.reason or "",
        objects=one.state is ContributionState.OBJECTED,
        changes=changes,
        takes_over=writes and bool(changes),
    )


def _when(words: Wording, one: Told) -> str:
    sentence = mark("Gevraagd op {day}, reactie uiterlijk {due}.")
    asked = words.text(sentence, day=words.longdate(one.asked_at), due=one.due_on)
    then = ""
    if one.settled_at is not None and one.person:
        replied = mark("Gereageerd op {moment} door {who}.")
        then = words.text(replied, moment=one.settled_at, who=one.person)
    elif one.settled_at is not None:
        replied = mark("Gereageerd op {moment}.")
        then = words.text(replied, moment=one.settled_at)
    elif one.reminded_on is not None and one.state is ContributionState.ASKED:
        reminded = mark("Herinnerd op {day}.")
        then = words.text(reminded, day=one.reminded_on)
    return f"{asked} {then}".rstrip()
