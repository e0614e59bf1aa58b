"""The figures as a file: the numbers of the page, as numbers, and how they are counted."""

from collections.abc import Iterator
from fractions import Fraction

from app.domain.definitions import DEFINITION_VERSION, DEFINITIONS
from app.domain.errors import mark
from app.domain.statistics import Bucket, Figures, Grouping, enough
from app.domain.survival import MEDIAN, NINE_IN_TEN, Curve, Rate
from app.usecases.statistics import Report
from app.web.frame.spreadsheets import Cell, Sheet
from app.web.statistics.figure_words import FigureWords

HEADINGS = (
    mark("Groep"),
    mark("Gesteld"),
    mark("Op tijd beantwoord"),
    mark("Te laat beantwoord"),
    mark("Open, binnen de termijn"),
    mark("Open, te laat"),
    mark("Ingetrokken"),
    mark("Deel op tijd (%)"),
    mark("Deel op tijd, ondergrens"),
    mark("Deel op tijd, bovengrens"),
    mark("Op tijd naar de eerste datum (%)"),
    mark("Mediaan (dagen)"),
    mark("Mediaan, ondergrens"),
    mark("Mediaan, bovengrens"),
    mark("9 van 10 binnen (dagen)"),
    mark("Mediaan zonder stilstand (dagen)"),
    mark("Mediaan van alleen beantwoorde vragen (dagen)"),
    mark("Mediaan tot een concreet antwoord (dagen)"),
    mark("In één keer concreet (%)"),
    mark("Peildatum"),
    mark("Definities, versie"),
)
BUCKETS = (Bucket.IN_TIME, Bucket.LATE, Bucket.OPEN, Bucket.OPEN_LATE, Bucket.WITHDRAWN)


def figure_sheets(words: FigureWords, report: Report) -> tuple[Sheet, Sheet]:
    """Two sheets: the figures by group and in all, and the definitions."""
    text = words.words.text
    figures = Sheet(text(mark("Statistieken")), [text(heading) for heading in HEADINGS], _rows(words, report))
    told = Sheet(
        text(mark("Zo rekenen wij")),
        [text(mark("Cijfer")), text(mark("Betekenis")), text(mark("Formule")), text(mark("Bron"))],
        ([text(one.name), text(one.sentence), text(one.formula), text(one.source)] for one in DEFINITIONS),
    )
    return figures, told


def _rows(words: FigureWords, report: Report) -> Iterator[list[Cell]]:
    if report.grouping is not Grouping.TOTAL:
        for one in report.groups:
            yield [
                words.group(one.group, report.grouping),
                *_numbers(one.figures),
                report.selection.as_of,
                DEFINITION_VERSION,
            ]
    total = words.words.text(mark("Alle vragen"))
    yield [total, *_numbers(report.total), report.selection.as_of, DEFINITION_VERSION]


def _numbers(found: Figures) -> list[Cell]:
    return [
        found.asked,
        *(found.buckets[bucket] for bucket in BUCKETS),
        *_rate(found.on_time),
        _rate(found.on_time_at_first)[0],
        *quantile_cells(found.response),
        quantile_cells(found.response, NINE_IN_TEN)[0],
        quantile_cells(found.net)[0],
        found.answered_median,
        quantile_cells(found.concrete)[0],
        _rate(found.first_time_right)[0],
    ]


def _rate(rate: Rate | None) -> list[Cell]:
    """A rate and its interval in per cent, to one decimal; empty over too few."""
    return [None] * 3 if rate is None else [round(100 * share, 1) for share in (rate.share, *rate.interval)]


def quantile_cells(curve: Curve, share: Fraction = MEDIAN) -> list[Cell]:
    """A quantile and its interval in days; empty where it was not reached, or over too few."""
    return [curve.quantile(share), *curve.interval(share)] if enough(curve) else [None] * 3
