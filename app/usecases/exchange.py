"""Taking over a register, first half: a file is read and checked line by line; the register does not change."""

import csv
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from io import SEEK_END, TextIOWrapper
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Invalid, mark
from app.domain.exchange import MOST_QUESTIONS, ImportRow, Layout, read_heading, read_row, state_of
from app.domain.exchange_findings import Findings, Step, Tick
from app.domain.exchange_names import Bodies, Dossiers
from app.domain.exchange_text import LONGEST_LINE, encoding_of, separator_of
from app.domain.ministries import MinistryName, successor_on
from app.domain.permissions import Task
from app.domain.questions import State
from app.store.access import require
from app.store.exchange import exchange_staging as staging
from app.store.exchange.exchange_scratch import Scratch, in_batches
from app.store.ministries import Dossier, ministry_names

Lines = Generator[tuple[int, list[str]], None, None]


def check(
    session: Session, actor: Actor, file: BinaryIO, scratch: Scratch, today: date, *, create_owners: bool, tick: Tick
) -> Findings:
    """Read a file into the scratch and tell all that is wrong with it.

    Raises NotAllowed unless the actor may register letters, and with `create_owners` manage ministries.
    """
    require(actor, Task.REGISTER)
    if create_owners:
        require(actor, Task.MANAGE_REFERENCE)
    findings, size = Findings(), file.seek(0, SEEK_END)
    file.seek(0)
    with closing(_lines(file, findings)) as lines:
        try:
            layout = read_heading(next(lines, (0, []))[1])
        except Invalid as wrong:
            findings.refuse(0, wrong)
            return findings
        findings.ignored = layout.ignored
        names = _Names(session, today, create=create_owners)
        for batch in in_batches(_rows(lines, layout, names, findings, today)):
            scratch.add(batch)
            tick(Step.READ, file.tell(), size)
    findings.rows, findings.letters = scratch.rows, scratch.put_in_order()
    findings.new_bodies, findings.new_dossiers = names.bodies.new, list(names.dossiers.new)
    _compare_lines(scratch, findings)
    _compare_with_register(session, scratch, findings, tick)
    return findings


def _lines(file: BinaryIO, findings: Findings) -> Lines:
    """Lines with their numbers, blank ones left out; a row over several lines has the number of its first.

    Raises Invalid at the first one for a file that can't be read, as `encoding_of` does.
    """
    findings.encoding = encoding_of(iter(partial(file.readline, LONGEST_LINE), b""))
    file.seek(0)
    text = TextIOWrapper(file, encoding=findings.encoding, newline="")
    findings.separator = separator_of(text.readline())
    text.seek(0)
    reader = csv.reader(text, delimiter=findings.separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        sentence = mark(
            "Vanaf hier is niet te zien waar een cel begint of eindigt. Sluit elk aanhalingsteken, en schrijf "
            "een aanhalingsteken in een tekst dubbel."
        )
        findings.refuse(line, Invalid("bad-quotes", sentence))
    finally:
        text.detach()  # who opened the file closes it


class _Names:
    """The bodies and dossiers that rows name, by number; those of this register, and new ones below zero."""

    def __init__(self, session: Session, today: date, *, create: bool) -> None:
        self._ministries = ministry_names(session)
        self._today = today
        self._heirs: dict[int, Invalid | None] = {}
        self.bodies = Bodies(self._ministries, create=create)
        dossiers = session.execute(sa.select(Dossier.id, Dossier.slug, Dossier.name)).all()
        self.dossiers = Dossiers({name: row.id for row in dossiers for name in (row.slug, row.name)})

    def read(self, row: ImportRow) -> tuple[int | None, int, int | None]:
        """Addressee, owner, dossier. Raises Invalid, with all that is wrong, for names that mean nothing."""
        wrong: list[Invalid] = []
        addressee = self._body(row.addressee, row.letter_date, "addressee", wrong) if row.addressee else None
        owner = self._body(row.owner, row.letter_date, "owner", wrong)
        if owner is not None and state_of(row.asked_on, row.answered_on, row.withdrawn_on) is State.ASKED:
            wrong.extend(self._without_heir(owner))
        try:
            dossier = self.dossiers.find(row.dossier)
        except Invalid as unknown:
            wrong.append(unknown)
        if wrong or owner is None:
            raise Invalid(
                wrong[0].code, wrong[0].sentence, field=wrong[0].field, others=tuple(wrong[1:]), **wrong[0].facts
            )
        return addressee.id if addressee else None, owner.id, dossier

    def _body(self, name: str, on: date, column: str, wrong: list[Invalid]) -> MinistryName | None:
        try:
            return self.bodies.find(name, on, column)
        except Invalid as unknown:
            wrong.append(unknown)
            return None

    def _without_heir(self, owner: MinistryName) -> Sequence[Invalid]:
        """What keeps an open question from going to the successor of a ministry that has ended."""
        if owner.id not in self._heirs:
            self._heirs[owner.id] = None
            try:
                successor_on(owner, self._today, self._ministries)
            except Invalid as wrong:
                self._heirs[owner.id] = wrong
        wrong_heir = self._heirs[owner.id]
        return () if wrong_heir is None else (wrong_heir,)


def _rows(lines: Lines, layout: Layout, names: _Names, findings: Findings, today: date) -> Iterator[tuple[object, ...]]:
    """The rows that are right by themselves, as the scratch takes them; the others are noted among the findings."""
    for line, cells in lines:
        row = read_row(cells, layout, today)
        if isinstance(row, list):
            for wrong in row:
                findings.refuse(line, wrong)
            continue
        if row.dutch_date:
            findings.dutch_dates += 1
            findings.dutch_date = findings.dutch_date or row.dutch_date
        try:
            addressee, owner, dossier = names.read(row)
        except Invalid as unknown:
            for wrong in unknown.all():
                findings.refuse(line, wrong)
            continue
        yield (
            line, row.reference, row.subject, row.letter_date.isoformat(), addressee, row.question, owner,
            _iso(row.asked_on), _iso(row.due_on), _iso(row.answered_on), _iso(row.withdrawn_on), dossier, str(row.kind),
        )  # fmt: skip  # as Scratch.add says


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _compare_lines(scratch: Scratch, findings: Findings) -> None:
    """What is wrong between lines of the file."""
    if not scratch.rows and not findings.wrong:
        sentence = mark("Onder de kolomnamen staat geen enkele vraag. Kies een ander bestand.")
        findings.refuse(0, Invalid("no-rows", sentence))
    sentence = mark("Kenmerk {reference} staat ook op regel {other}, met iets anders in {columns}. Maak ze gelijk.")
    for line, other, reference, columns in scratch.letters_told_twice():
        findings.refuse(line, Invalid("letter-differs", sentence, reference=reference, other=other, columns=columns))
    sentence = mark("Deze vraag staat ook op regel {other}: zelfde kenmerk, tekst en eigenaar. Laat er één staan.")
    for line, other, _ in scratch.questions_told_twice():
        findings.refuse(line, Invalid("question-twice", sentence, other=other))
    sentence = mark(
        "Van de brief met kenmerk {reference} is een deel van de vragen gesteld en een deel niet. "
        "Vul asked_on overal in, of geef de andere vragen een eigen kenmerk."
    )
    for line, reference in scratch.letters_half_sent():
        findings.refuse(line, Invalid("half-sent", sentence, reference=reference))
    sentence = mark("De brief met kenmerk {reference} heeft meer dan {most} vragen. Verdeel ze over meer kenmerken.")
    for line, reference in scratch.letters_too_long():
        findings.refuse(line, Invalid("too-many-questions", sentence, reference=reference, most=MOST_QUESTIONS))


def _compare_with_register(session: Session, scratch: Scratch, findings: Findings, tick: Tick) -> None:
    if staging.is_empty(session):
        return
    done = 0
    for batch in scratch.in_order():
        parted = staging.part(session, batch, {})
        findings.known += parted.known
        for line, reference, number in parted.taken:
            findings.refuse(line, staging.taken(reference, number))
        done += len(batch)
        tick(Step.COMPARE, done, scratch.rows)
