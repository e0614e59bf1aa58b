"""The description of the API: open to all, in the words of the office, and true of every operation."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from app.api.router import api_routes
from tests.api.conftest import Caller
from tests.support.api import a_letter
from tests.support.live import Live

CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*")
PATH_PART = re.compile(r"[a-z0-9-]+|\{[a-z][a-zA-Z0-9]*\}")
EXAMPLES = 8
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
MINISTRIES = ("AZ", "BZK", "FIN", "JENV", "A&M", "ministerie van Defensie", "XYZ", "")


@pytest.fixture
def described(client: httpx.Client) -> Any:
    """The description, as anybody gets it."""
    return client.get("/api/v1/openapi.json").raise_for_status().json()


def operations(described: Any) -> Iterator[tuple[str, str, Any]]:
    """Path, method and operation of each."""
    for path, item in described["paths"].items():
        yield from ((path, method, operation) for method, operation in item.items())


def named(part: Any, key: str) -> Iterator[str]:
    """All names under each `key` in a description."""
    if isinstance(part, dict):
        if isinstance(part.get(key), dict):
            yield from part[key]
        for inner in part.values():
            yield from named(inner, key)
    elif isinstance(part, list):
        for inner in part:
            yield from named(inner, key)


@pytest.mark.database("sqlite")
def test_anybody_may_read_it_from_any_site(client: httpx.Client) -> None:
    answer = client.get("/api/v1/openapi.json", headers={"Origin": "https://elders.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["api-version"] == answer.json()["info"]["version"]
    assert "access-control-allow-origin" not in client.get("/api/v1/vragen").headers


@pytest.mark.database("sqlite")
def test_it_says_who_made_it_and_where_it_is(described: Any, live: Live) -> None:
    assert described["openapi"].startswith("3.")
    assert set(described["info"]["contact"]) == {"name", "url", "email"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", described["info"]["version"])
    assert described["servers"] == [{"url": f"{live.url}/api/v1"}]


@pytest.mark.database("sqlite")
def test_every_route_stands_in_it_with_its_problems_and_the_version(described: Any) -> None:
    served = {(route.path, method.lower()) for route in api_routes() for method in route.methods or ()}
    assert {(path, method) for path, method, _ in operations(described)} == served - {("/openapi.json", "get")}
    for path, method, operation in operations(described):
        assert "422" not in operation["responses"], f"{method} {path}"
        assert "application/problem+json" in operation["responses"]["400"]["content"], f"{method} {path}"
        for status, response in operation["responses"].items():
            assert response["headers"] == {"API-Version": {"$ref": "#/components/headers/ApiVersion"}}
            assert ("application/problem+json" in response["content"]) == (status >= "400")
    assert not [name for name in described["components"]["schemas"] if "Validation" in name]


@pytest.mark.database("sqlite")
def test_names_are_dutch_camel_case_and_paths_are_small_letters(described: Any) -> None:
    keys = set(named(described["components"]["schemas"], "properties"))
    parameters = [one for _, _, operation in operations(described) for one in operation.get("parameters", [])]
    keys |= {one["name"] for one in parameters if one["in"] != "header"}  # names of headers are HTTP's
    keys |= {operation["operationId"] for _, _, operation in operations(described)}
    assert len(keys) > 70
    assert [key for key in sorted(keys) if not CAMEL.fullmatch(key)] == []
    for path in described["paths"]:
        assert all(PATH_PART.fullmatch(part) for part in path.strip("/").split("/")), path
        assert not path.endswith("/")
    english = {"Letter", "Question", "State", "Verdict", "Unit", "Shape", "Typed"}
    assert [name for name in described["components"]["schemas"] if any(word in name for word in english)] == []


@pytest.fixture
def questions_in_many_states(caller: Caller, live: Live) -> list[int]:
    """Questions of JenV, some of which are answered, disputed, withdrawn, or concepts still."""
    vng, jenv = caller("secretariaat@vng.example"), caller("contact@jenv.example")
    asked = [{"tekst": f"Vraag {n}?", "eigenaar": "JENV", "meebetrokken": ["FIN"]} for n in range(24)]
    letter = vng.post("/brieven", json=a_letter(*asked)).json()
    vng.post(f"/brieven/{letter['id']}/verzending", json={"datum": "2026-10-19"}).raise_for_status()
    vng.post("/brieven", json=a_letter(*asked[:4])).raise_for_status()
    ids = [one["id"] for one in letter["vragen"]]
    for n in ids[:6]:
        jenv.post(f"/vragen/{n}/antwoorden", json={"tekst": "Ja."}).raise_for_status()
    jenv.post(f"/vragen/{ids[6]}/afwijzingen", json={"reden": "Niet van ons."}).raise_for_status()
    vng.post(f"/vragen/{ids[7]}/intrekking", json={"reden": "Dubbel."}).raise_for_status()
    return [*ids, ids[-1] + 1]


def plausible(sent: Any, ministry: Callable[[], str]) -> Any:
    """What was made up, but with ministries that exist more often than made-up ones do."""
    if isinstance(sent, dict):
        return {
            key: ministry() if key in {"eigenaar", "aan", "naar", "voorstel"} else plausible(value, ministry)
            for key, value in sent.items()
        }
    return [plausible(one, ministry) for one in sent] if isinstance(sent, list) else sent


def make_up(operation: Any, mode: GenerationMode, ids: list[int], tokens: list[str]) -> list[int]:
    """Send what schemathesis makes up for one operation, by several people; the statuses that came back."""
    sent: list[int] = []

    @given(data=st.data())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if "{id}" in operation.path and data.draw(st.integers(0, 9)):
            others = {name: data.draw(st.integers(1, 3)) for name in case.path_parameters if name != "id"}
            case.path_parameters = {**others, "id": data.draw(st.sampled_from(ids))}
        if data.draw(st.booleans()):
            case.body = plausible(case.body, lambda: data.draw(st.sampled_from(MINISTRIES)))
        answer = case.call(headers={"Authorization": data.draw(st.sampled_from(tokens))})
        assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text}"
        assert answer.headers["api-version"] == ["1.0.0"]
        case.validate_response(answer, checks=CHECKS)
        sent.append(answer.status_code)

    send()
    return sent


@pytest.mark.database("sqlite")
def test_nothing_that_can_be_sent_makes_a_fault_of_ours(
    live: Live, caller: Caller, questions_in_many_states: list[int], record_property: Callable[[str, object], None]
) -> None:
    people = ("secretariaat@vng.example", "contact@jenv.example", "regie@az.example", "beheer@vng.example")
    tokens = [caller(email).headers["Authorization"] for email in people]
    described = schemathesis.openapi.from_url(f"{live.url}/api/v1/openapi.json")
    sent: list[int] = []
    for found in described.get_all_operations():
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            sent += make_up(found.ok(), mode, questions_in_many_states, tokens)
    record_property("requests made up", len(sent))
    record_property("of which done", sum(status < 300 for status in sent))
    assert len(sent) >= EXAMPLES * 15
    assert {200, 201, 400, 403, 404, 409} <= set(sent)
