"""Every route says who may use it, and keeps to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount

from app.domain.permissions import Relation, Role, Task, may
from app.store.base import Db
from app.store.people import Person, PersonRole
from app.web.frame import forms
from app.web.frame.policy import Needs, Public
from tests.support.builders import a_register
from tests.support.live import Live
from tests.support.visits import form_token, sign_in

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class Declared:
    """A route with its whole path, what it depends on, in the order that is resolved, and the parameters it reads."""

    path: str
    methods: frozenset[str]
    calls: tuple[Any, ...]
    parameters: frozenset[str]

    @property
    def policy(self) -> Any:
        """The declared policy: anything with `tasks`; None where there is none."""
        return next((call for call in self.calls if hasattr(call, "tasks")), None)

    @property
    def is_form(self) -> bool:
        """Whether it is a page of ours that takes a form; the API takes JSON with a token that no browser adds."""
        return bool(self.methods & UNSAFE) and not self.path.startswith("/api/")


def routes_of(app: FastAPI | Mount, prefix: str = "") -> list[Declared]:
    """All routes of an application and of what is mounted in it, but for the files of the style."""
    found: list[Declared] = []
    for route in app.routes:
        if isinstance(route, Mount):
            if prefix + route.path != "/static":
                found += routes_of(route, prefix + route.path)
            continue
        for one in [route] if isinstance(route, APIRoute) else route.effective_route_contexts():
            calls, names = tuple(walk(one.dependant)), frozenset(parameters_of(one.dependant))
            found.append(Declared(prefix + one.path, frozenset(one.methods), calls, names))
    return found


def walk(dependant: Any) -> Iterator[Any]:
    """The calls under a dependant, each after what it needs itself."""
    for dependency in dependant.dependencies:
        yield from walk(dependency)
        yield dependency.call


def parameters_of(dependant: Any) -> set[str]:
    """What an address may be asked with, here and in all that it depends on."""
    own = {one.alias for one in dependant.query_params}
    return own.union(*(parameters_of(one) for one in dependant.dependencies))


def test_every_route_declares_its_policy(live: Live) -> None:
    routes = routes_of(live.app)
    assert len(routes) >= 20
    bare = [route for route in routes if route.policy is None]
    assert [(sorted(route.methods), route.path) for route in bare] == []


def test_every_web_form_is_read_after_the_policy_and_checked_for_where_it_comes_from(live: Live) -> None:
    read = forms.POSTED.dependency
    for route in routes_of(live.app):
        if route.is_form:
            assert read in route.calls, f"{route.path} reads no form, so nobody checks where it comes from"
            assert route.calls.index(route.policy) < route.calls.index(read), route.path


def test_no_route_that_is_safe_reads_a_form(live: Live) -> None:
    for route in routes_of(live.app):
        if not route.methods & UNSAFE:
            assert forms.POSTED.dependency not in route.calls, route.path


def a_person_with(db: Db, role: Role) -> str:
    """A mailbox with this role alone."""
    with db.reading() as session:
        query = sa.select(Person.email).join(PersonRole, PersonRole.person_id == Person.id)
        email = session.scalars(query.where(PersonRole.role == role).order_by(Person.id)).first()
    assert email
    return email


def may_use(role: Role, route: Declared) -> bool:
    """Whether the table of permissions lets this role use a route, if only for some questions."""
    tasks = route.policy.tasks
    return not tasks or any(may({role}, task, relation) for task in tasks for relation in Relation)


def filled(path: str) -> str:
    """The path with numbers and words that nothing has in its parts."""
    parts = ["999999" if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


def test_each_role_gets_where_the_table_says_and_nowhere_else(
    live: Live, record_property: Callable[[str, object], None]
) -> None:
    a_register(live.db)
    routes = [route for route in routes_of(live.app) if isinstance(route.policy, Needs)]
    tried = 0
    for role in Role:
        with httpx.Client(base_url=live.url, timeout=60) as browser:
            sign_in(browser, live, a_person_with(live.db, role))
            token = form_token(browser, "/hulp")
            for route in routes:
                allowed = may_use(role, route)
                for method in route.methods:
                    status = ask(browser, live.url, method, filled(route.path), token)
                    tried += 1
                    assert (status != 403) == allowed, f"{role}: {method} {route.path} → {status}"
                    assert status < 500, f"{role}: {method} {route.path} → {status}"
    record_property("combinations of route and role", tried)
    assert tried >= len(routes) * len(Role)


def ask(browser: httpx.Client, url: str, method: str, path: str, token: str) -> int:
    """The status of a request with nothing in it but a form token."""
    if method == "GET":
        return browser.get(path).status_code
    return browser.request(method, path, data={"form_token": token}, headers={"Origin": url}).status_code


def test_who_is_not_signed_in_gets_to_the_sign_in_page_or_is_told_so(live: Live, client: httpx.Client) -> None:
    for route in routes_of(live.app):
        if isinstance(route.policy, Needs):
            for method in route.methods:
                answer = client.request(method, filled(route.path), headers={"Origin": live.url})
                if method == "GET":
                    assert answer.status_code == 303, route.path
                    assert answer.headers["location"].startswith("/aanmelden"), route.path
                else:
                    assert answer.status_code == 403, route.path
                    assert "U bent niet meer aangemeld" in answer.text


def test_no_form_is_taken_from_another_site(live: Live, record_property: Callable[[str, object], None]) -> None:
    a_register(live.db)
    browsers = {role: httpx.Client(base_url=live.url, timeout=60) for role in Role}
    tokens = {}
    for role, browser in browsers.items():
        sign_in(browser, live, a_person_with(live.db, role))
        tokens[role] = form_token(browser, "/hulp")
    elsewhere: list[dict[str, str]] = [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": live.url},
        {"Sec-Fetch-Site": "cross-site", "Origin": live.url},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ]
    tried = 0
    for route in routes_of(live.app):
        if route.is_form:
            role = next(role for role in Role if may_use(role, route))
            for headers in elsewhere:
                answer = browsers[role].post(filled(route.path), data={"form_token": tokens[role]}, headers=headers)
                tried += 1
                # 404: the policy of a link found no link before it came to the form.
                refused = {403, 404} if "{token}" in route.path else {403}
                assert answer.status_code in refused, f"{route.path}: {headers} → {answer.status_code}"
    for browser in browsers.values():
        browser.close()
    record_property("forms from elsewhere", tried)
    assert tried >= 10 * len(elsewhere)


def test_a_task_that_belongs_to_some_questions_only_still_opens_its_page() -> None:
    assert not may({Role.CONTACT}, Task.READ)
    assert Needs(Task.READ).tasks == (Task.READ,)
    assert Public.tasks == ()
