"""Taking over a register, first half: a file is read and checked line by line; the register does not change."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Invalid, mark
from app.domain.exchange import MOST_QUESTIONS, ImportRow, Layout, read_heading, read_row, state_of, unread
from app.domain.exchange_columns import Reading
from app.domain.exchange_dates import read_day
from app.domain.exchange_findings import Findings, Step, Tick
from app.domain.exchange_names import Bodies, Dossiers
from app.domain.exchange_tables import Line
from app.domain.ministries import MinistryName, successor_on
from app.domain.permissions import Task
from app.domain.questions import State
from app.store.access import require
from app.store.exchange import exchange_staging as staging
from app.store.exchange.exchange_scratch import Scratch, in_batches
from app.store.exchange.sheets import opened
from app.store.ministries import Dossier, ministry_names

AS_IT_IS = Reading()


def check(
    session: Session,
    actor: Actor,
    file: BinaryIO,
    scratch: Scratch,
    today: date,
    *,
    create_owners: bool,
    tick: Tick,
    reading: Reading = AS_IT_IS,
) -> Findings:
    """Read a file (CSV, XLSX or ODS) into the scratch and tell all that is wrong with it.

    Raises NotAllowed unless the actor may register letters, and with `create_owners` manage ministries.
    """
    require(actor, Task.REGISTER)
    if create_owners:
        require(actor, Task.MANAGE_REFERENCE)
    findings, layout = Findings(), None
    names = _Names(session, today, create=create_owners)
    try:
        with opened(file, findings) as register:
            lines = register.lines(reading)
            layout = read_heading(register.headings, reading.columns, reading.kept, register.epoch)
            findings.ignored = layout.ignored
            for batch in in_batches(_rows(lines, layout, names, findings, today)):
                scratch.add(batch)
                tick(Step.READ, *register.progress())
    except Invalid as wrong:
        findings.refuse(wrong.facts.get("line", wrong.facts.get("number", 0)), wrong)
        if layout is None or not scratch.rows:
            return findings
    findings.rows, findings.letters = scratch.rows, scratch.put_in_order()
    findings.new_bodies, findings.new_dossiers = names.bodies.new, list(names.dossiers.new)
    _compare_lines(scratch, findings, layout.names)
    _compare_with_register(session, scratch, findings, tick)
    return findings


class _Names:
    """The bodies and dossiers that rows name, by number; those of this register, and new ones below zero."""

    def __init__(self, session: Session, today: date, *, create: bool) -> None:
        ministries = ministry_names(session)
        self._by_id = {one.id: one for one in ministries}
        self._today = today
        self._heirs: dict[int, Invalid | None] = {}
        self.bodies = Bodies(ministries, create=create)
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
                successor_on(owner, self._today, self._by_id)
            except Invalid as wrong:
                self._heirs[owner.id] = wrong
        wrong_heir = self._heirs[owner.id]
        return () if wrong_heir is None else (wrong_heir,)


def _rows(
    lines: Iterator[Line], layout: Layout, names: _Names, findings: Findings, today: date
) -> Iterator[tuple[object, ...]]:
    """The rows that are right by themselves, as the scratch takes them; the others are noted among the findings."""
    for read in lines:
        line = read.number
        row = unread(read, layout) or read_row(read.cells, layout, today)
        if isinstance(row, list):
            for wrong in row:
                findings.refuse(line, wrong)
            continue
        if row.odd_date:
            findings.odd_dates += 1
            if not findings.odd_date:
                findings.odd_date, findings.odd_day = row.odd_date, read_day(row.odd_date, layout.epoch)
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


def _compare_lines(scratch: Scratch, findings: Findings, names: Mapping[str, str]) -> None:
    """What is wrong between lines of the file."""
    if not scratch.rows and not findings.wrong:
        sentence = mark("Onder de kolomnamen staat geen enkele vraag. Kies een ander bestand.")
        findings.refuse(0, Invalid("no-rows", sentence))
    sentence = mark("Kenmerk {reference} staat ook op regel {other}, met iets anders in {columns}. Maak ze gelijk.")
    for line, other, reference, differing in scratch.letters_told_twice():
        columns = ", ".join(names.get(column, column) for column in differing.split(", "))
        findings.refuse(line, Invalid("letter-differs", sentence, reference=reference, other=other, columns=columns))
    sentence = mark("Deze vraag staat ook op regel {other}: zelfde kenmerk, tekst en eigenaar. Laat er één staan.")
    for line, other, _ in scratch.questions_told_twice():
        findings.refuse(line, Invalid("question-twice", sentence, other=other))
    sentence = mark(
        "Van de brief met kenmerk {reference} is een deel van de vragen gesteld en een deel niet. "
        "Vul overal in wanneer de vraag is gesteld, of geef de andere vragen een eigen kenmerk."
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
