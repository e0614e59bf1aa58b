"""A short form of `make bench`: at a small size what is measured is right; how long it took is of no account here."""

import re
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import measure
from tests.support.databases import Databases

# Those that start servers and processes of their own, which `make bench` alone does; and R11, which is quick nowhere.
LEFT_OUT = {"web", "starting", "migrating"}
MEASURED = tuple(name for name in bench.NAMES if name not in LEFT_OUT)


@pytest.mark.filterwarnings("ignore:Using `httpx`")
def test_every_measurement_prints_its_figure_for_both_databases_and_finds_nothing_wrong(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(measure, "IN_PROCESS", True)
    bench.measure(200, MEASURED, databases.bare("postgresql", tmp_path))
    told = capsys.readouterr().out
    found = set(re.findall(r"^(P\d+|R\d+)[a-z]? (sqlite|postgresql)\b", told, re.MULTILINE))
    wanted = {"P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10"}
    assert {figure for figure, _ in found} >= wanted, told
    assert {(figure, kind) for figure in wanted for kind in ("sqlite", "postgresql")} <= found, told
