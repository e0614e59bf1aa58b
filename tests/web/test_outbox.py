"""The outbox page."""

import httpx
import pytest
import sqlalchemy as sa

from app.mail import kinds
from app.mail.post import post
from app.store.base import Db
from app.store.outbox import MailState, OutboxMail
from app.web.office.outbox import KINDS, STATES
from tests.support.builders import a_question, a_register
from tests.support.live import Live
from tests.support.visits import mailed_code, send, sign_in

WHO = "secretariaat@vng.example"


def mail_id(db: Db, kind: str) -> int:
    with db.reading() as session:
        return session.scalars(sa.select(OutboxMail.id).where(OutboxMail.kind == kind)).one()


@pytest.mark.database("sqlite")
def test_every_state_has_a_name_and_lists_its_mail(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as session:
        a_question(session)
    sign_in(client, live, WHO)
    assert set(STATES) == set(MailState)
    for state in MailState:
        with live.db.writing() as session:
            session.execute(sa.update(OutboxMail).where(OutboxMail.kind == "asked").values(state=state))
        assert "contact@jenv.example" in client.get(f"/postvak-uit?stand={state}").text
        others = next(other for other in MailState if other != state)
        assert "contact@jenv.example" not in client.get(f"/postvak-uit?stand={others}").text
    assert "contact@jenv.example" in client.get("/postvak-uit?stand=onzin").text
    assert WHO not in client.get("/postvak-uit").text.partition("<main")[2], "codes have a view of their own"
    assert WHO in client.get("/postvak-uit?stand=codes").text.partition("<main")[2]
    assert client.get("/postvak-uit/999999").status_code == 404


@pytest.mark.database("sqlite")
def test_what_a_mail_server_said_is_shown_as_it_is(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as session:
        a_question(session)
        session.execute(sa.update(OutboxMail).values(state=MailState.BOUNCED, why="550 {x} <b> 100% full"))
    sign_in(client, live, WHO)
    for address in ("/postvak-uit", f"/postvak-uit/{mail_id(live.db, 'asked')}"):
        assert "550 {x} &lt;b&gt; 100% full" in client.get(address).text


@pytest.mark.database("sqlite")
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
    assert "/a/1.answer." in files.replace("=\n", "")
    with live.db.reading() as session:
        ids = session.scalars(sa.select(OutboxMail.id)).all()
    shown = "".join(client.get(f"/postvak-uit/{one}").text for one in ids)
    assert "/a/…" in shown
    assert "••••••••" in shown
    assert "answer." not in shown
    assert code not in shown


def test_every_kind_of_mail_has_a_name() -> None:
    assert set(KINDS) == set(kinds.KINDS)
