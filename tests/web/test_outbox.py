"""The outbox page."""

from collections.abc import Callable
from types import SimpleNamespace

import httpx
import sqlalchemy as sa
from fastapi import Request
from playwright.sync_api import Page, expect

from app.mail import kinds
from app.mail.post import post
from app.office import Office
from app.settings import Settings
from app.store.base import Db
from app.store.outbox import MailState, OutboxMail
from app.web.office.outbox import KINDS, STATES, as_file
from tests.support.accessible import assert_accessible
from tests.support.browser import assert_no_sideways_scroll
from tests.support.builders import a_question, a_register, actor
from tests.support.clock import Clock
from tests.support.live import Live
from tests.support.visits import mailed_code, send, sign_in, sign_in_on

WHO = "secretariaat@vng.example"


def mail_ids(db: Db) -> list[int]:
    with db.reading() as session:
        return list(session.scalars(sa.select(OutboxMail.id).order_by(OutboxMail.id)))


def mail_id(db: Db, kind: str) -> int:
    with db.reading() as session:
        return session.scalars(sa.select(OutboxMail.id).where(OutboxMail.kind == kind)).one()


def test_every_state_has_a_name_and_lists_its_mail(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as session:
        a_question(session)
    send(client, "/aanmelden", {"email": WHO})
    sign_in(client, live, WHO)
    assert set(STATES) == set(MailState)
    for state in MailState:
        with live.db.writing() as session:
            session.execute(sa.update(OutboxMail).where(OutboxMail.kind == "asked").values(state=state))
        assert "contact@jenv.example" in client.get(f"/postvak-uit?stand={state}").text
        others = next(other for other in MailState if other != state)
        listed = client.get(f"/postvak-uit?stand={others}").text.partition('class="regie-list"')[2]
        assert "contact@jenv.example" not in listed
    assert "contact@jenv.example" in client.get("/postvak-uit?stand=onzin").text
    assert WHO not in client.get("/postvak-uit").text.partition("<main")[2], "codes have a view of their own"
    assert WHO in client.get("/postvak-uit?stand=codes").text.partition("<main")[2]
    assert client.get("/postvak-uit/999999").status_code == 404


def test_what_a_mail_server_said_is_shown_as_it_is(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as session:
        a_question(session)
        session.execute(sa.update(OutboxMail).values(state=MailState.BOUNCED, why="550 {x} <b> 100% full"))
    sign_in(client, live, WHO)
    for address in ("/postvak-uit", f"/postvak-uit/{mail_id(live.db, 'asked')}"):
        assert "550 {x} &lt;b&gt; 100% full" in client.get(address).text


def test_the_page_shows_no_working_link_or_code(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as session:
        a_question(session)
    sign_in(client, live, WHO)
    with httpx.Client(base_url=live.url) as other:
        send(other, "/aanmelden", {"email": "directie@vng.example"})
        code = mailed_code(live)
        post(live.app.state.office)
    folder = live.settings.mail_folder
    files = "".join(path.read_text() for path in folder.glob("*.eml"))
    assert code in files
    assert ".answer." in files.replace("=\n", "")
    with live.db.reading() as session:
        ids = session.scalars(sa.select(OutboxMail.id)).all()
    shown = "".join(client.get(f"/postvak-uit/{one}").text for one in ids)
    assert "/a/…" in shown
    assert "••••••••" in shown
    assert "answer." not in shown
    assert code not in shown


def test_every_kind_of_mail_has_a_name() -> None:
    assert set(KINDS) == set(kinds.KINDS)


def test_mail_is_found_by_reader_question_letter_and_kind(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as session:
        a_question(session, "JENV")
        a_question(session, "BZK")
    sign_in(client, live, WHO)
    jenv, bzk = "contact@jenv.example", "contact@bzk.example"
    for search, there, not_there in (
        ("lezer=JENV", jenv, bzk),
        ("nummer=2026-002.1", bzk, jenv),
        ("nummer=2026-001", jenv, bzk),
        ("soort=asked&lezer=bzk", bzk, jenv),
    ):
        found = client.get(f"/postvak-uit?{search}").text
        assert there in found, search
        assert not_there not in found, search
    assert "Er is geen mail die hieraan voldoet" in client.get("/postvak-uit?soort=round").text
    wrong = client.get("/postvak-uit?nummer=twaalf")
    assert wrong.status_code == 400
    assert "twaalf is geen briefnummer" in wrong.text


def test_a_sent_mail_is_shown_as_it_went_and_can_be_sent_again(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as session:
        a_question(session)
    post(live.app.state.office, hurried=True)
    sign_in(client, live, WHO)
    first = mail_id(live.db, "asked")
    shown = client.get(f"/postvak-uit/{first}").text
    assert "Wanneer komt er duidelijkheid?" in shown
    assert "Links en codes zijn onleesbaar gemaakt" in shown
    assert client.get(f"/postvak-uit/{first}/bericht.eml").status_code == 404
    path = f"/postvak-uit/{first}/opnieuw"
    assert "Schrijf waarom" in send(client, path, {"reason": " "}, page=f"/postvak-uit/{first}").text
    again = send(client, path, {"reason": "Niet gevonden"}, page=f"/postvak-uit/{first}")
    assert again.status_code == 303
    assert "Niet gevonden" in client.get(again.headers["location"]).text
    assert "Verstuur opnieuw" not in client.get(f"/postvak-uit/{first}").text, "it still waits"


def test_the_demo_offers_the_message_itself(make_settings: Callable[..., Settings], db: Db, clock: Clock) -> None:
    a_register(db)
    with db.writing() as session:
        a_question(session)
    office = Office(make_settings(demo=True), db, clock)
    post(office, hurried=True)
    request = Request({"type": "http", "app": SimpleNamespace(state=SimpleNamespace(office=office))})
    with db.reading() as session:
        response = as_file(request, actor(session, WHO), mail_id(db, "asked"))
    assert response.body.startswith(b"Message-ID: <")
    assert response.media_type == "message/rfc822"


def test_held_mail_is_shown_to_all_and_let_go_by_the_administrator(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as session:
        a_question(session)
        a_question(session)
        session.execute(sa.update(OutboxMail).values(state=MailState.HELD))
        reader = session.scalars(sa.select(OutboxMail.person_id)).first()
    sign_in(client, live, WHO)
    told = client.get("/postvak-uit").text
    assert "2 mails aangehouden" in told
    assert "Geef vrij aan" not in told
    fields = {"person": str(reader)}
    assert send(client, "/postvak-uit/vrijgave", fields, page="/postvak-uit").status_code == 403
    with httpx.Client(base_url=live.url) as other:
        sign_in(other, live, "beheer@vng.example")
        assert "Geef vrij aan" in other.get("/postvak-uit").text
        assert send(other, "/postvak-uit/vrijgave", fields, page="/postvak-uit").status_code == 303
        assert "2 mails zijn vrijgegeven" in other.get("/postvak-uit").text
    with live.db.reading() as session:
        kept = session.scalars(sa.select(OutboxMail.state).where(OutboxMail.person_id == reader)).all()
    assert kept == [MailState.PENDING] * 2


def test_the_outbox_can_be_used_by_everybody(live: Live, page: Page) -> None:
    a_register(live.db)
    with live.db.writing() as session:
        a_question(session)
    post(live.app.state.office, hurried=True)
    with live.db.writing() as session:
        a_question(session)
        session.execute(sa.update(OutboxMail).where(OutboxMail.sent_at.is_(None)).values(state=MailState.HELD))
    sign_in_on(page, live, "beheer@vng.example", "/postvak-uit")
    for path in ("", f"/{mail_ids(live.db)[0]}", f"/{mail_ids(live.db)[1]}"):
        page.goto(f"{live.url}/postvak-uit{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_accessible(page)
        page.set_viewport_size({"width": 360, "height": 800})
        assert_no_sideways_scroll(page)
