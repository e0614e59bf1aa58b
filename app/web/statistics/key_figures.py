"""The five figures at the top of the page, each with its change on a week before."""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.errors import mark
from app.domain.statistics import Bucket, Figures, enough
from app.domain.survival import MEDIAN, Rate
from app.web.statistics.figure_words import FigureWords

Address = Callable[[Bucket | None], str]


@dataclass(frozen=True)
class KeyFigure:
    """One figure. `rose` and `better` are None where nothing changed, or nothing can be said; no `value`: too few."""

    label: str
    value: str
    unit: str = ""
    told: str = ""
    rose: bool | None = None
    better: bool | None = None
    href: str | None = None


def key_figures(words: FigureWords, now: Figures, before: Figures | None, address: Address) -> list[KeyFigure]:
    """The figures now beside those of a week before; `address` leads to the questions of a bucket, or all."""
    late = now.buckets[Bucket.OPEN_LATE]
    change = late - before.buckets[Bucket.OPEN_LATE] if before else None
    out = words.words.number(now.buckets[Bucket.WITHDRAWN])
    text = words.words.text
    return [
        _rate(words, mark("op tijd beantwoord"), now.on_time, before.on_time if before else None),
        _median(words, now),
        KeyFigure(
            label=text(mark("vragen open en te laat")),
            value=words.words.number(late),
            told=words.more_or_less(change),
            rose=change > 0 if change else None,
            better=change < 0 if change else None,
            href=address(Bucket.OPEN_LATE) if late else None,
        ),
        _rate(words, mark("in één keer concreet"), now.first_time_right, before.first_time_right if before else None),
        KeyFigure(
            label=text(mark("vragen gesteld")),
            value=words.words.number(now.asked),
            told=text(mark("waarvan {n} ingetrokken"), n=out),
            href=address(None) if now.asked else None,
        ),
    ]


def _median(words: FigureWords, now: Figures) -> KeyFigure:
    label, text = words.words.text(mark("dagen tot een antwoord (mediaan)")), words.words.text
    median, (low, high) = now.response.quantile(MEDIAN), now.response.interval(MEDIAN)
    if not enough(now.response):
        return KeyFigure(label, "")
    if median is None:
        return KeyFigure(label, "–", told=text(mark("nog niet bereikt: meer dan de helft wacht nog")))
    if low is None or high is None:
        return KeyFigure(label, words.words.number(median), told=text(mark("{low} of meer (95 % zeker)"), low=low))
    told = text(mark("tussen {low} en {high} (95 % zeker)"), low=low, high=high)
    return KeyFigure(label, words.words.number(median), told=told)


def _rate(words: FigureWords, label: str, now: Rate | None, before: Rate | None) -> KeyFigure:
    named = words.words.text(label)
    if now is None:
        return KeyFigure(named, "")
    value = str(round(100 * now.share))
    if before is None:
        told = words.words.text(mark("{part} van de {whole}"), part=now.part, whole=now.whole)
        return KeyFigure(named, value, "%", told)
    points = round(100 * now.share) - round(100 * before.share)
    rose = points > 0 if points else None
    return KeyFigure(named, value, "%", words.points(points), rose, rose)
