"""Storing contents: hash, durability, and what is left when a step fails."""

import hashlib
import os
import stat
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import NotFound
from app.store import files

CONTENT = b"een brief" * 300_000


def left_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_content_is_found_again_by_its_hash(tmp_path: Path) -> None:
    stored = files.put(tmp_path / "documents", BytesIO(CONTENT))
    assert (stored.sha256, stored.size) == (hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    path = files.find(tmp_path / "documents", stored.sha256)
    assert path.read_bytes() == CONTENT
    assert path.parent.name == stored.sha256[:2]
    assert path.stat().st_mode & 0o077 == 0, "only the owner of the process may read it"


def test_the_same_content_twice_is_one_file(tmp_path: Path) -> None:
    assert files.put(tmp_path, BytesIO(CONTENT)) == files.put(tmp_path, BytesIO(CONTENT))
    assert len(left_in(tmp_path)) == 1


def test_a_spoiled_file_is_mended_by_storing_its_content_again(tmp_path: Path) -> None:
    stored = files.put(tmp_path, BytesIO(CONTENT))
    files.find(tmp_path, stored.sha256).write_bytes(b"bedorven")
    files.put(tmp_path, BytesIO(CONTENT))
    assert files.find(tmp_path, stored.sha256).read_bytes() == CONTENT


def test_a_content_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as refused:
        files.find(tmp_path, "0" * 64)
    assert refused.value.code == "no-file"


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "A" * 64, "0" * 63, ""])
def test_what_is_no_hash_leads_to_no_path(tmp_path: Path, sha256: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        files.path_of(tmp_path, sha256)


def test_the_content_is_on_disk_before_its_name_and_its_name_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    def noted(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*arguments: Any) -> Any:
            of_folder = name == "fsync" and stat.S_ISDIR(os.fstat(arguments[0]).st_mode)
            steps.append("fsync folder" if of_folder else name)
            return act(*arguments)

        return wrapper

    monkeypatch.setattr(os, "write", noted("write", os.write))
    monkeypatch.setattr(os, "fsync", noted("fsync", os.fsync))
    monkeypatch.setattr(Path, "replace", noted("rename", Path.replace))
    files.put(tmp_path, BytesIO(b"kort"))
    assert steps == ["write", "fsync", "rename", "fsync folder", "fsync folder"]


@pytest.mark.parametrize("step", ["write", "fsync", "mkdir", "rename"])
def test_a_step_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fails(*_arguments: Any, **_options: Any) -> Any:
        raise OSError(28, "No space left on device")

    tmp_path.joinpath("documents").mkdir()
    target, name = {"mkdir": (Path, "mkdir"), "rename": (Path, "replace")}.get(step, (os, step))
    if step == "mkdir":
        real = Path.mkdir
        monkeypatch.setattr(
            Path, "mkdir", lambda self, *a, **k: fails() if len(self.name) == 2 else real(self, *a, **k)
        )
    else:
        monkeypatch.setattr(target, name, fails)
    with pytest.raises(OSError, match="No space"):
        files.put(tmp_path / "documents", BytesIO(CONTENT))
    assert left_in(tmp_path) == []


def test_half_a_write_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, chunk: real(descriptor, bytes(chunk)[:1000]))
    stored = files.put(tmp_path, BytesIO(b"x" * 2500))
    assert files.find(tmp_path, stored.sha256).read_bytes() == b"x" * 2500
