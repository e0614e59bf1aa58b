"""The life of a question: one table of states and acts, and the rules that choose an act or a day."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from app.domain.calendar import Calendar
from app.domain.errors import WrongState, mark

JUDGING_DAYS = 15
"""Working days VNG gives itself to judge an answer."""

ACCEPTANCE_REMINDER_DAYS = 2
DEEMED_AFTER_DAYS = 3


class State(StrEnum):
    """Where a question stands, as stored and as the API says it."""

    DRAFT = "concept"
    ASKED = "uitgezet"
    ACCEPTED = "in-behandeling"
    CONCURRING = "in-afstemming"
    DISPUTED = "betwist"
    ANSWERED = "beantwoord"
    SETTLED = "afgedaan"
    WITHDRAWN = "ingetrokken"


class QuestionKind(StrEnum):
    """What a letter wants: an answer, something done, or a promise kept."""

    QUESTION = "vraag"
    REQUEST = "verzoek"
    COMMITMENT = "toezegging"


class Verdict(StrEnum):
    """Whether an answer was an answer."""

    CONCRETE = "concreet"
    PARTIAL = "gedeeltelijk"
    EVASIVE = "ontwijkend"


class Channel(StrEnum):
    """How a letter or an answer travelled."""

    LETTER = "brief"
    EMAIL = "email"
    PORTAL = "portaal"
    BY_HAND = "overhandigd"
    OTHER = "anders"


class HolderKind(StrEnum):
    """Who has the ball."""

    VNG = "vng"
    OWNER = "eigenaar"
    CONTRIBUTOR = "meebetrokken"
    CENTRE = "az"


class Act(StrEnum):
    """What can be done with a question. Each pair of state and act leads to one state."""

    EDIT = "bewerken"
    SEND = "verzenden"
    WITHDRAW = "intrekken"
    ACCEPT = "aanvaarden"
    DEEM = "stilzwijgend-aanvaarden"
    SAVE_DRAFT = "concept-bewaren"
    SUBMIT = "indienen"
    OFFER = "ter-vrijgave-aanbieden"
    RELEASE = "vrijgeven"
    SEND_BACK = "terugsturen"
    TAKE_BACK = "aanbieding-terugnemen"
    RECORD = "antwoord-vastleggen"
    TRANSFER = "doorgeleiden"
    TRANSFER_AGAIN = "opnieuw-doorgeleiden"
    DECLINE = "afwijzen"
    ASSIGN = "toewijzen"
    REQUEST_CONCURRENCE = "afstemming-vragen"
    AGREE = "instemmen"
    PROPOSE = "tekst-voorstellen"
    OBJECT = "bezwaar-maken"
    CLEAR = "afstemming-afronden"
    RECALL = "afstemming-terugnemen"
    OVERRULE = "afstemming-doorbreken"
    JUDGE_CONCRETE = "oordelen-concreet"
    JUDGE_PARTIAL = "oordelen-gedeeltelijk"
    JUDGE_EVASIVE = "oordelen-ontwijkend"
    REOPEN = "heropenen"
    REOPEN_UNSENT = "heropenen-als-concept"
    POSTPONE = "uitstellen"
    ASK_TIME = "uitstel-vragen"
    CLARIFY = "verduidelijking-vragen"
    REFUSE = "verzoek-afwijzen"
    SUSPEND = "opschorten"
    RESUME = "hervatten"
    VOID = "termijnboeking-laten-vervallen"
    RECEIVE = "ontvangst-vastleggen"
    RESEND = "opnieuw-versturen"
    REPLAY = "termijn-herrekenen"
    SUCCEED = "opvolgen"
    REMIND = "herinneren"
    CHANGE_CONTACT = "contactpersoon-wijzigen"
    REVOKE_LINK = "link-intrekken"


FINAL_STATES = frozenset({State.SETTLED, State.WITHDRAWN})
CLIMBING_STATES = frozenset({State.ASKED, State.ACCEPTED, State.CONCURRING, State.DISPUTED})
"""An answer is owed, so the ladder is climbed (unless the clock is suspended)."""
OPEN_STATES = CLIMBING_STATES | {State.ANSWERED}
"""Sent and not yet final: what moves along when a ministry ends."""

JUDGING = {
    Verdict.CONCRETE: Act.JUDGE_CONCRETE,
    Verdict.PARTIAL: Act.JUDGE_PARTIAL,
    Verdict.EVASIVE: Act.JUDGE_EVASIVE,
}
NEW_ROUND_ACTS = frozenset({Act.JUDGE_PARTIAL, Act.JUDGE_EVASIVE, Act.REOPEN})

_WITH_OWNER = frozenset({State.ASKED, State.ACCEPTED, State.CONCURRING})
_ANSWER = {Act.SUBMIT: State.ANSWERED, Act.RELEASE: State.ANSWERED, Act.RECORD: State.ANSWERED}
_PASS_ON = {Act.TRANSFER: State.ASKED, Act.TRANSFER_AGAIN: State.DISPUTED, Act.DECLINE: State.DISPUTED}
_WITHDRAW = {Act.WITHDRAW: State.WITHDRAWN}

_MOVING: dict[State, dict[Act, State]] = {
    State.DRAFT: {Act.SEND: State.ASKED, **_WITHDRAW},
    State.ASKED: {Act.ACCEPT: State.ACCEPTED, Act.DEEM: State.ACCEPTED, **_ANSWER, **_PASS_ON, **_WITHDRAW},
    State.ACCEPTED: {Act.REQUEST_CONCURRENCE: State.CONCURRING, **_ANSWER, **_PASS_ON, **_WITHDRAW},
    State.CONCURRING: {
        Act.CLEAR: State.ACCEPTED,
        Act.RECALL: State.ACCEPTED,
        Act.OVERRULE: State.ACCEPTED,
        **_ANSWER,
        **_PASS_ON,
        **_WITHDRAW,
    },
    State.DISPUTED: {Act.ASSIGN: State.ACCEPTED, **_WITHDRAW},
    State.ANSWERED: {
        Act.JUDGE_CONCRETE: State.SETTLED,
        Act.JUDGE_PARTIAL: State.ACCEPTED,
        Act.JUDGE_EVASIVE: State.ACCEPTED,
    },
    State.SETTLED: {Act.REOPEN: State.ACCEPTED},
    State.WITHDRAWN: {Act.REOPEN: State.ACCEPTED, Act.REOPEN_UNSENT: State.DRAFT},
}

# A disputed question has nobody who could speak for its owner, but its clock can be set running again.
_KEEPING: dict[Act, frozenset[State]] = {
    Act.EDIT: frozenset({State.DRAFT}),
    Act.SAVE_DRAFT: _WITH_OWNER,
    Act.OFFER: _WITH_OWNER,
    Act.SEND_BACK: _WITH_OWNER,
    Act.TAKE_BACK: _WITH_OWNER,
    Act.AGREE: frozenset({State.CONCURRING}),
    Act.PROPOSE: frozenset({State.CONCURRING}),
    Act.OBJECT: frozenset({State.CONCURRING}),
    Act.POSTPONE: _WITH_OWNER,
    Act.ASK_TIME: _WITH_OWNER,
    Act.CLARIFY: _WITH_OWNER,
    Act.REFUSE: _WITH_OWNER,
    Act.SUSPEND: _WITH_OWNER,
    Act.RESUME: CLIMBING_STATES,
    Act.VOID: CLIMBING_STATES,
    Act.RECEIVE: CLIMBING_STATES,
    Act.RESEND: _WITH_OWNER,
    Act.REPLAY: CLIMBING_STATES,
    Act.SUCCEED: OPEN_STATES,
    Act.REMIND: _WITH_OWNER,
    Act.CHANGE_CONTACT: OPEN_STATES,
    Act.REVOKE_LINK: OPEN_STATES,
}

TRANSITIONS: dict[tuple[State, Act], State] = {
    **{(state, act): to for state, acts in _MOVING.items() for act, to in acts.items()},
    **{(state, act): state for act, states in _KEEPING.items() for state in states},
}

_WHAT_NOW = {
    State.DRAFT: mark("Deze vraag is nog een concept. Verstuur eerst de brief."),
    State.ASKED: mark("Deze vraag is uitgezet en nog niet beantwoord. Vernieuw de pagina en kies wat nu kan."),
    State.ACCEPTED: mark("Deze vraag is in behandeling en nog niet beantwoord. Vernieuw de pagina en kies wat nu kan."),
    State.CONCURRING: mark("Over deze vraag loopt een afstemming. Wacht op de reacties, of neem de afstemming terug."),
    State.DISPUTED: mark(
        "Het staat nog niet vast wie deze vraag beantwoordt. Wacht tot AZ of de VNG een eigenaar toewijst."
    ),
    State.ANSWERED: mark("Deze vraag is al beantwoord. Vernieuw de pagina om het antwoord te zien."),
    State.SETTLED: mark("Deze vraag is afgedaan. Vraag het secretariaat van de VNG om de vraag te heropenen."),
    State.WITHDRAWN: mark("Deze vraag is ingetrokken. Vraag het secretariaat van de VNG om de vraag te heropenen."),
}


def next_state(state: State, act: Act) -> State:
    """Return the state that this act leads to; the same one for acts that keep it.

    Raises WrongState (`wrong-state`) where the act makes no sense.
    """
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        raise WrongState("wrong-state", _WHAT_NOW[state], state=str(state), act=str(act)) from None


def ends_requests(act: Act, after: State) -> bool:
    """Tell whether what a ministry asked about its term lapses by this act: nobody is there any more to hear it.

    So it is with an answer, a withdrawal and a dispute, and when another ministry gets the question. A successor takes
    the request along with the question.
    """
    return act is Act.TRANSFER or (after, Act.ASK_TIME) not in TRANSITIONS


def acts_from(state: State) -> tuple[Act, ...]:
    """Return the acts that are possible in this state, in the order of `Act`; who may do them is another table."""
    return tuple(act for act in Act if (state, act) in TRANSITIONS)


def refuse_if_binding(assigned: bool) -> None:
    """Refuse to pass on or decline a question whose owner was assigned in this round.

    Raises WrongState (`binding-owner`).
    """
    if assigned:
        sentence = mark(
            "Deze vraag is in deze ronde aan uw ministerie toegewezen. Beantwoord de vraag, of overleg met AZ."
        )
        raise WrongState("binding-owner", sentence)


def transfer_act(ministry_transfers: int, *, assigned: bool = False) -> Act:
    """Return which act a transfer is: the second one that ministries make in a round leads to a dispute.

    `ministry_transfers` counts those made by ministries in this round; successions and assignments are none.
    Raises WrongState (`binding-owner`) when the owner was assigned in this round.
    """
    refuse_if_binding(assigned)
    return Act.TRANSFER if ministry_transfers == 0 else Act.TRANSFER_AGAIN


def concurrence_acts(reply: Act, still_awaited: int) -> tuple[Act, ...]:
    """Return the acts that a contributor's reply (`AGREE`, `PROPOSE`, `OBJECT`) amounts to; the last one in clears it.

    `still_awaited` counts the contributors who have not replied after this one.
    """
    return (reply,) if still_awaited else (reply, Act.CLEAR)


def reopen_act(was_sent: bool) -> Act:
    """Return which act a reopening is: a question that was never sent becomes a draft again."""
    return Act.REOPEN if was_sent else Act.REOPEN_UNSENT


def letter_state(states: Iterable[State]) -> State:
    """Return the state of a letter with questions in these states; withdrawn ones count only when all are.

    A letter without questions is a draft.
    """
    every = set(states)
    counted = every - {State.WITHDRAWN}
    if not counted:
        return State.WITHDRAWN if every else State.DRAFT
    if counted == {State.SETTLED}:
        return State.SETTLED
    if counted <= {State.SETTLED, State.ANSWERED}:
        return State.ANSWERED
    return State.DRAFT if counted == {State.DRAFT} else State.ASKED


_HOLDERS = {
    State.ASKED: HolderKind.OWNER,
    State.ACCEPTED: HolderKind.OWNER,
    State.CONCURRING: HolderKind.CONTRIBUTOR,
    State.DISPUTED: HolderKind.CENTRE,
    State.ANSWERED: HolderKind.VNG,
}


def holder_after(state: State) -> HolderKind | None:
    """Return who has the ball in this state; None before sending and at the end, when nobody waits for anybody."""
    return _HOLDERS.get(state)


def acceptance_reminder_on(handed_over_on: date, calendar: Calendar) -> date:
    """Return when an owner who says nothing is reminded: 2 working days after the mail was handed over."""
    return calendar.shift(handed_over_on, ACCEPTANCE_REMINDER_DAYS)


def deemed_on(handed_over_on: date, calendar: Calendar) -> date:
    """Return when an owner who says nothing is deemed to have accepted: 3 working days after the handing over.

    The day of handing over does not count. A bounced or uncertain mail was not handed over; a transfer counts anew.
    """
    return calendar.shift(handed_over_on, DEEMED_AFTER_DAYS)
