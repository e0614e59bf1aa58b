"""What a token may be used for."""

import pytest

from app.domain.permissions import Role, Task
from app.domain.questions import Act
from app.domain.scopes import Scope, covers, scopes_for, useful_scopes


def test_everything_that_somebody_may_do_has_a_scope_that_covers_it() -> None:
    assert [what for what in (*Act, *Task) if not scopes_for(what)] == []


@pytest.mark.parametrize(
    ("what", "scopes"),
    [
        (Task.READ, {Scope.READ}),
        (Task.REGISTER, {Scope.REGISTER}),
        (Act.JUDGE_CONCRETE, {Scope.REGISTER}),
        (Act.SUBMIT, {Scope.ANSWER}),
        (Act.POSTPONE, {Scope.REGISTER, Scope.ANSWER}),
        (Task.MANAGE_PEOPLE, {Scope.MANAGE}),
    ],
)
def test_a_scope_is_a_kind_of_work(what: Act | Task, scopes: set[Scope]) -> None:
    assert scopes_for(what) == scopes
    assert [scope for scope in Scope if covers({scope}, what)] == [scope for scope in Scope if scope in scopes]


def test_only_scopes_that_mean_something_for_a_role_are_offered() -> None:
    assert useful_scopes({Role.CONTACT}) == (Scope.READ, Scope.ANSWER)
    assert useful_scopes({Role.LEADERSHIP}) == (Scope.READ,)
    assert useful_scopes({Role.SECRETARIAT})[:2] == (Scope.READ, Scope.REGISTER)
