"""Where rows of an earlier register wait, in a temporary table, and what they are compared with before they do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import Invalid, mark
from app.domain.numbers import LetterNumber
from app.store.base import insert_new, pour
from app.store.exchange.exchange_scratch import ScratchRow, question_key
from app.store.letters import Letter, LetterCounter
from app.store.questions import FormerOwner, Question


def _temporary(name: str, **columns: type[sa.types.TypeEngine[Any]]) -> sa.Table:
    # Never among the register's own metadata: no migration makes it.
    made = [sa.Column(column, kind) for column, kind in columns.items()]
    return sa.Table(name, sa.MetaData(), *made, prefixes=["TEMPORARY"])


HISTORY: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "asked_owner_id": sa.BigInteger,
    "owner_id": sa.BigInteger,
    "moved_on": sa.Date,
    "term_kind": sa.Text,
    "term_length": sa.Integer,
    "term_unit": sa.Text,
    "term_named_on": sa.Date,
    "rules": sa.Text,
    "asked_on": sa.Date,
    "due_on": sa.Date,
    "answered_on": sa.Date,
    "withdrawn_on": sa.Date,
    "rung": sa.Integer,
}
STAGED = _temporary(
    "import_rows",
    year=sa.Integer,
    serial=sa.Integer,
    position=sa.Integer,
    reference=sa.Text,
    subject=sa.Text,
    letter_date=sa.Date,
    addressee_id=sa.BigInteger,
    dossier_id=sa.BigInteger,
    sent_on=sa.Date,
    title=sa.Text,
    text=sa.Text,
    kind=sa.Text,
    state=sa.Text,
    contact_id=sa.BigInteger,
    term_set_on=sa.Date,
    **HISTORY,
)
"""A question with all that was worked out for it, in the order of these columns.

`owner_id` owns it now; where that is not the owner it was put to, it has been so since `moved_on`. `rung` is the
highest it has reached (0: none).
"""
TAKEN = _temporary("import_questions", question_id=sa.BigInteger, **HISTORY)


def begin(session: Session) -> None:
    """Make room for rows; it is gone when the transaction ends without `clear`."""
    STAGED.create(session.connection())
    TAKEN.create(session.connection())


def stage(session: Session, rows: Sequence[Sequence[str | int | None]]) -> None:
    """Add rows, values in the order of `STAGED`, dates as ISO text."""
    pour(session, STAGED, rows)


def lock_counters(session: Session, years: Sequence[int]) -> dict[int, int]:
    """The last number given out in each of these years; nobody else gives any out until the transaction ends.

    So two imports of one year come one after the other, and the second sees what the first brought.
    """
    for year in years:
        session.execute(insert_new(session, LetterCounter).values(year=year, last=0))
    query = sa.select(LetterCounter.year, LetterCounter.last).where(LetterCounter.year.in_(years))
    rows = session.execute(query.order_by(LetterCounter.year).with_for_update())
    return {year: last for year, last in rows}  # noqa: C416  # a Row is no tuple to dict()'s type


def set_counters(session: Session, last: dict[int, int]) -> None:
    """Note the last number given out in each year."""
    for year, number in last.items():
        session.execute(sa.update(LetterCounter).where(LetterCounter.year == year).values(last=number))


def is_empty(session: Session) -> bool:
    """Whether no letter is on record yet."""
    return session.execute(sa.select(Letter.id).limit(1)).first() is None


@dataclass(frozen=True)
class Parted:
    """A batch, parted: rows that are new here, how many are on record, and (line, reference, number) of what can't be.

    That is a question that is new while its letter is on record.
    """

    new: list[ScratchRow]
    known: int
    taken: list[tuple[int, str, LetterNumber]]


def all_new(batch: Sequence[ScratchRow]) -> Parted:
    """A batch for a register without any letters."""
    return Parted(list(batch), 0, [])


def part(session: Session, batch: Sequence[ScratchRow], bodies: Mapping[int, int]) -> Parted:
    """Part rows from those on record already: same reference and text, and the same owner, now or formerly.

    `bodies`: number in the scratch → number here, of bodies that were new when the file was checked.
    """
    letters, questions = _on_record(session, {row.reference for row in batch})
    if not letters:
        return all_new(batch)
    parted, known = Parted([], 0, []), 0
    for row in batch:
        if (row.reference, question_key(row.question), bodies.get(row.owner, row.owner)) in questions:
            known += 1
        elif row.reference in letters:
            parted.taken.append((row.line, row.reference, letters[row.reference]))
        else:
            parted.new.append(row)
    return replace(parted, known=known)


def taken(reference: str, number: LetterNumber) -> Invalid:
    """Why a question that is new can't be taken over: its letter is here, and letters are taken over whole."""
    sentence = mark(
        "Kenmerk {reference} staat al in Regie, als brief {number}, maar zonder deze vraag van deze eigenaar. "
        "Verbeter de regel, of geef de vraag een eigen kenmerk."
    )
    return Invalid("reference-taken", sentence, reference=reference, number=str(number))


def _on_record(
    session: Session, references: Collection[str]
) -> tuple[dict[str, LetterNumber], set[tuple[str, bytes, int]]]:
    of_letters = sa.select(Letter.reference, Letter.id, Letter.year, Letter.serial).where(
        Letter.reference.in_(references)
    )
    letters = {row.id: row for row in session.execute(of_letters.order_by(Letter.id))}
    if not letters:
        return {}, set()
    owned = sa.select(Letter.reference, Question.text, Question.owner_id).join(Letter, Letter.id == Question.letter_id)
    formerly = (
        sa.select(Letter.reference, Question.text, FormerOwner.ministry_id)
        .select_from(Question)
        .join(Letter, Letter.id == Question.letter_id)
        .join(FormerOwner, FormerOwner.question_id == Question.id)
    )
    questions = {
        (reference, question_key(text), owner_id)
        for query in (owned, formerly)
        for reference, text, owner_id in session.execute(query.where(Letter.id.in_(letters)))
    }
    return {row.reference: LetterNumber(row.year, row.serial) for row in letters.values()}, questions


def clear(session: Session) -> None:
    """Take the temporary tables away."""
    TAKEN.drop(session.connection())
    STAGED.drop(session.connection())
