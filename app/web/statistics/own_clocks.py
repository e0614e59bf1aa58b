"""How long VNG itself takes, as a table on the page and as files."""

from dataclasses import dataclass

from app.domain.definitions import DEFINITION_VERSION
from app.domain.errors import mark
from app.domain.own_clocks import OwnClock
from app.domain.survival import MEDIAN, NINE_IN_TEN
from app.usecases.statistics import HeldReport
from app.web.frame.spreadsheets import Sheet
from app.web.statistics.figure_query import Chosen
from app.web.statistics.figure_sheets import quantile_cells
from app.web.statistics.figure_words import OWN_CLOCKS, FigureWords
from app.wording import Wording

OWN_HEADINGS = (
    mark("Wat"),
    mark("Aantal"),
    mark("Klaar"),
    mark("Mediaan (dagen)"),
    mark("Mediaan, ondergrens"),
    mark("Mediaan, bovengrens"),
    mark("9 van 10 binnen (dagen)"),
    mark("Peildatum"),
    mark("Definities, versie"),
)


@dataclass(frozen=True)
class OwnLine:
    """One clock of VNG's own: `ended` of so many are done. Texts are empty over too few."""

    name: str
    counted: int
    ended: int
    median: str
    nine_in_ten: str
    href: str


def own_lines(words: Wording, report: HeldReport, chosen: Chosen) -> list[OwnLine]:
    """The clocks in the order of the work, each with the address of its questions."""
    figures = FigureWords(words)
    return [
        OwnLine(
            words.text(OWN_CLOCKS[clock]),
            curve.observed,
            curve.ended,
            figures.quantile_between(curve),
            figures.quantile(curve, NINE_IN_TEN),
            chosen.with_it(clock),
        )
        for clock, curve in ((clock, report.own[clock]) for clock in OwnClock)
    ]


def own_sheet(words: Wording, report: HeldReport) -> Sheet:
    """The clocks for a spreadsheet program."""
    about = (report.selection.as_of, DEFINITION_VERSION)
    rows = [
        [
            words.text(OWN_CLOCKS[clock]),
            curve.observed,
            curve.ended,
            *quantile_cells(curve, MEDIAN),
            quantile_cells(curve, NINE_IN_TEN)[0],
            *about,
        ]
        for clock, curve in report.own.items()
    ]
    return Sheet(words.text(mark("Klokken van de VNG")), [words.text(heading) for heading in OWN_HEADINGS], rows)
