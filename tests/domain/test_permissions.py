"""Who may what, as the roles are described to the people who have them."""

from itertools import product

import pytest

from app.domain.permissions import PERMISSIONS, Relation, Role, Task, may
from app.domain.questions import Act

AT_A_MINISTRY = (Role.CONTACT, Role.COORDINATOR, Role.SG)
AT_VNG = (Role.SECRETARIAT, Role.LEADERSHIP, Role.ADMIN)
READING = {Task.READ, Task.READ_DRAFT, Task.SEE_ALL, Task.READ_FIGURES, Task.READ_COORDINATION, Task.READ_DIGESTS}


def allowed(role: Role, relation: Relation) -> set[Act | Task]:
    return {what for what in (*Act, *Task) if may([role], what, relation)}


def test_every_role_has_a_row_and_every_act_and_task_somebody_who_may() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert {what for row in PERMISSIONS.values() for what in row} == {*Act, *Task}


def test_an_act_and_a_task_never_share_a_word() -> None:
    assert not set(map(str, Act)) & set(map(str, Task))  # both are keys of one table, and equal as strings


@pytest.mark.parametrize("role", AT_A_MINISTRY)
def test_a_ministry_can_do_nothing_with_a_question_of_others(role: Role) -> None:
    assert allowed(role, Relation.OTHER) == set()


@pytest.mark.parametrize("role", AT_A_MINISTRY)
def test_a_ministry_only_reads_what_it_transferred_away(role: Role) -> None:
    assert allowed(role, Relation.FORMER) == {Task.READ}


@pytest.mark.parametrize("role", AT_A_MINISTRY)
def test_a_contributor_reads_and_replies_and_sees_no_draft(role: Role) -> None:
    assert allowed(role, Relation.CONTRIBUTOR) == {Task.READ, Act.AGREE, Act.PROPOSE, Act.OBJECT, Act.CLEAR}


@pytest.mark.parametrize("role", AT_A_MINISTRY)
def test_an_owner_answers_but_does_not_judge_send_or_suspend(role: Role) -> None:
    may_do = allowed(role, Relation.OWNER)
    assert may_do >= {Act.ACCEPT, Act.SUBMIT, Act.TRANSFER, Act.DECLINE, Act.POSTPONE, Act.SAVE_DRAFT, Task.READ_DRAFT}
    assert not may_do & {Act.SEND, Act.RECORD, Act.JUDGE_CONCRETE, Act.SUSPEND, Act.ASSIGN, Act.WITHDRAW, Act.REOPEN}


def test_a_contact_can_not_release_its_own_answer() -> None:
    assert not may([Role.CONTACT], Act.RELEASE, Relation.OWNER)
    assert may([Role.COORDINATOR], Act.RELEASE, Relation.OWNER)


@pytest.mark.parametrize("role", [*AT_VNG, Role.REGIE])
def test_for_whoever_belongs_to_no_ministry_the_relation_makes_no_difference(role: Role) -> None:
    assert len({frozenset(allowed(role, relation)) for relation in Relation}) == 1


@pytest.mark.parametrize("role", [*AT_VNG, Role.REGIE])
def test_nobody_outside_the_ministry_reads_an_answer_before_it_is_given(role: Role) -> None:
    assert not may([role], Task.READ_DRAFT, Relation.OWNER)


def test_the_leadership_only_reads() -> None:
    assert allowed(Role.LEADERSHIP, Relation.OTHER) <= READING


def test_the_centre_settles_disputes_and_overrules_but_does_not_judge() -> None:
    assert allowed(Role.REGIE, Relation.OTHER) - READING == {Act.ASSIGN, Act.OVERRULE, Act.REMIND}


def test_the_administrator_does_no_casework() -> None:
    acts = allowed(Role.ADMIN, Relation.OTHER)
    assert not acts & READING
    assert acts & set(Act) == {Act.DEEM, Act.SUCCEED, Act.REPLAY}


@pytest.mark.parametrize(("what", "role"), [*product((Act.JUDGE_EVASIVE, Act.RECORD, Act.SEND, Task.REGISTER), Role)])
def test_only_the_secretariat_registers_records_and_judges(what: Act | Task, role: Role) -> None:
    assert may([role], what, Relation.OWNER) is (role is Role.SECRETARIAT)


def test_several_roles_add_up_and_none_may_nothing() -> None:
    assert may([Role.LEADERSHIP, Role.ADMIN], Task.RUN_JOBS)
    assert may([Role.LEADERSHIP, Role.ADMIN], Task.READ_DIGESTS)
    assert not any(may([], what, relation) for what, relation in product((*Act, *Task), Relation))
