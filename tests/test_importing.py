"""The command `import`, as people run it, and killed in the middle."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import commands
from app.store import migrations
from app.store.base import Db
from app.store.letters import Letter, LetterCounter
from app.store.ministries import Ministry
from app.store.questions import Question
from tests.support.builders import a_register
from tests.support.earlier import a_file, a_large_file, a_line

# Writes a file into the register, says so at the given step, and waits to be killed.
WRITE_AND_WAIT = """
import sys, time
from tests.support.earlier import NOW, TODAY, unheard
from app.domain.actors import COMMAND
from app.domain.exchange_findings import Step
from app.store.base import Db
from app.store.exchange.exchange_scratch import scratch
from app.usecases.exchange import check
from app.usecases.exchange_writing import take_over

url, path, until = sys.argv[1:]

def stand_still():
    print("here", flush=True)
    time.sleep(600)

def tick(step, done, total):
    if until == "staging" and step is Step.WRITE and done * 2 > total:
        stand_still()

db = Db(url)
with scratch() as rows:
    with db.reading() as session, open(path, "rb") as file:
        findings = check(session, COMMAND, file, rows, TODAY, create_owners=True, tick=tick)
    with db.writing() as session:
        take_over(session, COMMAND, rows, findings, NOW, tick=tick)
        stand_still()
"""


@pytest.fixture
def register(db: Db, db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Db:
    """A register that the command is set to use."""
    a_register(db)
    monkeypatch.setenv("REGIE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("REGIE_DATABASE_URL", db_url)
    monkeypatch.setenv("LANG", "nl_NL.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    return db


def a_path(folder: Path, content: bytes) -> Path:
    path = folder / "register.csv"
    path.write_bytes(content)
    return path


def run(path: Path, *, yes: bool = False, create_owners: bool = False) -> int:
    return commands.run("import_register", file=path, yes=yes, create_owners=create_owners)


def count(db: Db, table: type) -> int:
    with db.reading() as s:
        return s.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_it_tells_first_and_writes_when_asked(register: Db, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = a_path(tmp_path, a_file([{**a_line(asked_on="6-10-2026"), "map": "3"}], ";", "cp1252"))
    assert run(path) == 0
    told = capsys.readouterr().out
    assert "1 vraag in 1 brief; geschreven in windows-1252, met puntkomma’s ertussen" in told
    assert "Deze kolommen doen niet mee: map." in told
    assert "6-10-2026 is gelezen als di 6 oktober 2026" in told
    assert "Dit was een proef" in told
    assert count(register, Letter) == 0
    assert run(path, yes=True) == 0
    assert "Overgenomen: 1 vraag in 1 brief. Er is geen mail verstuurd." in capsys.readouterr().out
    assert run(path, yes=True) == 0
    assert "Alles staat al in Regie" in capsys.readouterr().out
    assert count(register, Question) == 1


def test_what_is_wrong_is_told_line_by_line_and_nothing_is_written(
    register: Db, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [a_line(question=f"Vraag {n}", owner="" if n > 1 else "JenV") for n in range(60)]
    assert run(a_path(tmp_path, a_file([*lines, a_line(owner="Gemeente [bold]Utrecht")])), yes=True) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[1] == "regel 4: Kolom owner is leeg. Vul hem in."
    assert told[-2] == "En nog 9 fouten."
    assert told[-1].startswith("59 fouten: er is niets geschreven.")
    assert count(register, Letter) == 0


def test_unknown_owners_are_named_before_they_are_made(
    register: Db, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = a_path(tmp_path, a_file([a_line(owner="Gemeente [bold]Utrecht")]))
    assert run(path) == 1
    assert "“Gemeente [bold]Utrecht”" in capsys.readouterr().out
    assert run(path, create_owners=True) == 0
    assert "Nieuwe eigenaren: Gemeente [bold]Utrecht (GBU)." in capsys.readouterr().out
    assert count(register, Ministry) == 16
    assert run(path, create_owners=True, yes=True) == 0
    assert count(register, Ministry) == 17


def test_a_text_that_is_called_a_spreadsheet_is_told_as_such(
    register: Db, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = a_path(tmp_path, b"Dit is geen Excel-bestand\n").rename(tmp_path / "register.xlsx")
    assert run(path) == 1
    assert "register.xlsx is van binnen geen XLSX-bestand. Open het" in capsys.readouterr().out
    path.write_bytes(b"PK\x03\x04 half")
    assert run(path) == 1
    assert capsys.readouterr().out.startswith("bestand: ")


@pytest.mark.database("sqlite")
def test_a_file_that_is_not_there_is_a_wrong_use(register: Db, tmp_path: Path) -> None:
    line = [sys.executable, "-m", "app", "import", str(tmp_path / "nergens.csv")]
    done = subprocess.run(line, cwd=migrations.ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert "Invalid value" in done.stderr


@pytest.mark.parametrize("until", ["staging", "written"])
def test_killed_in_the_middle_nothing_is_half_written(register: Db, db_url: str, tmp_path: Path, until: str) -> None:
    path = a_path(tmp_path, a_large_file(6000, last=a_line(owner="Gemeente Utrecht")))
    line = [sys.executable, "-c", WRITE_AND_WAIT, db_url, str(path), until]
    with subprocess.Popen(line, cwd=migrations.ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        os.kill(process.pid, signal.SIGKILL)
        process.wait(60)
    assert [count(register, table) for table in (Letter, Question, LetterCounter)] == [0, 0, 0]
    assert count(register, Ministry) == 16
    assert run(path, yes=True, create_owners=True) == 0
    assert count(register, Question) == 6001
