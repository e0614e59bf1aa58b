import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql

from app.store import migrations, schema
from app.store.base import Base, Db
from app.store.search.entries import is_ours


def fine_print(db: Db) -> set[tuple[str, str]]:
    """Every CHECK and every index as the database wrote it down; Alembic hardly compares them."""
    inspector = sa.inspect(db.engine)
    found = {
        (str(check["name"]), check["sqltext"])
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }
    sql = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    }
    with db.reading() as session:
        found |= {(name, text) for name, text in session.execute(sa.text(sql[db.engine.dialect.name]))}
    found = {pair for pair in found if is_ours(pair[0], "table", "")}
    return {(name, text) for name, text in found if not name.startswith("alembic_version")}


def triggers(db: Db) -> set[tuple[str, str]]:
    """The triggers, by table and name. A table made anew on SQLite loses them without a word."""
    sql = {
        "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with db.reading() as session:
        return {(table, name) for table, name in session.execute(sa.text(sql[db.engine.dialect.name]))}


def test_the_names_of_the_files_tell_the_newest_revision_and_all_others() -> None:
    config = Config(migrations.ROOT / "alembic.ini")
    revisions = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    assert migrations.head() == revisions[0]
    assert all(migrations.knows(one) for one in revisions)
    assert not migrations.knows("9999")


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_migrations_make_the_tables_of_the_code(db: Db) -> None:
    with db.engine.connect() as connection:
        dialect = connection.dialect.name
        include = lambda _thing, name, kind, *_: is_ours(name, kind, dialect)  # noqa: E731
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": include})
        found = compare_metadata(context, schema.metadata)
    # SQLite gives an index over an expression back as one over its column; the fine print sees to that.
    assert [difference for difference in found if not str(difference[0]).endswith("_index")] == []


def test_the_migrations_make_the_checks_and_indexes_of_the_code(db: Db, bare_db_url: str) -> None:
    by_code = Db(bare_db_url)
    with by_code.engine.execution_options(regie_writing=True).begin() as connection:
        schema.metadata.create_all(connection)
    assert fine_print(db) == fine_print(by_code) != set()
    by_code.dispose()


def test_rows_that_are_proof_can_not_be_changed(db: Db) -> None:
    acts = {"sqlite": ("delete", "update"), "postgresql": ("delete", "truncate", "update")}[db.engine.dialect.name]
    tables = ("access_log", "audit_entries", "digests", "term_entries")
    refusing = {(table, f"{table}_refuse_{act}") for table in tables for act in acts}
    assert {pair for pair in triggers(db) if "_refuse_" in pair[1]} == refusing


def test_what_is_written_goes_into_the_search_index_by_triggers(db: Db) -> None:
    tables = {"letters": 3, "questions": 3, "answers": 3, "letter_documents": 2, "answer_documents": 2}
    found = Counter(table for table, name in triggers(db) if "_search_" in name)
    assert found == tables
    within = {"sqlite": 3, "postgresql": 1}[db.engine.dialect.name]
    assert len([name for table, name in triggers(db) if table == "search_entries"]) == within


@pytest.mark.database("sqlite")
def test_no_migration_loses_a_trigger_on_its_way(bare_db_url: str) -> None:
    config = migrations._config(bare_db_url)
    revisions = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    so_far: set[tuple[str, str]] = set()
    for revision in revisions:
        command.upgrade(config, revision)
        db = Db(bare_db_url)
        assert so_far <= (so_far := triggers(db)), revision
        db.dispose()
    assert len(so_far) == 8 + 13 + 3


def test_a_second_upgrade_finds_nothing_to_do(bare_db_url: str) -> None:
    assert migrations.current(bare_db_url) is None
    migrations.upgrade(bare_db_url)
    migrations.upgrade(bare_db_url)
    assert migrations.current(bare_db_url) == migrations.head()


def test_of_two_upgrades_at_once_one_does_the_work(bare_db_url: str) -> None:
    upgrade = [sys.executable, "-c", "import sys; from app.store import migrations; migrations.upgrade(sys.argv[1])"]
    both = [
        subprocess.Popen([*upgrade, bare_db_url], cwd=migrations.ROOT, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for one in both:
        _, complaint = one.communicate(timeout=60)
        assert one.returncode == 0, complaint
    assert migrations.current(bare_db_url) == migrations.head()


def test_all_migrations_can_be_undone_and_done_again(bare_db_url: str) -> None:
    migrations.upgrade(bare_db_url)
    command.downgrade(migrations._config(bare_db_url), "base")
    left = Db(bare_db_url)
    assert set(sa.inspect(left.engine).get_table_names()) <= {"alembic_version"}
    left.dispose()
    migrations.upgrade(bare_db_url)
    assert migrations.current(bare_db_url) == migrations.head()


@pytest.mark.database("sqlite")
def test_a_migration_that_leaves_orphans_is_refused(bare_db_url: str) -> None:
    with migrations.connect(bare_db_url) as connection:
        connection.exec_driver_sql("CREATE TABLE letters (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE questions (letter_id INTEGER REFERENCES letters)")
        with migrations.orphans_refused(connection):
            connection.exec_driver_sql("INSERT INTO questions VALUES (118)")
        # Nobody looks where nothing was taken away: other writers wait meanwhile, for seconds in a large register.
        with (
            pytest.raises(RuntimeError, match="1 rows would point at nothing"),
            migrations.orphans_refused(connection),
        ):
            connection.exec_driver_sql("DROP TABLE letters")


@pytest.mark.database("sqlite")
def test_a_missing_folder_is_made(tmp_path: Path, database_kind: str) -> None:
    url = f"{database_kind}:///{tmp_path / 'var' / 'new' / 'regie.sqlite3'}"
    migrations.upgrade(url)
    assert migrations.current(url) == migrations.head()


@pytest.mark.database("postgresql")
def test_an_upgrade_gives_way_to_readers_of_a_table(bare_db_url: str) -> None:
    migrations.upgrade(bare_db_url)
    with psycopg.connect(bare_db_url.replace("+psycopg", "")) as reader:
        for table in Base.metadata.sorted_tables:  # one of them is what undoing the last migration changes
            reader.execute(sql.SQL("SELECT FROM {} LIMIT 0").format(sql.Identifier(table.name)))
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            command.downgrade(migrations._config(bare_db_url), "-1")
    assert migrations.current(bare_db_url) == migrations.head()


@pytest.mark.database("postgresql")
def test_an_upgrade_tries_again_when_a_table_was_locked(bare_db_url: str) -> None:
    migrations.upgrade(bare_db_url)
    command.downgrade(migrations._config(bare_db_url), "-1")
    reader = psycopg.connect(bare_db_url.replace("+psycopg", ""))
    reader.execute("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
    # Longer than one time-out of the upgrade, far shorter than all its tries.
    letting_go = threading.Timer(1.5, reader.close)
    letting_go.start()
    migrations.upgrade(bare_db_url)
    letting_go.join()
    assert migrations.current(bare_db_url) == migrations.head()
