"""What the groups of the figures are called, and in which order they stand."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import mark
from app.domain.questions import QuestionKind
from app.domain.statistics import NO_DOSSIER, Grouping
from app.domain.terms import TermKind
from app.store.ministries import Dossier, Ministry

TERM_NAMES = {
    TermKind.STATUTORY: mark("Wettelijke termijn"),
    TermKind.NORM: mark("Norm"),
    TermKind.AGREED: mark("Afspraak"),
}

KIND_NAMES = {
    QuestionKind.QUESTION: mark("Vraag"),
    QuestionKind.REQUEST: mark("Verzoek"),
    QuestionKind.COMMITMENT: mark("Toezegging"),
}


@dataclass(frozen=True)
class Group:
    """One group: `key` in the histogram, `code` in addresses and the API, and what people call it.

    `name` is a ministry's or dossier's own, or a Dutch message id; empty for a month and a round, which each language
    writes its own way. `id` is the ministry's or dossier's.
    """

    key: str
    code: str
    name: str
    id: int | None = None


def name_groups(session: Session, grouping: Grouping, keys: Iterable[str]) -> list[Group]:
    """The groups with these keys, in the order they are shown: by name, by time, or as the law ranks terms."""
    wanted = set(keys)
    match grouping:
        case Grouping.MINISTRY | Grouping.SUCCESSOR:
            found = _ministries(session, wanted)
        case Grouping.DOSSIER:
            found = _dossiers(session, wanted)
        case Grouping.MONTH:
            found = [Group(key, key, "") for key in sorted(wanted)]
        case Grouping.TERM:
            found = [Group(kind.value, kind.value, TERM_NAMES[kind]) for kind in TermKind if kind.value in wanted]
        case Grouping.ROUND:
            found = [Group(key, key, "") for key in sorted(wanted, key=int)]
        case Grouping.KIND:
            found = [Group(kind.value, kind.value, KIND_NAMES[kind]) for kind in QuestionKind if kind.value in wanted]
        case Grouping.TOTAL:
            found = [Group(grouping.value, grouping.value, mark("Alle vragen"))]
    return found


def _ministries(session: Session, wanted: set[str]) -> list[Group]:
    rows = session.execute(
        sa.select(Ministry.id, Ministry.code, Ministry.display).order_by(sa.func.lower(Ministry.display), Ministry.id)
    )
    return [Group(str(row.id), row.code, row.display, row.id) for row in rows if str(row.id) in wanted]


def _dossiers(session: Session, wanted: set[str]) -> list[Group]:
    rows = session.execute(
        sa.select(Dossier.id, Dossier.slug, Dossier.name).order_by(sa.func.lower(Dossier.name), Dossier.id)
    )
    found = [Group(str(row.id), row.slug, row.name, row.id) for row in rows if str(row.id) in wanted]
    none = [Group(NO_DOSSIER, NO_DOSSIER, mark("Zonder dossier"))] if NO_DOSSIER in wanted else []
    return found + none
