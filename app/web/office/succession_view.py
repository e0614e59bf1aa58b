"""What moves when a ministry ends, as its page shows it: in numbers, for an administrator does no casework."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.errors import mark
from app.domain.numbers import QuestionNumber
from app.domain.people import ROLE_NAMES
from app.domain.permissions import Role
from app.domain.questions import CLIMBING_STATES
from app.store.ministries import Dossier
from app.store.succession.facts import Plan, QuestionMove
from app.wording import Wording

SHOWN = 40


@dataclass(frozen=True)
class Destination:
    """Questions of one dossier that go to one ministry. `contact` is who gets the mail; empty where nobody does."""

    ministry: str
    dossier: str
    questions: int
    to_answer: int
    contact: str
    numbers: str


@dataclass(frozen=True)
class Going:
    """Somebody who goes along, with the roles there."""

    name: str
    email: str
    ministry: str
    roles: str


@dataclass(frozen=True)
class SuccessionView:
    """What moves on a day. `left` are sentences about what has nowhere to go; `others` about what else moves."""

    on: date
    destinations: Sequence[Destination]
    people: Sequence[Going]
    others: Sequence[str]
    left: Sequence[str]

    @property
    def anything(self) -> bool:
        """Whether anything moves at all."""
        return bool(self.destinations or self.people or self.others)


def succession_view(
    words: Wording, plan: Plan, ministries: Mapping[int, str], dossiers: Sequence[Dossier], contacts: Mapping[int, str]
) -> SuccessionView:
    """The plan in the reader's words; `ministries` are display names, `contacts` names of people, by number."""
    themes = {one.id: one.name for one in dossiers}
    grouped: dict[tuple[str, str, str], list[QuestionMove]] = defaultdict(list)
    for one in plan.questions:
        theme = themes.get(one.dossier_id or 0, words.text(mark("Zonder dossier")))
        grouped[ministries[one.to_id], theme, contacts.get(one.contact_id or 0, "")].append(one)
    return SuccessionView(
        on=plan.on,
        destinations=[
            Destination(
                ministry,
                theme,
                len(moves),
                sum(one.state in CLIMBING_STATES for one in moves),
                contact,
                _numbers(words, moves),
            )
            for (ministry, theme, contact), moves in sorted(grouped.items())
        ],
        people=[
            Going(
                one.name,
                one.email,
                ministries[one.to_id],
                ", ".join(words.text(ROLE_NAMES[role]) for role in Role if role in one.roles_after),
            )
            for one in plan.people
        ],
        others=list(_others(words, plan)),
        left=[
            words.plural(
                mark("{n} vraag blijft liggen. {why}"),
                mark("{n} vragen blijven liggen. {why}"),
                one.questions,
                why=words.refusal(one.why),
            )
            for one in plan.left
        ],
    )


def _numbers(words: Wording, moves: Sequence[QuestionMove]) -> str:
    told = ", ".join(str(QuestionNumber(*one.number)) for one in moves[:SHOWN])
    more = len(moves) - SHOWN
    return told + (" " + words.plural(mark("en nog {n}"), mark("en nog {n}"), more) if more > 0 else "")


def _others(words: Wording, plan: Plan) -> list[str]:
    along = sum(one.to_id is not None for one in plan.contributors)
    falls = len(plan.contributors) - along
    counted = (
        (along, mark("{n} afstemming gaat mee."), mark("{n} afstemmingen gaan mee.")),
        (
            falls,
            mark("{n} afstemming vervalt: de opvolger is zelf eigenaar of al meebetrokken."),
            mark("{n} afstemmingen vervallen: de opvolger is zelf eigenaar of al meebetrokken."),
        ),
        (
            len(plan.pauses),
            mark("{n} pauze van de escalatieladder gaat mee."),
            mark("{n} pauzes van de escalatieladder gaan mee."),
        ),
    )
    return [words.plural(one, many, number) for number, one, many in counted if number]
