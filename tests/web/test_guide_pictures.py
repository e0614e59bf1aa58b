"""The pictures of guide and README: they can still be taken, and the documents name just those that there are."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from app.domain.hints import HINTS
from app.domain.questions import State
from app.store.figures.digests import FrozenDigest
from app.store.questions import Question, QuestionEvent
from app.timetable import run_job
from app.usecases import hints
from app.web.office.guide import GUIDE
from tests.support.addresses import ADMIN, CENTRE, LEADERSHIP, SECRETARIAT
from tests.support.answer_links import link_to
from tests.support.builders import actor
from tests.support.databases import Databases
from tests.support.demo import copy_of_the_demo
from tests.support.live import Live
from tests.support.pictures import PICTURES, take

DOCS = GUIDE.parent
MOST_EACH, MOST = 120_000, 1_000_000
NAMED = re.compile(r"!\[([^\]]*)\]\((?:docs/)?pictures/([a-z-]+)\.png\)")


@pytest.fixture
def db_url(databases: Databases, tmp_path: Path) -> str:
    """The demo's register, for all tests here."""
    return copy_of_the_demo(databases, tmp_path)


def test_every_picture_can_still_be_taken(live: Live, page: Page, pytestconfig: pytest.Config) -> None:
    shown = take(live, page, what_is_shown(live), pytestconfig.getoption("--pictures"))
    assert shown.keys() == PICTURES.keys()
    told = {"werkvoorraad": "Werkvoorraad", "controleren": "Controleer de brief", "postvak-uit": "Postvak uit"}
    assert told.items() <= shown.items()


def what_is_shown(live: Live) -> dict[str, object]:
    """The parts of the addresses. `told` is the question with the most to tell that still waits for an answer."""
    run_job(live.app.state.office, "statistics")
    with live.db.writing() as s:
        for hint in HINTS:
            for who in (SECRETARIAT, LEADERSHIP, CENTRE, ADMIN):
                hints.put_aside(s, actor(s, who), hint.name, live.clock())
    with live.db.reading() as s:
        told = sa.select(Question.id).join(QuestionEvent, QuestionEvent.question_id == Question.id)
        told = told.where(Question.state == State.ACCEPTED, Question.round > 1).group_by(Question.id)
        first, second = s.scalars(told.order_by(sa.func.count().desc(), Question.id).limit(2)).all()
        week = s.scalars(sa.select(sa.func.max(FrozenDigest.week))).one()
    return {"told": first, "link": link_to(live, second), "week": week}


def test_the_documents_name_the_pictures_that_there_are_and_say_what_they_show() -> None:
    named = NAMED.findall(GUIDE.read_text("utf-8") + (DOCS.parent / "README.md").read_text("utf-8"))
    files = list((DOCS / "pictures").iterdir())
    assert {name for _, name in named} == set(PICTURES)
    assert {file.stem for file in files} == set(PICTURES)
    assert all(len(text) > 20 for text, _ in named)
    sizes = [file.stat().st_size for file in files]
    assert max(sizes) <= MOST_EACH
    assert sum(sizes) <= MOST
