"""The life of a question, against the table in words that the office works by."""

from datetime import date
from itertools import product

import pytest

from app.domain.calendar import Calendar
from app.domain.errors import WrongState
from app.domain.permissions import PERMISSIONS
from app.domain.questions import (
    CLIMBING_STATES,
    FINAL_STATES,
    JUDGING,
    NEW_ROUND_ACTS,
    OPEN_STATES,
    TRANSITIONS,
    Act,
    HolderKind,
    State,
    Verdict,
    acceptance_reminder_on,
    acts_from,
    concurrence_acts,
    deemed_on,
    ends_requests,
    holder_after,
    letter_state,
    next_state,
    refuse_if_binding,
    reopen_act,
    transfer_act,
)

D, A, I, C, B, N, S, W = State  # noqa: E741 the eight states in order, short enough for a table

MOVES = {
    D: {Act.SEND: A, Act.WITHDRAW: W},
    A: {Act.ACCEPT: I, Act.DEEM: I, Act.SUBMIT: N, Act.RELEASE: N, Act.RECORD: N, Act.TRANSFER: A},
    I: {Act.REQUEST_CONCURRENCE: C, Act.SUBMIT: N, Act.RELEASE: N, Act.RECORD: N, Act.TRANSFER: A},
    C: {Act.CLEAR: I, Act.RECALL: I, Act.OVERRULE: I, Act.SUBMIT: N, Act.RELEASE: N, Act.RECORD: N, Act.TRANSFER: A},
    B: {Act.ASSIGN: I, Act.WITHDRAW: W},
    N: {Act.JUDGE_CONCRETE: S, Act.JUDGE_PARTIAL: I, Act.JUDGE_EVASIVE: I},
    S: {Act.REOPEN: I},
    W: {Act.REOPEN: I, Act.REOPEN_UNSENT: D},
}
for owed in (A, I, C):
    MOVES[owed] |= {Act.TRANSFER_AGAIN: B, Act.DECLINE: B, Act.WITHDRAW: W}

STAYS = {
    D: {Act.EDIT},
    A: set(),
    I: set(),
    C: {Act.AGREE, Act.PROPOSE, Act.OBJECT},
    B: set(),
    N: {Act.SUCCEED, Act.CHANGE_CONTACT, Act.REVOKE_LINK},
    S: set(),
    W: set(),
}
for owed in (A, I, C):
    STAYS[owed] |= {Act.SAVE_DRAFT, Act.OFFER, Act.POSTPONE, Act.ASK_TIME, Act.CLARIFY, Act.REFUSE, Act.SUSPEND}
    STAYS[owed] |= {Act.RESEND, Act.REMIND, Act.SEND_BACK, Act.TAKE_BACK}
for owed in (A, I, C, B):
    STAYS[owed] |= {Act.RESUME, Act.SUCCEED, Act.CHANGE_CONTACT, Act.REVOKE_LINK}
    STAYS[owed] |= {Act.VOID, Act.RECEIVE, Act.REPLAY}


def reachable_from(start: State) -> set[State]:
    """Return the states that some chain of acts leads to, the first one included."""
    found = {start}
    while more := {to for (state, _), to in TRANSITIONS.items() if state in found} - found:
        found |= more
    return found


@pytest.mark.parametrize(("state", "act"), [*product(State, Act)])
def test_every_pair_of_state_and_act_leads_where_the_design_says_or_is_refused(state: State, act: Act) -> None:
    expected = MOVES[state].get(act) or (state if act in STAYS[state] else None)
    if expected is not None:
        assert next_state(state, act) is expected
    else:
        with pytest.raises(WrongState) as refusal:
            next_state(state, act)
        assert refusal.value.code == "wrong-state"
        assert refusal.value.facts == {"state": state.value, "act": act.value}


def test_every_state_is_reachable_from_a_draft() -> None:
    assert reachable_from(State.DRAFT) == set(State)


@pytest.mark.parametrize("state", State)
def test_no_state_is_a_dead_end(state: State) -> None:
    assert reachable_from(state) >= FINAL_STATES
    assert any(next_state(state, act) is not state for act in acts_from(state))


@pytest.mark.parametrize("state", sorted(FINAL_STATES))
def test_a_final_state_is_left_by_reopening_only(state: State) -> None:
    assert set(acts_from(state)) <= {Act.REOPEN, Act.REOPEN_UNSENT}


def test_every_act_is_possible_somewhere_and_somebodys_to_do() -> None:
    assert {act for _, act in TRANSITIONS} == set(Act)
    assert {act for row in PERMISSIONS.values() for act in row} >= set(Act)


@pytest.mark.parametrize("state", State)
def test_a_refusal_says_what_to_do_now(state: State) -> None:
    impossible = next(act for act in Act if (state, act) not in TRANSITIONS)
    with pytest.raises(WrongState, match=r"^\S.+\. \S.+\.$"):
        next_state(state, impossible)


def test_an_answer_is_owed_in_every_open_state_but_answered() -> None:
    assert {State.ANSWERED} == OPEN_STATES - CLIMBING_STATES
    assert frozenset(State) - OPEN_STATES == FINAL_STATES | {State.DRAFT}


def test_every_verdict_is_an_act_and_all_but_concrete_begin_a_round() -> None:
    assert set(JUDGING) == set(Verdict)
    assert {Act.JUDGE_PARTIAL, Act.JUDGE_EVASIVE, Act.REOPEN} == NEW_ROUND_ACTS
    assert {next_state(State.ANSWERED, JUDGING[v]) for v in Verdict if v is not Verdict.CONCRETE} == {State.ACCEPTED}


def test_the_second_transfer_by_a_ministry_makes_a_dispute() -> None:
    assert next_state(State.ACCEPTED, transfer_act(0)) is State.ASKED
    assert next_state(State.ASKED, transfer_act(1)) is State.DISPUTED
    assert transfer_act(2) is Act.TRANSFER_AGAIN


def test_a_request_lapses_when_its_ministry_no_longer_owes_the_answer() -> None:
    lapsing = {act for (_, act), to in TRANSITIONS.items() if to is not D and ends_requests(act, to)}
    assert lapsing >= {Act.SUBMIT, Act.RECORD, Act.RELEASE, Act.WITHDRAW, Act.TRANSFER, Act.TRANSFER_AGAIN, Act.DECLINE}
    assert not any(ends_requests(act, state) for state in (A, I, C) for act in (Act.POSTPONE, Act.SUCCEED, Act.ACCEPT))


def test_an_assigned_owner_can_not_pass_the_question_on() -> None:
    with pytest.raises(WrongState) as refusal:
        transfer_act(0, assigned=True)
    assert refusal.value.code == "binding-owner"
    refuse_if_binding(assigned=False)


def test_the_last_contributor_to_reply_ends_the_concurrence() -> None:
    assert concurrence_acts(Act.OBJECT, 2) == (Act.OBJECT,)
    assert concurrence_acts(Act.PROPOSE, 0) == (Act.PROPOSE, Act.CLEAR)
    assert concurrence_acts(Act.OBJECT, 0) == (Act.OBJECT, Act.CLEAR)


def test_a_question_that_was_never_sent_is_reopened_as_a_draft() -> None:
    assert next_state(State.WITHDRAWN, reopen_act(was_sent=False)) is State.DRAFT
    assert next_state(State.WITHDRAWN, reopen_act(was_sent=True)) is State.ACCEPTED


@pytest.mark.parametrize(
    ("states", "letter"),
    [
        ([], D),
        ([D, D], D),
        ([D, W], D),
        ([W, W], W),
        ([S, S, W], S),
        ([S, N, W], N),
        ([N], N),
        ([S, I], A),
        ([N, B], A),
        ([S, D], A),
        ([A, D, W], A),
        ([C], A),
    ],
)
def test_a_letter_stands_where_its_questions_do(states: list[State], letter: State) -> None:
    assert letter_state(states) is letter
    assert letter_state(reversed(states)) is letter


def test_the_ball_lies_with_somebody_in_every_open_state_only() -> None:
    assert {state for state in State if holder_after(state)} == OPEN_STATES
    assert holder_after(State.ACCEPTED) is HolderKind.OWNER
    assert holder_after(State.CONCURRING) is HolderKind.CONTRIBUTOR
    assert holder_after(State.DISPUTED) is HolderKind.CENTRE
    assert holder_after(State.ANSWERED) is HolderKind.VNG


@pytest.mark.parametrize(
    ("handed_over_on", "reminder", "deemed"),
    [
        (date(2026, 10, 8), date(2026, 10, 12), date(2026, 10, 13)),  # Thursday, over a weekend
        (date(2026, 10, 10), date(2026, 10, 13), date(2026, 10, 14)),  # Saturday: Monday is the first day that counts
        (date(2026, 12, 23), date(2026, 12, 28), date(2026, 12, 29)),  # over Christmas
    ],
)
def test_silence_is_acceptance_after_three_working_days(handed_over_on: date, reminder: date, deemed: date) -> None:
    assert acceptance_reminder_on(handed_over_on, Calendar()) == reminder
    assert deemed_on(handed_over_on, Calendar()) == deemed
