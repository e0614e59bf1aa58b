"""Trying a reserve copy out: put back into a scratch place, compared with what it should hold, and thrown away."""

import secrets
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.backup.acts import restore
from app.backup.folder import Copy, digest_of
from app.domain.errors import WrongState, mark
from app.store import dumps, files, migrations
from app.store.base import Db
from app.usecases import audit

SCRATCH = "regie_drill_%Y%m%d_%H%M%S_"
TOLD_FAULTS = 3


@dataclass(frozen=True)
class Finding:
    """One thing that was compared: a sentence with its facts, and whether it was as it should be."""

    good: bool
    sentence: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def drill(url: str, place: Path, now: datetime) -> tuple[Copy, list[Finding]]:
    """Restore the copy at `place`, or the newest in it, beside the register at `url`, which is not touched.

    On PostgreSQL it makes a database on the same server and removes it. Raises what `restore` raises; WrongState
    `no-scratch` when this user may not make one.
    """
    with tempfile.TemporaryDirectory(prefix="regie-drill-") as folder:
        scratch = Path(folder)
        try:
            with dumps.beside(url, scratch, now.strftime(SCRATCH) + secrets.token_hex(4)) as beside:
                copy = restore(beside, scratch / "documents", place)
                return copy, list(_compare(copy, beside, scratch / "documents"))
        except sa.exc.ProgrammingError as error:
            raise WrongState(
                "no-scratch",
                mark(
                    "De oefening maakt een eigen database naast het register. Geef deze gebruiker het recht CREATEDB."
                ),
            ) from error


def _compare(copy: Copy, url: str, documents: Path) -> Iterator[Finding]:
    yield Finding(True, mark("{n} van {n} bestanden hebben hun eigen SHA-256."), {"n": len(copy.sums)})
    yield _rows(copy.contents, dumps.look_at(url))
    yield _integrity(dumps.faults(url))
    yield _documents(copy, documents)
    yield _chain(copy.contents, url)
    yield _tables(copy.contents.revision, url)


def _rows(told: dumps.Contents, found: dumps.Contents) -> Finding:
    same = sum(found.rows.get(table) == rows for table, rows in told.rows.items())
    facts = {"same": same, "all": len(told.rows), "rows": sum(found.rows.values())}
    sentence = mark("{same} van {all} tabellen hebben evenveel rijen als toen: {rows} in totaal.")
    return Finding(same == len(told.rows) == len(found.rows), sentence, facts)


def _integrity(faults: list[str]) -> Finding:
    if faults:
        sentence = mark("De database vindt {n} fouten in zichzelf, zoals: {faults}")
        return Finding(False, sentence, {"n": len(faults), "faults": "; ".join(faults[:TOLD_FAULTS])})
    return Finding(True, mark("De database vindt 0 fouten in zichzelf; elke verwijzing wijst ergens naar."))


def _documents(copy: Copy, documents: Path) -> Finding:
    named = copy.contents.documents
    whole = sum(digest_of(files.path_of(documents, sha256)) == sha256 for sha256 in named)
    sentence = mark("{whole} van {all} documenten die het register noemt zijn er en zijn heel.")
    return Finding(whole == len(named), sentence, {"whole": whole, "all": len(named)})


def _chain(told: dumps.Contents, url: str) -> Finding:
    db = Db(url)
    try:
        with db.reading() as session:
            chain = audit.verify(session)
    finally:
        db.dispose()
    same = (chain.entries, chain.head) == (told.audit_entries, told.audit_head) or not told.audit_entries
    facts = {"entries": chain.entries, "all": told.audit_entries, "head": chain.head}
    sentence = mark("{entries} van {all} regels van de auditketen zijn heel; het eind is {head}.")
    return Finding(chain.broken_at is None and same, sentence, facts)


def _tables(revision: str, url: str) -> Finding:
    """Whether this version of the program can go on from here. Last: it changes the scratch database."""
    migrations.upgrade(url)
    now_at, head = migrations.current(url), migrations.head()
    facts = {"then": revision, "now": now_at, "head": head}
    sentence = mark("De tabellen waren op revisie {then} en zijn nu op {now}; dit programma kent {head}.")
    return Finding(now_at == head, sentence, facts)
