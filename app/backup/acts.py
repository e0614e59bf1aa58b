"""Making a reserve copy of a register in use, and putting one back into an empty place."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from app.backup.folder import DOCUMENTS, UNFINISHED, Copy, digest_of, free_name, read, write
from app.domain.errors import Invalid, WrongState, mark
from app.store import dumps, files, migrations
from app.store.base import Db, plan_anew

MARGIN = 16 * 1024 * 1024  # left over on the disk of the copy: what stands beside the files themselves


def make(url: str, documents: Path, to: Path, now: datetime) -> Copy:
    """Copy a register in use into a new folder in `to`: its rows as of one moment, then every document they name.

    Documents never change and are never removed while rows name them, so the ones that came later do no harm.
    What goes wrong leaves nothing that looks like a copy. Raises WrongState `backup-no-room`, `no-register`,
    `no-pg-tools`; Refusal `dump-failed`.
    """
    with _unfinished(to) as folder:
        _refuse_without_room(to, dumps.size(url) + sum(file.stat().st_size for file in _files(documents)))
        contents = dumps.dump(url, folder)
        name = dumps.name_of(url)
        sums = {name: str(digest_of(folder / name))}
        missing: list[str] = []
        for sha256 in contents.documents:
            copied = files.path_of(folder / DOCUMENTS, sha256)
            if _copy(files.path_of(documents, sha256), copied) == sha256:
                sums[copied.relative_to(folder).as_posix()] = sha256
            else:
                copied.unlink(missing_ok=True)
                missing.append(sha256)
        write(Copy(folder, now, contents, sums, tuple(missing)))
        _last(folder)
        final = free_name(to, now)
        folder.rename(final)
        files.fsync_folder(to)
    return Copy(final, now, contents, sums, tuple(missing))


def restore(url: str, documents: Path, place: Path) -> Copy:
    """Put the copy at `place` (or the newest in it) back. All hashes are checked before anything is written.

    Documents first, the register last and at once: what stops halfway can simply be done again. Raises WrongState
    `register-not-empty`, `backup-no-room`, `backup-newer`, `other-database`; NotFound `no-backup`; Invalid
    `backup-damaged`.
    """
    dumps.refuse_unless_empty(url)
    copy = read(place)
    if not migrations.knows(copy.contents.revision):
        raise WrongState(
            "backup-newer",
            mark("Deze reservekopie is gemaakt door een nieuwere versie van Regie. Installeer eerst die versie."),
        )
    with _telling_of_trouble():
        documents.mkdir(parents=True, exist_ok=True, mode=0o700)
        _refuse_without_room(documents, sum((copy.folder / name).stat().st_size for name in copy.sums))
        for sha256 in copy.documents:
            with files.path_of(copy.folder / DOCUMENTS, sha256).open("rb") as source:
                if files.put(documents, source).sha256 != sha256:
                    raise Invalid("backup-damaged", mark("De reservekopie veranderde tijdens het terugzetten."))
        dumps.load(url, copy.register)
        _plan_anew(url)
    return copy


def _plan_anew(url: str) -> None:
    db = Db(url)
    with db.writing() as session:
        plan_anew(session)
    db.dispose()


@contextmanager
def _unfinished(to: Path) -> Iterator[Path]:
    """A folder in `to` for as long as the copy is made; it is gone when that fails."""
    with _telling_of_trouble():
        to.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=to))  # readable by its owner only, also once renamed
        try:
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


@contextmanager
def _telling_of_trouble() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            sentence = mark(
                "Er is te weinig ruimte. Er is geen halve kopie blijven staan; maak ruimte en begin opnieuw."
            )
            raise WrongState("backup-no-room", sentence) from error
        sentence = mark("Dit lukte niet: {why} ({place}). Er is geen halve kopie blijven staan.")
        why, place = os.strerror(error.errno or 0), str(error.filename or "")
        raise WrongState("backup-stopped", sentence, why=why, place=place) from error


def _refuse_without_room(folder: Path, needed: int) -> None:
    """Stop before a disk runs full that the register itself may be on."""
    if shutil.disk_usage(folder).free < needed + MARGIN:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.glob("*/*") if file.is_file())


def _copy(source: Path, target: Path) -> str | None:
    """Copy a file so that it survives a power cut; the SHA-256 of what was copied, None when there is nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with suppress(FileNotFoundError), source.open("rb") as reading, target.open("xb") as writing:
        while chunk := reading.read(files.CHUNK):
            digest.update(chunk)
            writing.write(chunk)
        writing.flush()
        os.fsync(writing.fileno())
        return digest.hexdigest()
    return None


def _last(folder: Path) -> None:
    """Make the small files and the names of all last."""
    for file in folder.glob("*"):
        if file.is_file():
            with file.open("rb") as written:
                os.fsync(written.fileno())
    inner: Sequence[Path] = [one for one in folder.rglob("*") if one.is_dir()]
    for one in (*inner, folder):
        files.fsync_folder(one)
