"""An open list follows what others do, without disturbing whoever is at work in it."""

from datetime import date

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.store.accounts import UserSession
from app.usecases import answering
from tests.support.builders import a_question, a_register, actor, at
from tests.support.clock import Clock
from tests.support.live import Live
from tests.support.visits import sign_in, sign_in_on

SECRETARIAT, CONTACT = "secretariaat@vng.example", "contact@jenv.example"


def accept(live: Live, question_id: int) -> None:
    with live.db.writing() as s:
        answering.accept(s, actor(s, CONTACT), question_id, at(date(2026, 10, 6)))


def two_questions(live: Live) -> list[int]:
    a_register(live.db)
    with live.db.writing() as s:
        return [a_question(s).id, a_question(s).id]


def test_the_version_changes_with_every_act_and_only_then(live: Live, client: httpx.Client, clock: Clock) -> None:
    ids = two_questions(live)
    assert client.get("/vers").status_code == 303  # to sign in first
    sign_in(client, live, SECRETARIAT)
    first = client.get("/vers")
    assert (first.status_code, first.content) == (204, b"")
    known = {"If-None-Match": first.headers["etag"]}
    assert client.get("/vers", headers=known).status_code == 304
    accept(live, ids[0])
    changed = client.get("/vers", headers=known)
    assert changed.status_code == 204
    assert changed.headers["etag"] != first.headers["etag"]

    def last_use() -> object:
        with live.db.reading() as s:
            return s.scalar(sa.select(sa.func.max(UserSession.seen_at)))

    before = last_use()
    clock.advance(minutes=5)
    client.get("/vers", headers={"X-Regie-Live": "1"})
    assert last_use() == before  # who only looks, by itself, is not at work
    client.get("/vers")
    assert last_use() != before


def test_the_list_follows_but_never_under_somebodys_hands(live: Live, page: Page) -> None:
    ids = two_questions(live)
    sign_in_on(page, live, SECRETARIAT, "/vragen")
    look = "document.dispatchEvent(new Event('visibilitychange'))"
    with page.expect_response("**/vers"):
        page.evaluate(look)
    accept(live, ids[0])
    page.evaluate(look)
    expect(page.locator("#live")).to_contain_text("De lijst is bijgewerkt.")
    expect(page.locator("#lijst")).to_contain_text("In behandeling")
    page.get_by_role("checkbox").first.check()
    accept(live, ids[1])
    page.evaluate(look)
    expect(page.locator("#live")).to_contain_text("Er is intussen iets veranderd.")
    expect(page.get_by_role("checkbox").first).to_be_checked()
    expect(page.locator("#lijst").get_by_text("In behandeling")).to_have_count(1)
    page.get_by_role("link", name="Toon het").click()
    expect(page.locator("#lijst").get_by_text("In behandeling")).to_have_count(2)
