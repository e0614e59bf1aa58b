"""A digest as a file: the questions it lists, its figures and its trend, as they were frozen."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from app.domain.digests import KeyFigures, figures_from
from app.domain.errors import mark
from app.domain.questions import HolderKind
from app.store.figures.digests import FrozenDigest
from app.web.frame.spreadsheets import Cell, Sheet
from app.wording import Wording

LISTS = {
    "overdue": mark("Te laat"),
    "newly_late": mark("Nieuw te laat"),
    "answered": mark("Deze week beantwoord"),
    "moved": mark("Verschoven datums"),
    "disputed": mark("Betwist"),
    "objections": mark("Bezwaar"),
    "repeats": mark("Opnieuw gevraagd"),
    "asked_before": mark("Eerder al gesteld"),
    "due_next": mark("Loopt deze week af"),
}
VERDICTS = {"concreet": mark("concreet"), "gedeeltelijk": mark("gedeeltelijk"), "ontwijkend": mark("ontwijkend")}
HEADINGS = (
    mark("Lijst"),
    mark("Nummer"),
    mark("Vraag"),
    mark("Eigenaar"),
    mark("Ronde"),
    mark("Uiterste antwoorddatum"),
    mark("Dagen te laat"),
    mark("Bal ligt bij"),
    mark("Dagen bij houder"),
    mark("Trede"),
    mark("Beantwoord op"),
    mark("Oordeel"),
    mark("Datum was"),
    mark("Datum is"),
    mark("Reden"),
    mark("Bezwaar van"),
    mark("Opnieuw gevraagd op"),
    mark("Eerdere vragen"),
    mark("Adres"),
    mark("Week"),
    mark("Peildatum"),
    mark("Definities, versie"),
)


def digest_sheets(words: Wording, digest: FrozenDigest, base_url: str) -> tuple[Sheet, Sheet, Sheet]:
    """Three sheets: every line of every list, the key figures beside last week's, and the trend."""
    told, text = json.loads(digest.content), words.text
    questions = Sheet(text(mark("Vragen")), [text(heading) for heading in HEADINGS], _lines(words, told, base_url))
    before = [text(mark("Cijfer")), text(mark("Deze week")), text(mark("Vorige week"))]
    figures = Sheet(text(mark("Kerncijfers")), before, _figures(words, digest, told, base_url))
    trend = Sheet(text(mark("Trend")), [text(mark("Week")), text(mark("Te laat"))], told["trend"])
    return questions, figures, trend


def _lines(words: Wording, told: Mapping[str, Any], base_url: str) -> Iterator[list[Cell]]:
    about = [told["week"], date.fromisoformat(told["as_of"]), told["definition_version"]]
    for key, name in LISTS.items():
        for one in told.get(key, ()):
            yield [words.text(name), *_cells(words, one), f"{base_url}/vragen/{one['id']}", *about]


def _cells(words: Wording, one: Mapping[str, Any]) -> list[Cell]:
    """A question as one list has it: what that list doesn't tell stays empty."""
    verdict = one.get("verdict")
    return [
        one["number"],
        one["title"],
        one["owner"],
        one.get("round"),
        _day(one, "due_on"),
        one.get("days_late"),
        _holder(words, one),
        one.get("held_days"),
        one.get("rung"),
        _day(one, "answered_on"),
        words.text(VERDICTS.get(verdict, mark("wacht op oordeel"))) if verdict is not None else None,
        _day(one, "from_on"),
        _day(one, "to_on"),
        one.get("reason"),
        ", ".join(one.get("by", ())),
        _day(one, "asked_on"),
        ", ".join(one.get("earlier", ())),
    ]


def _day(one: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(one[name]) if name in one else None


def _holder(words: Wording, one: Mapping[str, Any]) -> str | None:
    if "holder" not in one:
        return None
    nobody = one["holder_kind"] == HolderKind.CENTRE
    return one["holder"] or words.text(mark("niemand") if nobody else mark("andere ministeries"))


def _figures(words: Wording, digest: FrozenDigest, told: Mapping[str, Any], base_url: str) -> Iterator[list[Cell]]:
    now, before = figures_from(told["figures"]), figures_from(told["before"]) if told["before"] else None

    def row(name: str, of: Callable[[KeyFigures], int | None]) -> list[Cell]:
        return [words.text(name), of(now), of(before) if before else None]

    yield row(mark("Te laat"), lambda one: one.late)
    yield row(mark("Open"), lambda one: one.open)
    yield row(mark("Deel op tijd (%)"), lambda one: one.on_time)
    yield row(mark("Eigenaar betwist"), lambda one: one.disputed)
    yield row(mark("Wacht op oordeel"), lambda one: one.awaiting)
    if before:
        yield [words.text(mark("Te laat, naar wat bij het maken bekend was")), now.late, told["late_before"]]
    yield [words.text(mark("Week")), digest.week, None]
    yield [words.text(mark("Peildatum")), digest.as_of, None]
    yield [words.text(mark("Definities, versie")), told["definition_version"], None]
    yield [words.text(mark("Adres")), f"{base_url}/overzichten/{digest.week}", None]
    yield [words.text(mark("Controlegetal")), digest.sha256, None]
