"""A short form of `make torture`: real processes, killed and cut off, and nothing is lost or doubled."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.torture import cuts, faults, storm
from bench.torture.report import Torture
from bench.torture.slots import dead_runner

pytestmark = pytest.mark.torture
KILLS, SECONDS = 8, 4.0


@pytest.fixture
def torture() -> Iterator[Torture]:
    """A folder high up, because names of sockets are short."""
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        made = Torture(Path(folder))
        yield made
        made.close()


def wrong(torture: Torture) -> list[str]:
    assert torture.findings
    return [str(one) for one in torture.findings if not one.holds]


def test_processes_on_one_sqlite_file_are_killed_and_nothing_is_lost(torture: Torture) -> None:
    torture.do("R1", "sqlite", lambda scene: storm.run(scene, KILLS, SECONDS, crashes=0))
    torture.do("R2", "sqlite", lambda scene: dead_runner(scene, as_they_are=False))
    torture.do("R5", "sqlite", lambda scene: faults.run(scene, ("closed after the final dot", "421", "mixed RCPT")))
    assert wrong(torture) == []


def test_processes_and_postgresql_are_killed_and_lines_are_cut_and_nothing_is_lost(torture: Torture) -> None:
    torture.do("R1", "postgresql", lambda scene: storm.run(scene, KILLS, SECONDS, crashes=1))
    torture.do("R6", "postgresql", lambda scene: cuts.run(scene, (2, 7, 12)))
    assert wrong(torture) == []
