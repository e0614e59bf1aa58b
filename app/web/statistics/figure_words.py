"""Figures in a reader's words: shares, days, and how much they changed."""

from datetime import date
from fractions import Fraction

from babel.dates import format_date

from app.domain.errors import mark
from app.domain.own_clocks import OwnClock
from app.domain.statistics import Grouping, Happening, enough
from app.domain.survival import MEDIAN, Curve, Rate
from app.store.figures.groups import Group
from app.wording import Wording

HAPPENINGS: dict[Happening, str] = {
    Happening.TRANSFERRED: mark("Doorgeleid"),
    Happening.POSTPONED: mark("Uitgesteld"),
    Happening.DISPUTED: mark("Betwist"),
    Happening.OBJECTED: mark("Bezwaar"),
}

OWN_CLOCKS: dict[OwnClock, str] = {
    OwnClock.REGISTERING: mark("Brief geregistreerd"),
    OwnClock.RECORDING: mark("Antwoord op papier vastgelegd"),
    OwnClock.JUDGING: mark("Antwoord beoordeeld"),
}


class FigureWords:
    """Says figures in one language; what stands on too few questions is empty."""

    def __init__(self, words: Wording) -> None:
        self.words = words

    def percent(self, share: float) -> str:
        """A share in whole per cent."""
        return f"{round(100 * share)} %"

    def share(self, rate: Rate | None) -> str:
        """A rate in whole per cent."""
        return self.percent(rate.share) if rate else ""

    def between(self, rate: Rate | None) -> str:
        """The interval of a rate."""
        if rate is None:
            return ""
        low, high = (round(100 * end) for end in rate.interval)
        return self.words.text(mark("{low} tot {high} %"), low=low, high=high)

    def days(self, days: int | None) -> str:
        """A number of days."""
        return "" if days is None else self.words.plural(mark("{n} dag"), mark("{n} dagen"), days)

    def quantile(self, curve: Curve, share: Fraction = MEDIAN) -> str:
        """A quantile in days, or that it was not reached."""
        if not enough(curve):
            return ""
        return self.days(curve.quantile(share)) or self.words.text(mark("niet bereikt"))

    def quantile_between(self, curve: Curve, share: Fraction = MEDIAN) -> str:
        """A quantile with its interval: 25 (18 tot 37)."""
        found, (low, high) = curve.quantile(share), curve.interval(share)
        if found is None or low is None or not enough(curve):
            return self.quantile(curve, share)
        if high is None:
            return self.words.text(mark("{days} ({low} of meer)"), days=found, low=low)
        return self.words.text(mark("{days} ({low} tot {high})"), days=found, low=low, high=high)

    def month(self, key: str) -> str:
        """A month group by its name: oktober 2026."""
        return str(format_date(date.fromisoformat(f"{key}-01"), "LLLL y", locale=self.words.language))

    def group(self, group: Group, grouping: Grouping) -> str:
        """What a group is called."""
        if grouping is Grouping.MONTH:
            return self.month(group.key)
        if grouping is Grouping.ROUND:
            return self.words.text(mark("Ronde {n}"), n=group.key)
        return self.words.text(group.name)

    def more_or_less(self, change: int | None) -> str:
        """How many more or fewer than a week before."""
        if change is None:
            return ""
        if change == 0:
            return self.words.text(mark("gelijk aan een week eerder"))
        if change > 0:
            return self.words.text(mark("{n} meer dan een week eerder"), n=self.words.number(change))
        return self.words.text(mark("{n} minder dan een week eerder"), n=self.words.number(-change))

    def points(self, change: int) -> str:
        """How many points higher or lower than a week before."""
        if change == 0:
            return self.words.text(mark("gelijk aan een week eerder"))
        if change > 0:
            one, many = mark("{n} punt hoger dan een week eerder"), mark("{n} punten hoger dan een week eerder")
        else:
            one, many = mark("{n} punt lager dan een week eerder"), mark("{n} punten lager dan een week eerder")
        return self.words.plural(one, many, abs(change))
