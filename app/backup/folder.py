"""What a reserve copy looks like on disk, and whether it is whole.

    regie-20261123T090000Z/
        manifest.json       what is in it, and the SHA-256 of the lines of SHA256SUMS about the others; written last
        SHA256SUMS          every other file, as `sha256sum --check SHA256SUMS` reads it
        register.sqlite3    or register.pgdump
        documents/ab/ab…    each content under its SHA-256

Until it is whole, its folder has a name that begins with `unfinished-`, and no manifest.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.domain.errors import Invalid, NotFound, mark
from app.store.dumps import POSTGRES_NAME, SQLITE_NAME, Contents
from app.store.files import CHUNK

FORMAT = 1
MANIFEST, SUMS, DOCUMENTS = "manifest.json", "SHA256SUMS", "documents"
UNFINISHED = "unfinished-"
_STAMP = "regie-%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"regie-\d{8}T\d{6}Z(-\d+)?")
_LINE = re.compile(rf"([0-9a-f]{{64}})  ({SQLITE_NAME}|{POSTGRES_NAME}|{DOCUMENTS}/([0-9a-f]{{2}})/(\3[0-9a-f]{{62}}))")


@dataclass(frozen=True)
class Copy:
    """A reserve copy that was read: `sums` is the SHA-256 of each file by its path within `folder`.

    `missing` are documents that the register named and that weren't there, or not whole, when the copy was made.
    """

    folder: Path
    made_at: datetime
    contents: Contents
    sums: Mapping[str, str]
    missing: tuple[str, ...] = ()

    @property
    def register(self) -> Path:
        """The file the database is in."""
        return next(self.folder / name for name in self.sums if not name.startswith(DOCUMENTS))

    @property
    def documents(self) -> list[str]:
        """The SHA-256 of each document in it."""
        return [name.rpartition("/")[2] for name in self.sums if name.startswith(DOCUMENTS)]


def free_name(folder: Path, now: datetime) -> Path:
    """A name in `folder` for a copy made now, that no other has; names sort by time."""
    plain = folder / now.astimezone(UTC).strftime(_STAMP)
    others = (folder / f"{plain.name}-{number}" for number in range(2, 100))
    return next(name for name in (plain, *others) if not name.exists())


def write(copy: Copy) -> None:
    """Write down what is in a copy, the manifest last: whatever has none is no copy."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(copy.sums.items()))
    told = {
        "format": FORMAT,
        "made_at": copy.made_at.isoformat(),
        "contents": asdict(copy.contents) | {"documents": len(copy.contents.documents)},
        "missing": copy.missing,
        "sums": hashlib.sha256(lines.encode()).hexdigest(),
    }
    manifest = json.dumps(told, indent=2) + "\n"
    (copy.folder / SUMS).write_text(f"{lines}{hashlib.sha256(manifest.encode()).hexdigest()}  {MANIFEST}\n")
    (copy.folder / MANIFEST).write_text(manifest)


def find(place: Path) -> Path:
    """The copy at `place`, or the newest of those in it. Raises NotFound `no-backup`."""
    if (place / MANIFEST).is_file():
        return place
    copies = sorted(one.parent for one in place.glob(f"regie-*/{MANIFEST}") if _NAME.fullmatch(one.parent.name))
    if not copies:
        raise NotFound(
            "no-backup",
            mark("In {place} staat geen hele reservekopie. Een map die begint met {unfinished} is niet afgemaakt."),
            place=str(place),
            unfinished=UNFINISHED,
        )
    return copies[-1]


def read(place: Path) -> Copy:
    """Read a copy and the hash of every file in it.

    Raises NotFound `no-backup`; Invalid `backup-unknown` when another version of Regie wrote it, `backup-damaged` when
    a file is gone or isn't what it was.
    """
    folder = find(place)
    told, lines = _read_manifest(folder)
    sums: dict[str, str] = {}
    for line in lines.decode().splitlines():
        found = _LINE.fullmatch(line)
        if found is None or (found[4] and found[4] != found[1]):
            raise _damaged(SUMS)
        sums[found[2]] = found[1]
    documents = tuple(sorted([*(name[-64:] for name in sums if name.startswith(DOCUMENTS)), *told["missing"]]))
    contents = Contents(**{**told["contents"], "documents": documents})
    copy = Copy(folder, datetime.fromisoformat(told["made_at"]), contents, sums, tuple(told["missing"]))
    for name, digest in sums.items():
        if digest_of(folder / name) != digest:
            raise _damaged(name)
    return copy


def _read_manifest(folder: Path) -> tuple[dict[str, Any], bytes]:
    """What a copy says of itself, and the lines of its sums about the other files."""
    manifest = _read_file(folder, MANIFEST)
    lines, _, last = _read_file(folder, SUMS).rpartition(hashlib.sha256(manifest).hexdigest().encode())
    if last != f"  {MANIFEST}\n".encode():
        raise _damaged(MANIFEST)
    try:
        told = json.loads(manifest)
        known = told["format"] == FORMAT
        whole = told["sums"] == hashlib.sha256(lines).hexdigest()
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(MANIFEST) from error
    if not known:
        raise Invalid(
            "backup-unknown",
            mark("Deze versie van Regie kent de vorm van deze reservekopie niet. Gebruik de versie die haar maakte."),
        )
    if not whole:
        raise _damaged(SUMS)
    return told, lines


def digest_of(path: Path) -> str | None:
    """The SHA-256 of a file; None when it can't be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except OSError:
        return None
    return digest.hexdigest()


def _read_file(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise _damaged(name) from error


def _damaged(name: str) -> Invalid:
    return Invalid(
        "backup-damaged",
        mark("Deze reservekopie is beschadigd: {name} is weg of is niet meer zoals het was. Er is niets teruggezet."),
        name=name,
    )
