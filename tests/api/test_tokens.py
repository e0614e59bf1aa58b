"""Who gets in by API: each route has a policy, each role gets where the table says and nowhere else."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi.routing import APIRoute

from app.api.bodies import Body
from app.api.router import api_routes
from app.api.tokens import Needs
from app.domain.permissions import Relation, Role, may
from app.store.accounts import ApiToken
from app.store.people import Person, PersonRole
from tests.api.conftest import Caller
from tests.support.api import a_letter, assert_problem
from tests.support.live import Live


def calls_of(route: APIRoute) -> list[Any]:
    """What a route depends on, in the order it is resolved."""
    return [dependency.call for dependency in route.dependant.dependencies]


def policy_of(route: APIRoute) -> Any:
    """The declared policy: anything with `tasks`."""
    return next((call for call in calls_of(route) if hasattr(call, "tasks")), None)


def test_every_route_declares_its_policy_and_reads_its_body_after_that() -> None:
    assert len(api_routes()) >= 18
    for route in api_routes():
        calls, policy = calls_of(route), policy_of(route)
        assert policy is not None, route.path
        assert isinstance(policy, Needs) or route.path == "/openapi.json"
        assert route.body_field is None, f"{route.path}: FastAPI would read the body before the policy"
        for call in calls:
            assert not isinstance(call, Body) or calls.index(policy) < calls.index(call), route.path


@pytest.mark.database("sqlite")
def test_each_role_gets_where_the_table_says_and_nowhere_else(
    live: Live, caller: Caller, record_property: Callable[[str, object], None]
) -> None:
    tried = 0
    routes = [route for route in api_routes() if isinstance(policy_of(route), Needs)]
    for role in Role:
        with live.db.reading() as session:
            query = sa.select(Person.email).join(PersonRole, PersonRole.person_id == Person.id)
            email = session.scalars(query.where(PersonRole.role == role).order_by(Person.id)).first()
        client = caller(email)
        for route in routes:
            allowed = any(may({role}, task, relation) for task in policy_of(route).tasks for relation in Relation)
            for method in route.methods or ():
                answer = client.request(method, route.path.replace("{id}", "999999"), json={})
                tried += 1
                assert (answer.status_code != 403) == allowed, f"{role}: {method} {route.path} → {answer.status_code}"
                assert answer.status_code < 500
    record_property("combinations of route and role", tried)
    assert tried >= len(routes) * len(Role)


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer regie_verzonnen", "Basic cmVnaWU6cmVnaWU=", "Bearer a b", "regie_x"]
)
@pytest.mark.database("sqlite")
def test_without_a_token_of_somebody_nobody_gets_in(client: httpx.Client, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for method, path in (("GET", "/vragen"), ("POST", "/brieven"), ("GET", "/brieven/1")):
        answer = client.request(method, f"/api/v1{path}", headers=headers)
        assert_problem(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_dies_with_its_revocation_or_its_person(caller: Caller, live: Live) -> None:
    vng, jenv = caller("secretariaat@vng.example"), caller("contact@jenv.example")
    assert vng.get("/vragen").status_code == jenv.get("/vragen").status_code == 200
    with live.db.writing() as session:
        session.execute(sa.update(ApiToken).values(revoked_at=live.clock()).where(ApiToken.id == 1))
        session.execute(sa.update(Person).values(ended_at=live.clock()).where(Person.email == "contact@jenv.example"))
    assert_problem(vng.get("/vragen"), 401, "unauthenticated")
    assert_problem(jenv.get("/vragen"), 401, "unauthenticated")


def test_the_use_of_a_token_is_noted(vng: httpx.Client, live: Live) -> None:
    live.clock.advance(minutes=5)
    vng.get("/vragen")
    with live.db.reading() as session:
        assert session.scalars(sa.select(ApiToken.last_used_at)).one() == live.clock()


@pytest.mark.database("sqlite")
def test_a_session_of_a_browser_opens_nothing_here(vng: httpx.Client, client: httpx.Client) -> None:
    assert vng.post("/brieven", json=a_letter()).status_code == 201
    client.cookies.set("regie", "x" * 43)
    assert_problem(client.get("/api/v1/vragen"), 401, "unauthenticated")


@pytest.mark.database("sqlite")
def test_addresses_never_come_from_what_a_request_says_its_host_is(vng: httpx.Client, live: Live) -> None:
    refused = vng.post("/brieven", json=a_letter(), headers={"Host": "evil.example"})
    assert refused.status_code == 421
    made = vng.post("/brieven", json=a_letter(), headers={"X-Forwarded-Host": "evil.example"})
    assert made.headers["location"].startswith(live.url)
