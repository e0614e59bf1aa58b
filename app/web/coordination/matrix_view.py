"""The matrix as its page draws it: rows of ministries, columns of dossiers, and each number with its questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.coordination import Counts, Matrix
from app.domain.statistics import NO_DOSSIER, NO_DOSSIER_ID, Grouping
from app.store.figures.groups import Group, name_groups
from app.store.lists.coordination import matrix
from app.web.questions.filter_parts import UNANSWERED
from app.web.questions.question_table import address


@dataclass(frozen=True)
class Numbers:
    """The counts of a cell, row, column or of all, with the addresses of the questions behind each."""

    counts: Counts
    open: str
    late: str
    disputed: str
    objected: str


@dataclass(frozen=True)
class Cell:
    """One cell: the dossier it is of, and how dark it is drawn (0 to 3)."""

    dossier: Group
    numbers: Numbers
    shade: int


@dataclass(frozen=True)
class Row:
    """One ministry with its cells in the order of the columns, and all of them together."""

    ministry: Group
    cells: Sequence[Cell]
    total: Numbers


@dataclass(frozen=True)
class MatrixView:
    """The whole table. Dossiers and ministries stand by name, those without a dossier last."""

    dossiers: Sequence[Group]
    rows: Sequence[Row]
    totals: Sequence[Numbers]
    total: Numbers


def matrix_view(session: Session, who: Actor, owner_id: int | None, today: date) -> MatrixView:
    """The matrix of what this reader coordinates."""
    found = matrix(session, who, owner_id, today)
    dossiers = name_groups(session, Grouping.DOSSIER, (key_of(one) for one in found.dossiers))
    ministries = name_groups(session, Grouping.MINISTRY, map(str, found.ministries))
    own = ministries[0].code if owner_id is not None and ministries else ""
    return MatrixView(
        dossiers=dossiers,
        rows=[_row(found, ministry, dossiers) for ministry in ministries],
        totals=[numbers(found.column(one.id or NO_DOSSIER_ID), own, one.code) for one in dossiers],
        total=numbers(found.total, own),
    )


def key_of(dossier_id: int) -> str:
    """The key of a dossier's group."""
    return str(dossier_id) if dossier_id else NO_DOSSIER


def numbers(counts: Counts, ministry: str = "", dossier: str = "") -> Numbers:
    """Counts with the addresses of the lists of questions that hold exactly those."""

    def questions(stand: str, **other: str) -> str:
        return address("/vragen", ministerie=ministry, dossier=dossier, stand=stand, **other)

    return Numbers(
        counts,
        open=questions(UNANSWERED),
        late=questions(UNANSWERED, laat="ja"),
        disputed=questions("betwist"),
        objected=questions(UNANSWERED, bezwaar="ja"),
    )


def _row(found: Matrix, ministry: Group, dossiers: Sequence[Group]) -> Row:
    here = int(ministry.key)
    counts = [found.cell(here, one.id or NO_DOSSIER_ID) for one in dossiers]
    cells = [
        Cell(dossier, numbers(one, ministry.code, dossier.code), found.shade(one))
        for dossier, one in zip(dossiers, counts, strict=True)
    ]
    return Row(ministry, cells, numbers(found.row(here), ministry.code))
