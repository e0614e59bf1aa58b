"""Forms of letters that are kept while somebody types."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.actors import CLOCKWORK
from app.domain.errors import NotAllowed, NotFound, WrongState
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.documents import Document
from app.store.unfinished import UnfinishedLetter, find_unfinished, unfinished_lines
from app.usecases import documents, letters, tidying, unfinished
from app.usecases.unfinished import Kept, Typed
from tests.support import samples
from tests.support.builders import a_new_letter, a_register, actor, at, secretariat

NOW = at(date(2026, 10, 5))
FORM = Typed("sleutel", "reserve", "blad-1", 0, None, "Opvang", 1, [("onderwerp", "Opvang")], ())


def typed(text: str, page: str = "blad-1", version: int = 0, **other: object) -> Typed:
    return replace(FORM, page=page, version=version, subject=text, fields=[("onderwerp", text)], **other)  # type: ignore[arg-type]


def keep(db: Db, form: Typed) -> Kept:
    with db.writing() as s:
        return unfinished.keep(s, secretariat(s), form, NOW)


def kept(db: Db) -> dict[str, str]:
    """Key → subject of all that is kept."""
    with db.reading() as s:
        return dict(s.execute(sa.select(UnfinishedLetter.key, UnfinishedLetter.subject)).all())


def test_a_page_goes_on_with_its_own_form_whatever_answer_got_lost_on_the_way(db: Db) -> None:
    a_register(db)
    keep(db, typed("een"))
    keep(db, typed("twee"))  # the page never heard that version 1 was kept
    assert keep(db, typed("drie", version=2)).version == 3
    assert kept(db) == {"sleutel": "drie"}


def test_what_is_typed_in_a_second_page_is_kept_beside_the_first(db: Db) -> None:
    a_register(db)
    first = keep(db, typed("een"))
    keep(db, typed("een, verder", version=first.version))
    second = keep(db, typed("anders", page="blad-2", version=first.version))
    assert (second.key, second.other_id) == ("reserve", first.id)
    assert kept(db) == {"sleutel": "een, verder", "reserve": "anders"}
    again = keep(db, typed("een, verder", page="blad-3"))
    assert again == Kept(first.id, "sleutel", 2), "the same words are no other form"


def test_a_colleague_takes_it_up_where_it_was_left_and_the_first_page_is_told(db: Db) -> None:
    a_register(db)
    first = keep(db, typed("een"))
    assert keep(db, typed("twee", page="blad-2", version=first.version)).key == "sleutel"
    assert keep(db, typed("drie", version=first.version)).other_id == first.id


def test_a_form_that_became_a_letter_is_forgotten_and_not_kept_anew(db: Db) -> None:
    a_register(db)
    keep(db, FORM)
    with db.writing() as s:
        letters.register(s, secretariat(s), a_new_letter(), NOW, key="sleutel")
        unfinished.finish(s, secretariat(s), "sleutel")
    assert kept(db) == {}
    with pytest.raises(WrongState, match="2026-001"):
        keep(db, typed("te laat"))
    assert kept(db) == {}


def test_a_form_is_listed_and_thrown_away(db: Db) -> None:
    a_register(db)
    made = keep(db, FORM)
    with db.reading() as s:
        (line,) = unfinished_lines(s)
        assert (line.subject, line.saved_by, line.changes) == ("Opvang", "Secretariaat", None)
    with db.writing() as s:
        unfinished.throw_away(s, secretariat(s), made.id, NOW)
        assert s.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.sequence.desc())).first() == "weggooien"
    with db.reading() as s, pytest.raises(NotFound):
        find_unfinished(s, made.id)


def test_its_files_stay_as_long_as_it_does(db: Db, tmp_path: Path) -> None:
    a_register(db)
    taken = documents.take(tmp_path, BytesIO(samples.TXT), "brief.txt")
    with db.writing() as s:
        document_id = documents.keep(s, secretariat(s), taken, NOW).id
    made = keep(db, replace(FORM, document_ids=(document_id, 99)))
    later = NOW + timedelta(days=9)
    with db.writing() as s:
        assert tidying.forget_documents(s, CLOCKWORK, later) == 0
        unfinished.throw_away(s, secretariat(s), made.id, later)
        assert tidying.forget_documents(s, CLOCKWORK, later) == 1
        assert s.get(Document, document_id) is None


def test_only_who_registers_letters_keeps_one(db: Db) -> None:
    a_register(db)
    with db.writing() as s, pytest.raises(NotAllowed):
        unfinished.keep(s, actor(s, "contact@jenv.example"), FORM, NOW)
