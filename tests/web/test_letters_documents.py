"""Files that come in by a form, with a real virus scanner behind it: clean, infected, and while it is away."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import sqlalchemy as sa

from app.mail.post import post
from app.main import create_app
from app.settings import Settings
from app.store import files
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.documents import Document, DocumentScan, ScanState
from app.timetable import run_job
from app.usecases import scanning
from tests.support import samples
from tests.support.answer_links import link_to
from tests.support.builders import a_question, a_register
from tests.support.clamav import EICAR, FOUND, Clamd
from tests.support.clock import Clock
from tests.support.inside import Inside
from tests.support.live import Live
from tests.support.visits import send

URL = "http://localhost"


@pytest.fixture
def guarded(clamd: Clamd, make_settings: Callable[..., Settings], db: Db, clock: Clock) -> Live:
    """Regie with a virus scanner, and a question to JenV."""
    settings = make_settings(base_url=URL, clamav=clamd.address)
    a_register(db)
    with db.writing() as s:
        a_question(s, sent_on=date(2026, 11, 16))
    return Live(URL, db, clock, settings, create_app(settings, db=db, clock=clock))


@pytest.fixture
def contact(guarded: Live) -> Iterator[Inside]:
    """A browser with the link of the question's contact."""
    opened = Inside(guarded.app, URL)
    yield opened
    opened.close()


def attach(live: Live, browser: Inside, name: str, content: bytes) -> str:
    """Add a file to the answer by its link, and give the page that comes of it."""
    link = link_to(live, 1)
    typed = {"act": "bewaar", "tekst": "Zie de bijlage.", "namens": "Hoofd"}
    answer = send(browser, link, typed, files=[("bijlage", (name, content))])
    return answer.text if answer.status_code != 303 else browser.get(link).text


def test_a_clean_file_can_be_fetched_at_once_and_a_virus_is_refused_with_a_sentence(
    guarded: Live, contact: Inside
) -> None:
    assert 'documenten/1">brief.pdf</a>' in attach(guarded, contact, "brief.pdf", samples.PDF)
    assert contact.get(f"{link_to(guarded, 1)}/documenten/1").content == samples.PDF
    page = attach(guarded, contact, "virus.txt", EICAR)
    assert "In “virus.txt” is een virus gevonden" in page
    assert FOUND in page
    assert "Zie de bijlage." in page, "what was typed stays"
    with guarded.db.reading() as s:
        assert s.scalars(sa.select(Document.name)).all() == ["brief.pdf"]
        assert s.get_one(DocumentScan, 1).state is ScanState.CLEAN
        assert scanning.REFUSED in s.scalars(sa.select(AuditEntry.act)).all()
    left = [path for path in guarded.settings.documents.rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in left] == [samples.PDF], "the virus is not on our disk"


def test_while_the_scanner_is_away_files_wait_and_the_job_looks_again(
    guarded: Live, contact: Inside, clamd: Clamd
) -> None:
    office, link = guarded.app.state.office, link_to(guarded, 1)
    with clamd.away():
        page = attach(guarded, contact, "brief.pdf", samples.PDF)
        assert "wordt gecontroleerd op virussen" in page
        assert "documenten/1" not in page
        attach(guarded, contact, "virus.txt", EICAR)
        for number in (1, 2):
            waits = contact.get(f"{link}/documenten/{number}")
            assert (waits.status_code, "nog gecontroleerd op virussen" in waits.text) == (409, True)
        assert "2 wachten" in run_job(office, "scan")
        post(office)
        told = [path.read_text() for path in guarded.settings.mail_folder.glob("*-alarm*.eml")]
        assert len(told) == 1, "once a day, however many files wait"
        assert "clamd" in told[0]
    assert run_job(office, "scan") == "2 bestanden gecontroleerd"
    assert run_job(office, "scan") == "niets te controleren"
    assert contact.get(f"{link}/documenten/1").content == samples.PDF
    gone = contact.get(f"{link}/documenten/2")
    assert (gone.status_code, "bevatte een virus" in gone.text) == (404, True)
    assert "verwijderd: bevatte een virus" in contact.get(link).text
    with guarded.db.reading() as s:
        sha256 = s.get_one(Document, 2).sha256
    assert not files.path_of(guarded.settings.documents, sha256).exists()
    post(office)
    (mail,) = guarded.settings.mail_folder.glob("*-virus*.eml")
    assert "contact@jenv.example" in mail.read_text()


def test_without_a_scanner_nothing_waits(live: Live, inside: Inside) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        a_question(s, sent_on=date(2026, 11, 16))
    assert 'documenten/1">brief.pdf</a>' in attach(live, inside, "brief.pdf", samples.PDF)
    assert run_job(live.app.state.office, "scan") == "niets te controleren"
