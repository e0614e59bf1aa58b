"""Where the content of documents lies: one file per content, named by its SHA-256, outside what the web serves."""

import hashlib
import os
import re
import tempfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.domain.errors import NotFound, mark

CHUNK = 1024 * 1024
CHUNKS_BEHIND = 8
"""So many may wait to be hashed: that is how much memory a file takes."""

UNFINISHED = "unfinished-"
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class StoredFile:
    """A content that is on disk for good; `size` in bytes."""

    sha256: str
    size: int


def put(folder: Path, source: BinaryIO) -> StoredFile:
    """Write a content to disk; when this returns, it survives a power cut. The same content twice is one file.

    Temporary file, hash while writing, fsync, rename, fsync of the folders: whatever moment the power goes, there is
    no file under a hash that is not its own. A half-written one begins with `unfinished-` and belongs to nobody.
    Raises OSError when the disk is full or broken.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with _unfinished(folder) as (descriptor, unfinished):
        # Hashing costs as much as writing does; a second thread does it meanwhile, and goes on while the disk is waited
        # for.
        with os.fdopen(descriptor, "wb", buffering=0) as file, ThreadPoolExecutor(max_workers=1) as hasher:
            behind: deque[Future[None]] = deque()
            while chunk := source.read(CHUNK):
                behind.append(hasher.submit(digest.update, chunk))
                size += len(chunk)
                _write_all(file.fileno(), chunk)
                if len(behind) > CHUNKS_BEHIND:
                    behind.popleft().result()
            os.fsync(file.fileno())
            for hashed in behind:
                hashed.result()
        final = path_of(folder, digest.hexdigest())
        final.parent.mkdir(exist_ok=True, mode=0o700)
        unfinished.replace(final)
    # The folder of the file, then the one that folder may be new in.
    fsync_folder(final.parent)
    fsync_folder(folder)
    return StoredFile(digest.hexdigest(), size)


def path_of(folder: Path, sha256: str) -> Path:
    """Where a content lies. Raises ValueError for what is no hash, so that no path gets in by that way."""
    if not _HASH.fullmatch(sha256):
        raise ValueError(f"not a SHA-256: {sha256!r}")
    return folder / sha256[:2] / sha256


def find(folder: Path, sha256: str) -> Path:
    """The file of a content. Raises NotFound `no-file` when it is gone."""
    path = path_of(folder, sha256)
    if not path.is_file():
        raise NotFound("no-file", mark("Dit bestand is er niet meer. Meld het de beheerder."))
    return path


def discard(folder: Path, sha256: str) -> None:
    """Remove a content for good."""
    path = path_of(folder, sha256)
    path.unlink(missing_ok=True)


def old_files(folder: Path, before: float) -> Iterator[Path]:
    """What lies there since before this moment (POSIX seconds): contents, and files that were never finished."""
    for path in sorted(folder.glob(f"{UNFINISHED}*")) + sorted(folder.glob("[0-9a-f][0-9a-f]/*")):
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < before:
                yield path


def remove_old(path: Path, before: float) -> bool:
    """Remove a file nobody claims, unless the same content was stored again meanwhile; whether it went.

    It is moved aside first: of two who come at the same moment, the one that stores always keeps a file.
    """
    aside = path.with_name(f"{UNFINISHED}{path.name}")
    try:
        path.replace(aside)
    except FileNotFoundError:
        return False
    if aside.stat().st_mtime >= before:
        aside.replace(path)
        return False
    aside.unlink()
    return True


@contextmanager
def _unfinished(folder: Path) -> Iterator[tuple[int, Path]]:
    descriptor, name = tempfile.mkstemp(prefix=UNFINISHED, dir=folder)
    try:
        yield descriptor, Path(name)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _write_all(descriptor: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def fsync_folder(folder: Path) -> None:
    """Make names that were given or taken in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
