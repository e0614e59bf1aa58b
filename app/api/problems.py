"""What went wrong, as RFC 9457 problem+json: a stable code, a sentence in the client's language, every wrong field."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from app.api.typed import Refused
from app.domain.errors import Invalid, NotAllowed, NotFound, OutOfDate, Refusal, WrongState, mark
from app.wording import Wording, preferred, wording

PROBLEM = "application/problem+json"
MOST_FAULTS = 100
LONGEST_NAME = 200


class Fault(BaseModel, title="Fout"):
    """One thing that is wrong with what was sent."""

    field: str | None = Field(serialization_alias="veld", description="Bijvoorbeeld `vragen.0.eigenaar`; telt vanaf 0.")
    code: str
    message: str = Field(serialization_alias="melding")
    successor: str | None = Field(
        None, serialization_alias="opvolger", description="Bij `ended-ministry`: de code van de opvolger."
    )


class Problem(BaseModel, title="Probleem"):
    """A problem by RFC 9457, with our own code and faults."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    faults: list[Fault] = Field(default=[], serialization_alias="fouten")


_STATUS: Mapping[type[Refusal], int] = {NotFound: 404, NotAllowed: 403, WrongState: 409, OutOfDate: 409, Invalid: 400}
_TITLES: Mapping[int, str] = {
    400: mark("Ongeldig verzoek"),
    401: mark("Geen geldige sleutel"),
    403: mark("Niet toegestaan"),
    404: mark("Niet gevonden"),
    405: mark("Methode niet toegestaan"),
    406: mark("Geen passend antwoord"),
    409: mark("Er is intussen iets veranderd"),
    413: mark("Te groot"),
    415: mark("Dit soort inhoud lezen wij niet"),
    429: mark("Te vaak"),
    500: mark("Er ging iets mis bij ons"),
}
_BARE: Mapping[int, tuple[str, str]] = {
    400: ("bad-request", mark("Dit verzoek kunnen wij niet lezen.")),
    401: ("unauthenticated", mark("Stuur een geldige sleutel mee, zo: Authorization: Bearer <sleutel>.")),
    404: ("not-found", mark("Dit adres bestaat niet. Controleer het pad en het id.")),
    405: ("method-not-allowed", mark("Dit adres kent deze methode niet. Kijk in de header Allow.")),
    406: ("not-acceptable", mark("Wij antwoorden in application/json. Zet dat in de header Accept, of laat die weg.")),
    413: ("too-large", mark("Dit verzoek is groter dan 8 MiB. Verdeel de vragen over meer brieven.")),
    415: ("unsupported-media-type", mark("Stuur JSON, met de header Content-Type: application/json.")),
    429: ("too-many-requests", mark("Dit gebeurde te vaak. Wacht zoveel seconden als in de header Retry-After staat.")),
    500: ("internal-error", mark("Er is niets opgeslagen. Probeer het later opnieuw, en meld het ons als het blijft.")),
}
_MISTYPED: Mapping[str, tuple[str, str]] = {
    "missing": ("missing", mark("Dit veld ontbreekt. Geef het mee.")),
    "extra_forbidden": ("unknown-key", mark("Dit veld kennen wij niet. Haal het weg, of controleer de spelling.")),
    "json_invalid": ("bad-json", mark("Dit is geen geldige JSON ({error}).")),
    "string_too_long": ("too-long", mark("Dit is te lang. Hooguit {max_length} tekens mag.")),
    "too_long": ("too-many", mark("Dit zijn er te veel. Hooguit {max_length} mag.")),
    "string_type": ("bad-type", mark("Hier hoort tekst.")),
    "int_type": ("bad-type", mark("Hier hoort een geheel getal.")),
    "list_type": ("bad-type", mark("Hier hoort een lijst.")),
    "model_type": ("bad-type", mark("Hier hoort een object met velden.")),
    "bool_type": ("bad-type", mark("Hier hoort true of false.")),
    "bool_parsing": ("bad-type", mark("Hier hoort true of false.")),
    "enum": ("unknown-value", mark("Kies een van: {expected}.")),
}
_OTHERWISE = ("bad-value", mark("Deze waarde klopt niet."))
# The rules below the borders name a few fields by their own words.
_FIELDS: Mapping[str, str] = {
    "announced_on": "datum",
    "omdat": "zonderAfstemmingOmdat",
    "voorstel": "tekstvoorstel",
    "basis": "grondslag",
    "consented": "datum",
    "day": "datum",
    "effective_on": "datum",
    "length": "aantal",
    "named_on": "datum",
    "reason": "reden",
    "unit": "eenheid",
    "voids": "volgnummer",
}


def status_of(refusal: Refusal) -> int:
    """The HTTP status a refusal answers with."""
    return next(status for kind, status in _STATUS.items() if isinstance(refusal, kind))


def words_for(request: Request) -> Wording:
    """The wording in the language the client asks for, else Dutch."""
    return wording(preferred(request.headers.get("accept-language", "")))


def render(request: Request, exc: Exception) -> Response:
    """The problem for a refusal, a wrong address or body, or a fault of ours; no trace of the code in it."""
    words = words_for(request)
    if isinstance(exc, Refusal):
        return _answer(words, _refused(words, exc))
    if isinstance(exc, RequestValidationError):
        return _answer(words, _mistyped(words, exc.errors()))
    if isinstance(exc, HTTPException):
        headers = dict(exc.headers or {})
        if exc.status_code == 405:
            headers["Allow"] = ", ".join(_methods_of(request))
        return _answer(words, _bare(words, exc.status_code), headers)
    return _answer(words, _bare(words, 500))


def _answer(words: Wording, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    content = problem.model_dump(by_alias=True)
    for fault in content["fouten"]:
        if fault["opvolger"] is None:
            del fault["opvolger"]
    language = {"Content-Language": words.language, "Vary": "Accept-Language"}
    return JSONResponse(content, problem.status, {**language, **(headers or {})}, PROBLEM)


def _bare(words: Wording, status: int) -> Problem:
    code, sentence = _BARE.get(status) or _BARE[400 if status < 500 else 500]
    title = _TITLES.get(status) or _TITLES[400 if status < 500 else 500]
    return Problem(title=words.text(title), status=status, detail=words.text(sentence), code=code)


def _refused(words: Wording, refusal: Refusal) -> Problem:
    status = status_of(refusal)
    if isinstance(refusal, Invalid):
        return _invalid(words, [_fault(words, one) for one in refusal.all()])
    return Problem(title=words.text(_TITLES[status]), status=status, detail=words.refusal(refusal), code=refusal.code)


def _invalid(words: Wording, faults: Sequence[Fault]) -> Problem:
    detail = faults[0].message
    if len(faults) > 1:
        sentence = mark("{n} dingen kloppen niet. Ze staan bij `fouten`.")
        detail = words.plural(sentence, sentence, len(faults))
    return Problem(
        title=words.text(_TITLES[400]),
        status=400,
        detail=detail,
        code=faults[0].code,
        faults=list(faults[:MOST_FAULTS]),
    )


def _fault(words: Wording, refusal: Refusal, within: str = "") -> Fault:
    field = _FIELDS.get(refusal.field or "", refusal.field)
    place = ".".join(part for part in (within, field) if part)
    successor = refusal.facts.get("successor")
    return Fault(field=place or None, code=refusal.code, message=words.refusal(refusal), successor=successor)


def _mistyped(words: Wording, errors: Iterable[Mapping[str, Any]]) -> Problem:
    errors = list(errors)
    if any(error["loc"][0] == "path" for error in errors):
        return _bare(words, 404)
    return _invalid(words, [_read(words, error) for error in errors])


def _read(words: Wording, error: Mapping[str, Any]) -> Fault:
    """One error as pydantic tells it."""
    place = ".".join(str(part) for part in error["loc"][1:])[:LONGEST_NAME]
    facts = error.get("ctx", {})
    cause = facts.get("error")
    if isinstance(cause, Refused):
        return _fault(words, cause.refusal, place)
    if "expected" in facts:
        facts = {"expected": facts["expected"].replace(" or ", ", ").replace("'", "")}
    code, sentence = _MISTYPED.get(error["type"], _OTHERWISE)
    return Fault(field=place or None, code=code, message=words.text(sentence, **facts))


def _methods_of(request: Request) -> list[str]:
    """What can be done at this address: FastAPI names the methods of one route, but two may share a path."""
    find: Callable[[str], Iterator[str]] = request.app.state.methods_at
    return sorted(set(find(request.scope["path"])))
