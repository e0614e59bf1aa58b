"""The report about one ministry, dossier or month as a text document: the figures and pictures of the page.

Each picture has its numbers in a table beside it, for who doesn't see it or takes the numbers along.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from app.domain.definitions import DEFINITION_VERSION, DEFINITIONS
from app.domain.errors import mark
from app.domain.statistics import Bucket, Happening, enough
from app.web.frame.render import TEMPLATES
from app.web.frame.texts import Facts, Heading, Paragraph, Part, Picture, Table
from app.web.statistics.figure_view import Bar, Row
from app.web.statistics.figure_words import HAPPENINGS, FigureWords
from app.web.statistics.focus_view import Focus, PartView
from app.wording import Wording

CURVE_DAYS = (7, 14, 21, 28, 42, 63, 91)
BARS_PER_PICTURE = 24
"""So many bars stand on one sheet of paper."""

_BAR, _KEY = 30, 28
"""Heights in the units of statistics/bars.svg, which is 640 of them wide."""

_WIDTH = 170
"""Millimetres of an upright A4 between its margins."""


def focus_parts(words: FigureWords, title: str, focus: Focus, today: date) -> Iterator[Part]:
    """The parts of the document, in the order of the page."""
    say = words.words.text
    yield Heading(title, 1)
    yield Paragraph(_about(words.words, focus))
    yield Paragraph(say(mark("Gemaakt op {day}."), day=today), "small")
    if not focus.report.total.asked:
        yield Paragraph(say(mark("In deze periode zijn geen vragen gesteld.")))
        return
    few = say(mark("te weinig"))
    yield Facts(
        [
            (one.label, " ".join(part for part in (one.value or few, one.unit, one.told and f"({one.told})") if part))
            for one in focus.parts[0].view.key_figures
        ]
    )
    yield from _curve(words, focus)
    for number, part in enumerate(focus.parts):
        yield Heading(part.title)
        if number == 0:
            yield from _bars(words.words, part)
        yield _counts(words, part)
        if part.left:
            left = words.words.plural(mark("En nog {n} groep."), mark("En nog {n} groepen."), part.left)
            yield Paragraph(left, "small")
    yield from _on_the_way(words.words, focus)
    yield Heading(say(mark("Zo rekenen wij (versie {version})"), version=DEFINITION_VERSION))
    for one in DEFINITIONS:
        yield Paragraph(f"{say(one.name)}. {say(one.sentence)}", "small")


def _about(words: Wording, focus: Focus) -> str:
    chosen = focus.report.selection
    facts = {"start": chosen.asked_from, "end": chosen.asked_until or chosen.as_of, "day": chosen.as_of}
    if chosen.asked_from:
        sentence = mark("Vragen gesteld van {start} tot en met {end}, zoals het stond op {day}.")
    else:
        sentence = mark("Vragen gesteld tot en met {end}, zoals het stond op {day}.")
    return words.text(sentence, **facts)


def _curve(words: FigureWords, focus: Focus) -> Iterator[Part]:
    curve = focus.report.total.response
    if not enough(curve):
        return
    say = words.words.text
    yield Heading(say(mark("Hoe snel komt het antwoord?")))
    panel = focus.picture.panels[0]
    drawn = TEMPLATES.get_template("statistics/curve.svg").render(wording=words.words, panel=panel, view=focus.picture)
    yield Picture(drawn, say(mark("Hoe snel komt het antwoord?")), panel.told, 120, 70)
    yield Paragraph(" ".join(_legend(words.words, focus)), "small")
    days = [day for day in CURVE_DAYS if day <= max(curve.followed, CURVE_DAYS[0])]
    yield Table(
        [say(mark("Na zoveel dagen")), *(str(day) for day in days)],
        [[say(mark("Nog geen antwoord")), *(words.percent(float(curve.left(day))) for day in days)]],
    )


def _legend(words: Wording, focus: Focus) -> Iterator[str]:
    """What the page says below its curve."""
    yield f"{focus.picture.panels[0].told}."
    if focus.picture.all_drawn:
        yield words.text(mark("Dunne grijze lijn: alle vragen samen."))
    yield words.text(mark("Vlak: 95 % zekerheid. Stippellijn: de norm van 21 dagen."))


def _bars(words: Wording, part: PartView) -> Iterator[Picture]:
    """Bars of the groups, as many under each other as a sheet of paper holds."""
    bars: Sequence[Bar] = part.view.bars
    for begin in range(0, len(bars), BARS_PER_PICTURE):
        some = bars[begin : begin + BARS_PER_PICTURE]
        height = _KEY + _BAR * len(some)
        drawn = TEMPLATES.get_template("statistics/bars.svg").render(wording=words, bars=some, height=height)
        told = "; ".join(bar.told for bar in some) + "."
        yield Picture(drawn, words.text(mark("Op tijd of te laat")), told, _WIDTH, round(_WIDTH * height / 640))


def _counts(words: FigureWords, part: PartView) -> Table:
    say = words.words.text
    headings = (
        mark("Groep"),
        mark("Gesteld"),
        mark("Op tijd"),
        mark("Te laat"),
        mark("Open, binnen termijn"),
        mark("Open, te laat"),
        mark("Deel op tijd"),
        mark("Mediaan, dagen"),
    )
    return Table([say(one) for one in headings], [_cells(words, row) for row in (*part.view.rows, part.view.total)])


def _cells(words: FigureWords, row: Row) -> list[str]:
    few = "" if row.too_few else words.words.text(mark("te weinig"))
    numbers = [row.asked, *(row.buckets[one] for one in (Bucket.IN_TIME, Bucket.LATE, Bucket.OPEN, Bucket.OPEN_LATE))]
    counts = [words.words.number(one.number) for one in numbers]
    return [row.name, *counts, row.on_time or few, row.median or few]


def _on_the_way(words: Wording, focus: Focus) -> Iterator[Part]:
    say = words.text
    yield Heading(say(mark("Wie had de bal")))
    yield Table(
        [say(mark("Bal ligt bij")), say(mark("Rol")), say(mark("Dagen")), say(mark("Vragen"))],
        [[one.name, one.role, words.number(one.held.days), words.number(one.held.questions)] for one in focus.lines],
    )
    if focus.more_lines:
        yield Paragraph(
            words.plural(mark("En nog {n} houder."), mark("En nog {n} houders."), focus.more_lines), "small"
        )
    yield Heading(say(mark("Wat er onderweg gebeurde")))
    happened = ((HAPPENINGS[one], focus.held.happened[one]) for one in Happening)
    yield Table(
        [say(mark("Wat")), say(mark("Keren")), say(mark("Vragen"))],
        [[say(name), words.number(one.times), words.number(one.questions)] for name, one in happened],
    )
