"""What the tables and the two ways into the database promise, on both databases."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.domain.actors import COMMAND
from app.domain.questions import CLIMBING_STATES
from app.store import audit
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.letters import LetterCounter, next_number
from app.store.migrations import ROOT
from app.store.ministries import MinistryAlias
from app.store.people import Person
from app.store.questions import CLIMBING
from app.store.terms import EquatedDay, TermEntry
from tests.support.builders import a_question, a_register
from tests.support.clock import NOW

WRITERS = 5
WRITES = 40


def a_person(email: str = "secretariaat@vng.example") -> Person:
    return Person(email=email, name="Secretariaat", created_at=NOW)


def test_the_index_of_what_climbs_holds_the_states_that_climb() -> None:
    in_words = ", ".join(f"'{state}'" for state in sorted(CLIMBING_STATES))
    assert sorted(CLIMBING.partition("(")[2].partition(")")[0].split(", ")) == in_words.split(", ")
    assert CLIMBING.endswith("AND NOT suspended")


@pytest.mark.parametrize("table", [AuditEntry, TermEntry])
@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_row_that_is_proof_is_never_changed_or_removed(
    db: Db, table: type[AuditEntry] | type[TermEntry], change: str
) -> None:
    a_register(db)
    with db.writing() as s:
        a_question(s)
    statement = sa.delete(table) if change == "delete" else sa.update(table).values(due_on=date(2030, 1, 1))
    if change == "update" and table is AuditEntry:
        statement = sa.update(table).values(act="niets")
    with pytest.raises(sa.exc.DBAPIError, match="never changed or removed"), db.writing() as s:
        s.execute(statement)
    with db.reading() as s:
        assert s.scalars(sa.select(table)).all()


def test_a_row_can_not_point_at_nothing(db: Db) -> None:
    with pytest.raises(sa.exc.IntegrityError), db.writing() as s:
        s.add(MinistryAlias(ministry_id=118, alias="BuZa"))


def test_a_word_that_is_none_of_the_words_is_refused(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_question(s)
    with pytest.raises(sa.exc.IntegrityError), db.writing() as s:
        s.execute(sa.text("UPDATE questions SET state = 'zoek'"))


def test_an_address_in_capitals_is_refused(db: Db) -> None:
    with pytest.raises(sa.exc.IntegrityError), db.writing() as s:
        s.add(a_person("Secretariaat@vng.example"))


def test_a_moment_comes_back_as_it_was_in_utc(db: Db) -> None:
    in_amsterdam = datetime(2026, 10, 25, 2, 30, 0, 123_456, tzinfo=ZoneInfo("Europe/Amsterdam"), fold=1)
    with db.writing() as s:
        s.add(Person(email="regie@az.example", name="Regie", created_at=in_amsterdam))
    with db.reading() as s:
        found = s.scalars(sa.select(Person.created_at)).one()
    assert (found, found.tzinfo) == (datetime(2026, 10, 25, 1, 30, 0, 123_456, tzinfo=UTC), UTC)


def test_a_moment_without_a_zone_is_refused(db: Db) -> None:
    with pytest.raises(sa.exc.StatementError, match="without a time zone"), db.writing() as s:
        s.add(Person(email="regie@az.example", name="Regie", created_at=datetime(2026, 10, 25, 2, 30)))  # noqa: DTZ001


def test_who_reads_can_not_write(db: Db) -> None:
    with db.reading() as s, pytest.raises(sa.exc.DBAPIError, match=r"readonly|read-only"):
        s.execute(sa.insert(EquatedDay).values(day=date(2029, 5, 11), basis="Stb."))


def test_who_wrote_before_can_read_and_the_other_way_round(db: Db) -> None:
    for day in (date(2029, 5, 11), date(2030, 5, 31)):
        with db.writing() as s:
            s.add(EquatedDay(day=day, basis="Stb."))
        with db.reading() as s:
            assert day in s.scalars(sa.select(EquatedDay.day)).all()


def test_leaving_the_block_commits(db: Db) -> None:
    with db.writing() as s:
        s.add(a_person())
    with db.reading() as s:
        assert len(s.scalars(sa.select(Person)).all()) == 1


def test_an_error_undoes_everything(db: Db) -> None:
    with pytest.raises(sa.exc.IntegrityError), db.writing() as s:
        s.add_all([a_person(), a_person()])
    with db.reading() as s:
        assert s.scalars(sa.select(Person)).all() == []


def test_who_reads_sees_one_moment(db: Db) -> None:
    with db.reading() as s:
        assert s.scalars(sa.select(Person)).all() == []
        with db.writing() as other:
            other.add(a_person())
        assert s.scalars(sa.select(Person)).all() == []


def test_numbers_are_given_once_and_without_gaps_in_a_race(db: Db) -> None:
    start = threading.Barrier(WRITERS)

    def take(_: int) -> list[int]:
        start.wait()
        taken = []
        for _ in range(WRITES):
            with db.writing() as s:
                taken.append(next_number(s, 2026).serial)
        return taken

    with ThreadPoolExecutor(WRITERS) as pool:
        taken = [serial for some in pool.map(take, range(WRITERS)) for serial in some]
    assert sorted(taken) == list(range(1, WRITERS * WRITES + 1))


def test_a_number_is_not_lost_when_its_letter_is_undone(db: Db) -> None:
    with pytest.raises(sa.exc.IntegrityError), db.writing() as s:
        s.add(MinistryAlias(ministry_id=next_number(s, 2026).serial, alias="BuZa"))
    with db.writing() as s:
        assert str(next_number(s, 2026)) == "2026-001"


PROCESS = """
import sys
from app.store.base import Db
from app.store.letters import next_number
db = Db(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with db.reading() as s:
        s.connection().exec_driver_sql("SELECT last FROM letter_counters").all()
    with db.writing() as s:
        next_number(s, 2026)
"""


def test_five_processes_write_at_once_and_none_is_turned_away(db: Db, db_url: str) -> None:
    command = [sys.executable, "-c", PROCESS, db_url, str(WRITES)]
    processes = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(WRITERS)]
    for process in processes:
        _, complaint = process.communicate(timeout=120)
        assert process.returncode == 0, complaint
    with db.reading() as s:
        assert s.scalars(sa.select(LetterCounter.last)).one() == WRITERS * WRITES


def test_eight_hands_write_in_the_audit_chain_without_breaking_it(db: Db) -> None:
    start = threading.Barrier(8)

    def write(hand: int) -> None:
        start.wait()
        for _ in range(5):
            with db.writing() as s:
                audit.record(s, COMMAND, "proberen", f"hand:{hand}", NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    with db.reading() as s:
        assert s.scalars(sa.select(AuditEntry.sequence).order_by(AuditEntry.sequence)).all() == list(range(1, 41))
