"""Where each question counts, kept beside the histograms: so that what changes can be taken out and put in again.

Packed by the thousand numbers, column by column: a question's place is found without reading the others, and those of
part of a large register are counted in a moment.
"""

import sys
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.statistics import NO_DOSSIER_ID, Ageing, Bucket, Grouping, Selection
from app.domain.terms import TermKind
from app.store.base import Base, Instant
from app.store.figures.heirs import Heirs
from app.store.figures.histograms import Cells
from app.store.figures.placed import COLUMNS, Placed, group_of

_IN_A_BLOCK = 1_000
_NUMBER, _NOTHING = "i", -1
_OWNER, _DOSSIER, _ASKED, _TERM, _BUCKET, _AGEING, _VERDICT = 1, 2, 3, 4, 5, 9, 10
_MAY_BE_EMPTY = {_DOSSIER, _AGEING, _VERDICT}
# Columns that hold words, and which: kept is a word's place among them.
_WORDS: dict[int, Sequence[Any]] = {
    _TERM: [one.value for one in TermKind],
    _BUCKET: [one.value for one in Bucket],
    _AGEING: [one.value for one in Ageing],
}
_ANSWER, _CONCRETE = slice(5, 11), slice(11, 13)

Row = tuple[int, ...]
"""A place as it is packed: the number of its question within its block, then as Placed."""


class KeptPlaces(Base):
    """The places of the questions numbered from 1,000 x `block`, as of a day; `made_at` is that of their histograms."""

    __tablename__ = "kept_places"

    as_of: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes]


@dataclass(frozen=True)
class Block:
    """The packed places of a thousand numbers."""

    number: int
    content: bytes


def packed(places: Iterable[Placed]) -> Iterator[Block]:
    """The places, which stand in the order of their questions, in blocks."""
    for number, some in groupby(places, lambda one: one.question_id // _IN_A_BLOCK):
        columns = zip(*map(_as_row, some), strict=True)
        yield Block(number, zlib.compress(_bytes(array(_NUMBER, chain.from_iterable(columns)))))


def places_of(session: Session, kept: tuple[date, datetime], ids: Collection[int]) -> Iterator[Placed]:
    """Where these questions counted; those that did not count have none."""
    wanted = defaultdict(set)
    for one in ids:
        wanted[one // _IN_A_BLOCK].add(one % _IN_A_BLOCK)
    query = _blocks(*kept).where(KeptPlaces.block.in_(sorted(wanted)))
    for block, content in session.execute(query):
        yield from (_as_place(row, block) for row in _rows(content) if row[0] in wanted[block])


def places_in(
    session: Session, kept: tuple[date, datetime], selection: Selection, heirs: Heirs, left: Collection[int] = ()
) -> Iterator[tuple[int, list[Row]]]:
    """The rows of each block that a selection holds, by owner, heir, dossier, kind of term and day of asking.

    Of what is kept as of a day and made at a moment; without the questions that are `left` out.
    """
    left_by_block = defaultdict(set)
    for one in left:
        left_by_block[one // _IN_A_BLOCK].add(one % _IN_A_BLOCK)
    for block, content in session.execute(_blocks(*kept)):
        rows = _chosen(_rows(content), selection, heirs)
        yield block, [row for row in rows if row[0] not in left_by_block[block]] if block in left_by_block else rows


def numbers_in(bucket: Bucket | None, blocks: Iterable[tuple[int, list[Row]]]) -> Iterator[int]:
    """The numbers (ids) of the questions that rows are of; of those in a bucket, or of all."""
    place = _number(_BUCKET, bucket.value) if bucket else None
    for block, rows in blocks:
        first = block * _IN_A_BLOCK
        yield from (first + row[0] for row in rows if place is None or row[_BUCKET] == place)


def counted_by(grouping: Grouping, blocks: Iterable[tuple[int, list[Row]]], heirs: Heirs) -> Cells:
    """The cells that rows add up to. As numbers, and in words only what is left then: there are far more rows."""
    columns, all_columns = COLUMNS[grouping], range(len(Placed._fields))
    answer = itemgetter(*columns, *all_columns[_ANSWER])
    concrete = itemgetter(*columns, *all_columns[_CONCRETE])
    answers: Counter[Row] = Counter()
    others: Counter[Row] = Counter()
    for _, rows in blocks:
        answers.update(map(answer, rows))
        others.update(map(concrete, rows))
    cells = Cells()
    for row, count in answers.items():
        *keys, bucket, days, still, late, ageing, verdict = row
        how = (_word(_BUCKET, bucket), days, still, late, _word(_AGEING, ageing), _word(_VERDICT, verdict))
        cells.answers[group_of(grouping, list(map(_word, columns, keys)), heirs), *how] += count
    for row, count in others.items():
        *keys, days, is_concrete = row
        cells.concrete[group_of(grouping, list(map(_word, columns, keys)), heirs), days, is_concrete] += count
    return cells


def _blocks(as_of: date, made_at: datetime) -> sa.Select[int, bytes]:
    own = KeptPlaces.as_of == as_of, KeptPlaces.made_at == made_at
    return sa.select(KeptPlaces.block, KeptPlaces.content).where(*own).order_by(KeptPlaces.block)


def _chosen(rows: Iterable[Row], selection: Selection, heirs: Heirs) -> list[Row]:
    if selection.owner_id is not None:
        rows = [row for row in rows if row[_OWNER] == selection.owner_id]
    if selection.heir_id is not None:
        rows = [row for row in rows if heirs.of(row[_OWNER], _word(_DOSSIER, row[_DOSSIER])) == selection.heir_id]
    if selection.dossier_id is not None:
        dossier_id = _NOTHING if selection.dossier_id == NO_DOSSIER_ID else selection.dossier_id
        rows = [row for row in rows if row[_DOSSIER] == dossier_id]
    if selection.term_kind is not None:
        term = _WORDS[_TERM].index(selection.term_kind.value)
        rows = [row for row in rows if row[_TERM] == term]
    if selection.asked_from is not None:
        first = selection.asked_from.toordinal()
        rows = [row for row in rows if first <= row[_ASKED]]
    if selection.asked_until is not None:
        last = selection.asked_until.toordinal()
        rows = [row for row in rows if row[_ASKED] <= last]
    return list(rows)


def _rows(content: bytes) -> Iterator[Row]:
    numbers = array(_NUMBER)
    numbers.frombytes(zlib.decompress(content))
    if sys.byteorder == "big":
        numbers.byteswap()
    high = len(numbers) // len(Placed._fields)
    return zip(*(numbers[place : place + high] for place in range(0, len(numbers), high)), strict=True)


def _bytes(numbers: "array[int]") -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _as_row(place: Placed) -> Row:
    return place.question_id % _IN_A_BLOCK, *(_number(column, value) for column, value in enumerate(place[1:], start=1))


def _as_place(row: Row, block: int) -> Placed:
    values = (_word(column, value) for column, value in enumerate(row[1:], start=1))
    return Placed(block * _IN_A_BLOCK + row[0], *values)


def _number(column: int, value: Any) -> int:
    if value is None:
        return _NOTHING
    return _WORDS[column].index(value) if column in _WORDS else int(value)


def _word(column: int, number: int) -> Any:
    """What a number in a column stands for."""
    if number == _NOTHING and column in _MAY_BE_EMPTY:
        return None
    return _WORDS[column][number] if column in _WORDS else number
