"""The whole register in one file, and back: into the other kind of database too."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from rich.console import Console

from app import moving
from app.domain.actors import COMMAND
from app.domain.errors import Invalid, Refusal, WrongState
from app.domain.statistics import Grouping, Selection
from app.office import Office
from app.settings import Settings
from app.store import migrations
from app.store.base import Db
from app.store.documents import Document
from app.store.files import path_of, put
from app.store.letters import Letter
from app.store.moving import into, out
from app.store.moving.form import CONTENTS, Moved, tables
from app.store.moving.into import opened
from app.usecases import audit
from app.usecases.statistics import held, report
from tests.support.builders import a_register, a_sent_letter
from tests.support.clock import NOW
from tests.support.databases import Databases
from tests.support.demo import pour_the_demo_into

TODAY = date(2026, 11, 23)
QUIET = Console(quiet=True)


@dataclass
class Place:
    """One register with its folder."""

    office: Office
    folder: Path


@pytest.fixture
def place(databases: Databases, tmp_path: Path) -> Iterator[Callable[[str], Place]]:
    """Makes an empty register of a kind, migrated."""
    made: list[Db] = []

    def make(kind: str) -> Place:
        folder = tmp_path / f"{kind}{len(made)}"
        folder.mkdir()
        url = databases.bare(kind, folder)
        migrations.upgrade(url)
        made.append(Db(url))
        return Place(
            Office(Settings(database_url=url, var=folder, secret="x" * 40), made[-1], clock=lambda: NOW), folder
        )

    yield make
    for db in made:
        db.dispose()
    databases.drop_bare()


def figures(place: Place) -> list[object]:
    """What the pages of figures are made of."""
    with place.office.db.reading() as session:
        found: list[object] = [
            report(session, COMMAND, Selection(TODAY, present_on=TODAY), grouping, TODAY) for grouping in Grouping
        ]
        return [*found, held(session, COMMAND, Selection(TODAY), TODAY), audit.verify(session)]


def moved_out(place: Place, name: str) -> tuple[Path, Moved]:
    path = place.folder / name
    moving.move_out(place.office, path, QUIET)
    with opened(path) as mover:
        return path, mover.moved


def test_the_demo_moves_to_the_other_database_and_back_with_every_count_hash_and_figure(
    place: Callable[[str], Place], databases: Databases, tmp_path: Path
) -> None:
    first = place("sqlite")
    pour_the_demo_into(first.office.db, databases, tmp_path)
    content = b"%PDF-1.7 een document"  # 21 bytes
    stored = put(first.office.settings.documents, io.BytesIO(content))
    with first.office.db.writing() as session:
        session.add(
            Document(sha256=stored.sha256, name="brief.pdf", media_type="application/pdf", size=21, added_at=NOW)
        )
    path, moved = moved_out(first, "register.zip")
    assert moved.rows["questions"] > 50
    told = figures(first)
    for other in (place("postgresql"), place("sqlite")):
        moving.move_in(other.office, path, QUIET)
        path, moved_again = moved_out(other, "again.zip")
        assert moved_again.tables == moved.tables
        assert moved_again.audit_head == moved.audit_head
        assert figures(other) == told
        assert path_of(other.office.settings.documents, stored.sha256).read_bytes() == content
        # New numbers follow those that came along.
        with other.office.db.writing() as session:
            last = session.execute(sa.select(sa.func.max(Letter.id))).scalar_one()
            assert a_sent_letter(session).id == last + 1


@pytest.fixture
def small(place: Callable[[str], Place]) -> tuple[Place, Path]:
    """A register with one letter, and its file."""
    made = place("sqlite")
    a_register(made.office.db)
    with made.office.db.writing() as session:
        a_sent_letter(session)
    return made, moved_out(made, "register.zip")[0]


def is_empty(place: Place) -> bool:
    with place.office.db.reading() as session:
        rows = [session.execute(sa.select(sa.func.count()).select_from(one)).scalar_one() for one in tables()]
    return not any(rows) and not list(place.folder.glob("documents/*/*"))


def altered(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same file with other parts in it."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    change(parts)
    made = path.with_name("altered.zip")
    with zipfile.ZipFile(made, "w") as into:
        for name, content in parts.items():
            into.writestr(name, content)
    return made


def _older(parts: dict[str, bytes]) -> None:
    parts[CONTENTS] = json.dumps(json.loads(parts[CONTENTS]) | {"version": 0}).encode()


def _elsewhere(parts: dict[str, bytes]) -> None:
    parts[CONTENTS] = json.dumps(json.loads(parts[CONTENTS]) | {"revision": "0001"}).encode()


def _touched(parts: dict[str, bytes]) -> None:
    parts["tables/letters.jsonl"] = parts["tables/letters.jsonl"].replace(b"VNG", b"XXX").replace(b"2026", b"2025")


def _shortened(parts: dict[str, bytes]) -> None:
    parts["tables/questions.jsonl"] = b""


def _without(parts: dict[str, bytes]) -> None:
    del parts["tables/questions.jsonl"]


def _foreign(parts: dict[str, bytes]) -> None:
    del parts[CONTENTS]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_older, "other-form"),
        (_elsewhere, "other-form"),
        (_touched, "register-altered"),
        (_shortened, "register-altered"),
        (_without, "register-altered"),
        (_foreign, "not-a-register"),
    ],
)
def test_a_file_of_another_version_or_altered_is_refused_and_nothing_is_written(
    place: Callable[[str], Place], small: tuple[Place, Path], change: Callable[[dict[str, bytes]], None], code: str
) -> None:
    target = place("sqlite")
    with pytest.raises(Invalid) as refused:
        moving.move_in(target.office, altered(small[1], change), QUIET)
    assert (refused.value.code, is_empty(target)) == (code, True)
    assert "{" not in str(refused.value)


def test_a_file_that_was_cut_off_anywhere_is_refused(place: Callable[[str], Place], small: tuple[Place, Path]) -> None:
    target, whole = place("sqlite"), small[1].read_bytes()
    cut = small[1].with_name("cut.zip")
    for part in (0, 1, 2, 3, 9):
        cut.write_bytes(whole[: len(whole) * part // 10])
        with pytest.raises(Invalid) as refused:
            moving.move_in(target.office, cut, QUIET)
        assert (refused.value.code, is_empty(target)) == ("register-altered", True)


def test_only_an_empty_register_takes_one_in(small: tuple[Place, Path]) -> None:
    with pytest.raises(WrongState) as refused:
        moving.move_in(small[0].office, small[1], QUIET)
    assert refused.value.code == "register-not-empty"


def test_a_folder_that_is_not_there_is_told(small: tuple[Place, Path]) -> None:
    with pytest.raises(Refusal) as refused:
        moving.move_out(small[0].office, small[0].folder / "nergens" / "register.zip", QUIET)
    assert refused.value.code == "no-folder"


def test_a_full_disk_leaves_no_half_file_and_no_half_register(
    place: Callable[[str], Place], small: tuple[Place, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = place("sqlite")

    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(out.os, "fsync", full)
        with pytest.raises(Refusal) as refused:
            moving.move_out(small[0].office, small[0].folder / "second.zip", QUIET)
    assert refused.value.code == "disk-full"
    assert not list(small[0].folder.glob("second*"))
    monkeypatch.setattr(into, "advance_counters", full)
    with pytest.raises(Refusal):
        moving.move_in(target.office, small[1], QUIET)
    assert is_empty(target)
