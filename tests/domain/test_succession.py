"""What becomes of people, contacts and days when a ministry's work goes to another."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.permissions import Role
from app.domain.succession import (
    contact_at_successor,
    contacts_at_successor,
    effective_days,
    roles_at_successor,
    usual_contact,
    workplace_after,
)

ENDED, MAIN, OTHER = 1, 2, 3
ASYLUM, HOUSING = 7, 8


@pytest.mark.parametrize(
    ("roles", "held", "after"),
    [
        ({Role.CONTACT}, {Role.CONTACT, Role.COORDINATOR, Role.SG}, {Role.CONTACT}),
        ({Role.COORDINATOR}, {Role.COORDINATOR}, {Role.CONTACT}),
        ({Role.COORDINATOR, Role.SG}, {Role.SG}, {Role.COORDINATOR, Role.CONTACT}),
        ({Role.COORDINATOR}, {Role.CONTACT}, {Role.COORDINATOR}),
        ({Role.REGIE}, {Role.REGIE}, {Role.REGIE}),
    ],
)
def test_an_office_is_given_up_where_the_successor_has_somebody(
    roles: set[Role], held: set[Role], after: set[Role]
) -> None:
    assert roles_at_successor(frozenset(roles), frozenset(held)) == after


def test_gaps_are_filled_by_who_came_along_and_what_is_there_stays() -> None:
    assigned = {(ENDED, None): 10, (ENDED, ASYLUM): 11, (ENDED, HOUSING): 12, (MAIN, None): 20, (MAIN, HOUSING): 21}
    targets = {(ENDED, None): MAIN, (ENDED, ASYLUM): MAIN, (ENDED, HOUSING): MAIN}
    after = contacts_at_successor(assigned, targets, {10: MAIN, 11: MAIN, 12: MAIN})
    assert after == {(MAIN, None): 20, (MAIN, HOUSING): 21, (MAIN, ASYLUM): 11}
    assert usual_contact(after, MAIN, ASYLUM) == 11
    assert usual_contact(after, MAIN, None) == 20
    assert usual_contact(after, OTHER, None) is None


def test_who_went_elsewhere_or_stopped_is_contact_for_nothing() -> None:
    assigned, targets = {(ENDED, ASYLUM): 11, (ENDED, HOUSING): 12}, {(ENDED, ASYLUM): MAIN, (ENDED, HOUSING): OTHER}
    assert contacts_at_successor(assigned, targets, {11: OTHER}) == {}


def test_of_two_that_bring_a_contact_the_ministry_of_the_lowest_number_is_first() -> None:
    assigned, targets = {(5, ASYLUM): 50, (ENDED, ASYLUM): 10}, {(5, ASYLUM): MAIN, (ENDED, ASYLUM): MAIN}
    assert contacts_at_successor(assigned, targets, {50: MAIN, 10: MAIN}) == {(MAIN, ASYLUM): 10}


def test_people_go_to_the_successor_or_where_all_their_dossiers_go() -> None:
    assigned = {(ENDED, None): 10, (ENDED, ASYLUM): 11, (ENDED, HOUSING): 12}
    targets = {(ENDED, None): MAIN, (ENDED, ASYLUM): MAIN, (ENDED, HOUSING): OTHER}
    assert [workplace_after(targets, person, assigned, MAIN) for person in (10, 11, 12, 13)] == [
        MAIN,
        MAIN,
        OTHER,
        MAIN,
    ]
    assert workplace_after({}, 13, {}, None) is None


@pytest.mark.parametrize(
    ("contact", "there", "after"), [(10, True, 20), (10, False, 20), (11, True, 11), (11, False, 20), (None, False, 20)]
)
def test_who_was_chosen_for_a_question_stays_its_contact_if_they_go_along(
    contact: int | None, there: bool, after: int
) -> None:
    assert contact_at_successor(contact, 10, 20, there) == after


@given(st.lists(st.dates(), max_size=4).map(sorted), st.dates())
def test_a_step_never_counts_before_what_happened_last(steps: list[date], held_since: date) -> None:
    days = effective_days(steps, held_since)
    assert days == sorted(days)
    assert all(day >= max(step, held_since) for day, step in zip(days, steps, strict=True))
    assert days == steps or steps[0] < held_since
