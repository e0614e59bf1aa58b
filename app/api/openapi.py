"""The description of this API: OpenAPI 3, without a sign-in, readable from every site."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import JSONResponse

from app.api.addresses import ROOT, VERSION_PATH
from app.api.bodies import JSON, Body
from app.api.problems import PROBLEM, Problem
from app.api.tokens import PUBLIC, office_of
from app.routes import Router
from app.settings import Settings

VERSION = "1.0.0"
"""Of the API, by semantic versioning; its first number stands in the path."""

VERSION_HEADER = "API-Version"
REF = "#/components/schemas/{model}"
_ABOUT = """Brieven van gemeenten aan ministeries, de vragen daarin, en wie wanneer moet antwoorden.

- Stuur bij elk verzoek `Authorization: Bearer <sleutel>`. Een sleutel maakt de beheerder: `python -m app token ADRES`.
- Een ministerie staat er met zijn code (`JENV`); zie `/ministeries`. In een brief mag ook de naam of een afkorting
  (`J&V`); die lezen wij op de datum van de brief.
- Een dag is `2026-11-30`; een tijdstip staat in UTC.
- Een fout is `application/problem+json` (RFC 9457). `code` verandert niet; in `fouten` staat alles wat niet klopt.
- Een lijst heeft ten hoogste 50 regels. Volg het adres in `volgende` tot dat null is.
"""
_EVERYWHERE = {
    "400": "Wat u stuurde klopt niet; in `fouten` staat wat",
    "401": "Geen geldige sleutel",
    "403": "Niet voor uw rol, of niet bij deze vraag",
    "406": "U vraagt iets anders dan JSON",
    "429": "Te vaak; wacht zoveel seconden als in `Retry-After` staat",
    "500": "Er ging iets mis bij ons",
}
_WITH_ID = {"404": "Dit bestaat niet, of u mag het niet zien"}
_ACTS = {"409": "Er is intussen iets veranderd, of dit kan nu niet"}
_WITH_BODY = {"413": "Te groot", "415": "Geen JSON"}
_WORDS = {
    "Channel": "Kanaal",
    "ContributionState": "Afstemmingstatus",
    "DayKind": "Dagsoort",
    "EntryKind": "Boekingsoort",
    "HolderKind": "Houder",
    "QuestionKind": "Vraagsoort",
    "Reply": "Reactie",
    "RequestKind": "Verzoeksoort",
    "RequestState": "Verzoekstatus",
    "Rule": "Regel",
    "State": "Status",
    "TermKind": "Termijnsoort",
    "Unit": "Eenheid",
    "Verdict": "Oordeel",
}

router = Router()


@router.get("/openapi.json", include_in_schema=False)
def read_description(request: Request, _: Annotated[None, PUBLIC]) -> JSONResponse:
    """For everybody, from every site."""
    open_to_all = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    return JSONResponse(describe(request.app, office_of(request).settings), headers=open_to_all)


def describe(api: FastAPI, settings: Settings) -> dict[str, Any]:
    """The description of all routes. It takes a while the first time, so it is made when somebody asks for it."""
    about = (settings.name, settings.tagline, settings.base_url, settings.organisation, settings.contact_email)
    return _described(api, *about)


@lru_cache(maxsize=4)
def _described(api: FastAPI, name: str, tagline: str, base_url: str, organisation: str, email: str) -> dict[str, Any]:
    told = get_openapi(
        title=f"{name} API",
        version=VERSION,
        summary=tagline,
        description=_ABOUT,
        routes=api.routes,
        servers=[{"url": f"{base_url}{ROOT}"}],
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    # Not through FastAPI: it would ask for a package that checks addresses.
    told["info"]["contact"] = {
        "name": organisation,
        "url": base_url,
        "email": email,
    }
    told["paths"] = {path.removeprefix(VERSION_PATH): item for path, item in told["paths"].items()}
    bodies = {(route.path, method): one for route, method, one in _bodies(api)}
    for path, item in told["paths"].items():
        for method, operation in item.items():
            _complete(operation, path, bodies.get((path, method)))
    components = told["components"]
    components["securitySchemes"] = {"sleutel": {"type": "http", "scheme": "bearer"}}
    components["headers"] = {
        "ApiVersion": {
            "description": "De volledige versie van deze API.",
            "schema": {"type": "string", "examples": [VERSION]},
        }
    }
    components["schemas"] = _schemas(components["schemas"], [one.shape for one in bodies.values()])
    told["security"] = [{"sleutel": []}]
    return _in_dutch(told)


def _bodies(api: FastAPI) -> Iterator[tuple[APIRoute, str, Body[Any]]]:
    for route in api.state.api_routes:
        for dependency in route.dependant.dependencies:
            if isinstance(dependency.call, Body):
                yield from ((route, method.lower(), dependency.call) for method in route.methods)


def _complete(operation: dict[str, Any], path: str, sent: Body[Any] | None) -> None:
    """Say what FastAPI doesn't know of: bodies read by us, problems, and the version's header."""
    operation.pop("description", None)  # the docstring, for whoever reads the code
    responses: dict[str, Any] = operation["responses"]
    responses.pop("422", None)
    problems = dict(_EVERYWHERE)
    problems |= _WITH_ID if "{" in path else {}
    problems |= _ACTS if "{" in path and not path.endswith("{id}") else {}
    if sent is not None:
        schema = {"$ref": REF.format(model=sent.shape.__name__)}
        operation["requestBody"] = {"required": not sent.optional, "content": {JSON: {"schema": schema}}}
        problems |= _WITH_BODY
    for status, description in problems.items():
        schema = {"$ref": REF.format(model=Problem.__name__)}
        responses[status] = {"description": description, "content": {PROBLEM: {"schema": schema}}}
    for response in responses.values():
        if response["description"] == "Successful Response":
            response["description"] = "Gelukt"
        response.setdefault("headers", {})[VERSION_HEADER] = {"$ref": "#/components/headers/ApiVersion"}


def _schemas(answered: Mapping[str, Any], sent: list[type[BaseModel]]) -> dict[str, Any]:
    """All shapes: those FastAPI knows of but its own errors, those that are sent, and the problem."""
    _, typed = models_json_schema([(shape, "validation") for shape in dict.fromkeys(sent)], ref_template=REF)
    _, problem = models_json_schema([(Problem, "serialization")], ref_template=REF)
    every = {**answered, **typed.get("$defs", {}), **problem["$defs"]}
    return {name: one for name, one in sorted(every.items()) if name not in {"HTTPValidationError", "ValidationError"}}


def _in_dutch(told: dict[str, Any]) -> dict[str, Any]:
    """Call the shapes as their titles do; the names of our classes are ours."""
    schemas = told["components"]["schemas"]
    titles = {name: _WORDS.get(name) or one.get("title", name) for name, one in schemas.items()}
    for name, one in schemas.items():
        one.pop("description", None)  # the docstring, for whoever reads the code
        one["title"] = titles[name]
    told["components"]["schemas"] = {titles[name]: one for name, one in schemas.items()}
    refs = {REF.format(model=name): REF.format(model=title) for name, title in titles.items()}
    replaced: dict[str, Any] = _replaced(told, refs)
    return replaced


def _replaced(part: Any, refs: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {key: refs.get(value, value) if key == "$ref" else _replaced(value, refs) for key, value in part.items()}
    return [_replaced(one, refs) for one in part] if isinstance(part, list) else part
