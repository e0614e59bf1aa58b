"""Taking files in, putting them on record, and who may read them."""

import contextlib
import hashlib
import tracemalloc
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from app.domain.actors import Actor, Door
from app.domain.errors import Invalid, NotFound
from app.domain.files import LARGEST, MEDIA_TYPES, kind_of
from app.domain.permissions import Role
from app.store import files
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.documents import Document
from app.usecases import answering, documents, drafts
from tests.support import samples
from tests.support.builders import a_new_letter, a_question, a_register, a_sent_letter, actor, at, secretariat

BAD = samples.bad_files()
NOW = at(date(2026, 10, 6))


@pytest.mark.parametrize("name", samples.GOOD)
def test_each_kind_is_taken(tmp_path: Path, name: str) -> None:
    content = samples.GOOD[name]
    taken = documents.take(tmp_path, BytesIO(content), name)
    assert (taken.name, taken.kind, taken.size) == (name, kind_of(name), len(content))
    assert files.find(tmp_path, taken.sha256).read_bytes() == content


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_is_not_what_it_says_is_refused_and_not_stored(tmp_path: Path, what: str) -> None:
    name, content, code = BAD[what]
    with pytest.raises(Invalid) as refused:
        documents.take(tmp_path, BytesIO(content), name)
    assert refused.value.code == code
    assert refused.value.field == "documenten"
    assert list(tmp_path.iterdir()) == []


def test_there_are_sixty_bad_files_or_more() -> None:
    assert len(BAD) >= 60


def test_a_file_of_more_than_25_megabytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        documents.take(tmp_path, BytesIO(samples.PDF + bytes(LARGEST)), "brief.pdf")
    assert refused.value.code == "file-too-large"


@pytest.mark.parametrize("words", ["BM is de afkorting", "MZ aan de heer X", "ID3 is iets", "1234", "PK, uw brief"])
def test_a_text_that_begins_like_another_kind_by_accident_is_taken(tmp_path: Path, words: str) -> None:
    assert documents.take(tmp_path, BytesIO(words.encode()), "brief.txt").size == len(words)


def test_looking_into_the_worst_files_takes_little_memory(tmp_path: Path) -> None:
    large = samples.PDF + bytes(LARGEST - len(samples.PDF))
    tracemalloc.start()
    for name, content in [
        ("brief.pdf", large),
        *((BAD[what][0], BAD[what][1]) for what in ("bomb", "thousands of members")),
    ]:
        stream = BytesIO(content)
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        with contextlib.suppress(Invalid):
            documents.take(tmp_path, stream, name)
        assert tracemalloc.get_traced_memory()[1] - before < 16 * 1024 * 1024, name
    tracemalloc.stop()


def test_a_kept_document_stands_on_record_with_its_hash(db: Db, tmp_path: Path) -> None:
    a_register(db)
    taken = documents.take(tmp_path, BytesIO(samples.PDF), "../map/brief.pdf")
    with db.writing() as s:
        kept_id = documents.keep(s, secretariat(s), taken, NOW).id
    with db.reading() as s:
        kept = s.get_one(Document, kept_id)
        assert (kept.name, kept.size, kept.media_type) == ("brief.pdf", len(samples.PDF), MEDIA_TYPES[taken.kind])
        assert kept.sha256 == hashlib.sha256(samples.PDF).hexdigest()
        last = s.query(AuditEntry).order_by(AuditEntry.sequence.desc()).first()
        assert last is not None
        assert kept.sha256 in str(last.detail)


def _kept(db: Db, tmp_path: Path, by: str) -> int:
    taken = documents.take(tmp_path, BytesIO(samples.PDF), "brief.pdf")
    with db.writing() as s:
        return documents.keep(s, actor(s, by), taken, NOW).id


def _readers(db: Db, document_id: int, *addresses: str) -> set[str]:
    found = set()
    with db.reading() as s:
        for address in addresses:
            try:
                documents.find_document(s, actor(s, address), document_id)
            except NotFound:
                continue
            found.add(address)
    return found


EVERYBODY = (
    "secretariaat@vng.example",
    "directie@vng.example",
    "beheer@vng.example",
    "regie@az.example",
    "contact@jenv.example",
    "contact@vws.example",
)


def test_a_document_of_nothing_yet_is_read_by_who_added_it_only(db: Db, tmp_path: Path) -> None:
    a_register(db)
    kept = _kept(db, tmp_path, "contact@jenv.example")
    assert _readers(db, kept, *EVERYBODY) == {"contact@jenv.example"}


def test_a_letters_document_is_read_by_who_may_read_the_letter(db: Db, tmp_path: Path) -> None:
    a_register(db)
    kept = _kept(db, tmp_path, "secretariaat@vng.example")
    with db.writing() as s:
        a_sent_letter(s, a_new_letter(document_ids=(kept,)))
    assert _readers(db, kept, *EVERYBODY) == set(EVERYBODY) - {"contact@vws.example", "beheer@vng.example"}


def test_a_drafts_attachment_is_read_by_its_ministry_only(db: Db, tmp_path: Path) -> None:
    a_register(db)
    kept = _kept(db, tmp_path, "coordinator@jenv.example")
    with db.writing() as s:
        question = a_question(s)
        drafts.attach(s, actor(s, "contact@jenv.example"), question.id, kept, NOW)
    assert _readers(db, kept, *EVERYBODY) == {"contact@jenv.example"}


def test_an_answers_document_is_read_with_the_answer_and_by_its_link(db: Db, tmp_path: Path) -> None:
    a_register(db)
    kept = _kept(db, tmp_path, "secretariaat@vng.example")
    with db.writing() as s:
        question, other = a_question(s), a_question(s)
        received = [answering.ReceivedAnswer(question.id, "Zie bijgevoegde brief.")]
        answering.record_received(s, secretariat(s), received, date(2026, 10, 6), "Minister van JenV", [kept], NOW)
        ids = question.id, other.id
    assert _readers(db, kept, *EVERYBODY) == set(EVERYBODY) - {"contact@vws.example", "beheer@vng.example"}
    with db.reading() as s:
        person = actor(s, "contact@jenv.example")
        links = [
            Actor(person.person_id, frozenset({Role.CONTACT}), person.ministry_id, Door.LINK, only_question_id=one)
            for one in ids
        ]
        assert documents.find_document(s, links[0], kept).id == kept
        with pytest.raises(NotFound):
            documents.find_document(s, links[1], kept)
