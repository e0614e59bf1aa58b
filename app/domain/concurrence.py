"""Concurrence (afstemming): by when contributors reply, what a reply needs, and who may read what of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.answering import LONGEST
from app.domain.calendar import Calendar
from app.domain.errors import Invalid, mark
from app.domain.ledger_acts import LONGEST_REASON
from app.domain.questions import Act
from app.domain.terms import check_range

ASKED_FOR_DAYS = 5
"""Working days that contributors get where the owner names no date."""


class Reply(StrEnum):
    """What a contributor can say to the version it was sent; a proposal is a reply, not an objection."""

    AGREE = "ingestemd"
    PROPOSE = "tekstvoorstel"
    OBJECT = "bezwaar"


REPLY_ACTS: Mapping[Reply, Act] = {Reply.AGREE: Act.AGREE, Reply.PROPOSE: Act.PROPOSE, Reply.OBJECT: Act.OBJECT}

_ELSEWHERE = mark("De vraag ligt intussen niet meer bij het ministerie dat u vroeg. U hoeft niet te reageren.")
_ANSWERED = mark("De vraag is intussen beantwoord. U hoeft niet meer te reageren.")
ENDED_BY: Mapping[Act, str] = {
    Act.RECALL: mark("Deze afstemming is teruggenomen. U hoeft niet te reageren; een nieuw verzoek komt per mail."),
    Act.OVERRULE: mark("AZ heeft deze afstemming doorbroken. Uw reactie is niet meer nodig."),
    Act.SUBMIT: _ANSWERED,
    Act.RELEASE: _ANSWERED,
    Act.RECORD: _ANSWERED,
    Act.TRANSFER: _ELSEWHERE,
    Act.TRANSFER_AGAIN: _ELSEWHERE,
    Act.DECLINE: _ELSEWHERE,
    Act.SUCCEED: _ELSEWHERE,
    Act.WITHDRAW: mark("De VNG heeft deze vraag ingetrokken. U hoeft niets meer te doen."),
}
"""What can end a request before its reply, and what the contributor is told then."""


@dataclass(frozen=True)
class TypedReply:
    """A reply as it is kept: trimmed, empty where nothing was said."""

    kind: Reply
    reason: str = ""
    proposal: str = ""


@dataclass(frozen=True)
class Sight:
    """What somebody may read of one request: the version sent and the text proposed, and the reason given."""

    texts: bool
    reason: bool


def check_due(due_on: date | None, today: date, calendar: Calendar) -> date:
    """The day by which contributors are asked to reply; the fifth working day from now where none is named.

    Raises Invalid for a day that is past or today (`concur-not-later`), no working day, or beyond the calendar.
    """
    if due_on is None:
        return calendar.shift(today, ASKED_FOR_DAYS)
    if due_on <= today:
        sentence = mark("De reactiedatum {day} is niet in de toekomst. Kies een latere werkdag.")
        raise Invalid("concur-not-later", sentence, field="datum", day=due_on)
    check_range(due_on, field="datum")
    if not calendar.is_working(due_on):
        sentence = mark("De reactiedatum {day} is geen werkdag. Kies een werkdag, bijvoorbeeld {next}.")
        raise Invalid("concur-not-working", sentence, field="datum", day=due_on, next=calendar.roll(due_on))
    return due_on


def is_stalled(due_on: date, today: date) -> bool:
    """Whether a reply is overdue: from the day after the one that was asked for."""
    return due_on < today


def check_reply(kind: Reply, reason: str, proposal: str, sent: str) -> TypedReply:
    """The reply as it is kept. `sent` is the version the contributor was sent.

    Raises Invalid: an objection without a reason, a proposal that changes nothing, agreement with a changed text.
    """
    typed = TypedReply(kind, reason.strip(), "" if _same(proposal, sent) else proposal.strip())
    for field, value, most in (("toelichting", typed.reason, LONGEST_REASON), ("voorstel", proposal, LONGEST["tekst"])):
        if len(value) > most:
            sentence = mark("Dit is te lang: {length} tekens. Hooguit {most} mag.")
            raise Invalid("too-long", sentence, field=field, length=len(value), most=most)
    if kind is Reply.OBJECT and not typed.reason:
        sentence = mark("Schrijf waarom u bezwaar maakt. Het ministerie dat antwoordt leest dit.")
        raise Invalid("missing", sentence, field="toelichting")
    if kind is Reply.PROPOSE and not typed.proposal:
        sentence = mark("U hebt de tekst niet gewijzigd. Wijzig de tekst, of kies instemmen.")
        raise Invalid("nothing-proposed", sentence, field="voorstel")
    if kind is Reply.AGREE and typed.proposal:
        sentence = mark("U hebt de tekst gewijzigd. Kies een andere tekst voorstellen, of zet de tekst terug.")
        raise Invalid("agreed-to-other-text", sentence, field="voorstel")
    return typed


def sight(*, asked: bool, was_asked: bool, centre: bool, answered: bool) -> Sight:
    """What a reader may read of one request: the ministry that asked and the one that was asked, all of it.

    AZ reads why others object, and everybody does once the answer was given; nobody else ever reads the texts.
    """
    party = asked or was_asked
    return Sight(texts=party, reason=party or centre or answered)


def _same(proposal: str, sent: str) -> bool:
    return not proposal.strip() or proposal.split() == sent.split()
