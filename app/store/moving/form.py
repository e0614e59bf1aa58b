"""The form of a whole register in one file: its parts, and its table of contents. docs/moving.md describes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile

import sqlalchemy as sa

from app.domain.errors import Invalid, mark
from app.store.migrations import head
from app.store.schema import metadata

FORM, FORM_VERSION = "regie-register", 1
CONTENTS = "register.json"
LEFT_BEHIND = frozenset(
    {
        "sessions", "sign_in_codes", "passkey_challenges", "rate_limits",
        "job_runs", "kept_histograms", "kept_places", "search_entries",
    }
)  # fmt: skip
"""What belongs to one place of work: who is signed in there, what its clockwork did, what it counted or indexed."""
LONGEST_LINE = 64 * 1024 * 1024


@dataclass(frozen=True)
class Part:
    """One table in the ZIP: its columns in order, how many rows, and the SHA-256 of its lines."""

    name: str
    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True)
class Moved:
    """The table of contents: of which revision the tables are, what is in each, and which documents.

    `missing` are documents that the register names and that were gone already.
    """

    made_at: str
    revision: str
    tables: list[Part]
    documents: list[str]
    missing: list[str]
    audit_entries: int
    audit_head: str

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return {part.name: part.rows for part in self.tables}


def tables() -> list[sa.Table]:
    """The tables that are moved, each after those it points at."""
    return [table for table in metadata.sorted_tables if table.name not in LEFT_BEHIND]


def contents(archive: ZipFile) -> Moved:
    """The table of contents. Raises Invalid: `not-a-register`, `other-form`, `register-altered`."""
    if CONTENTS not in archive.namelist():
        sentence = mark("Dit bestand is geen register uit Regie. Kies een bestand dat met export is gemaakt.")
        raise Invalid("not-a-register", sentence)
    if archive.getinfo(CONTENTS).file_size > LONGEST_LINE:
        raise altered()
    try:
        told: Mapping[str, Any] = json.loads(archive.read(CONTENTS))
        form, version = told["form"], told["version"]
        if form != FORM or version != FORM_VERSION:
            sentence = mark(
                "Dit bestand heeft vorm {version}; deze versie van Regie leest vorm {known}. Gebruik dezelfde versie."
            )
            raise Invalid("other-form", sentence, version=str(version), known=FORM_VERSION)
        moved = Moved(
            **{name: told[name] for name in Moved.__dataclass_fields__ if name != "tables"},
            tables=[Part(**part) for part in told["tables"]],
        )
    except (ValueError, TypeError, KeyError):
        raise altered() from None
    if moved.revision != head():
        sentence = mark(
            "Dit bestand komt uit een andere versie van Regie (tabellen {then}, hier {now}). Gebruik dezelfde versie."
        )
        raise Invalid("other-form", sentence, then=moved.revision, now=head())
    expected = {table.name: {column.name for column in table.columns if column.computed is None} for table in tables()}
    if {part.name: set(part.columns) for part in moved.tables} != expected:
        raise altered()
    return moved


def altered() -> Invalid:
    """Why a file is not taken that isn't what was written once."""
    sentence = mark("Dit bestand is beschadigd, afgebroken of veranderd. Er is niets geschreven. Maak het opnieuw.")
    return Invalid("register-altered", sentence)
