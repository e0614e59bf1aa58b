"""The texts with which two pages begin: written by an administrator, and never unseen over another's."""

import httpx
import sqlalchemy as sa

from app.domain.introductions import LONGEST
from app.store.audit import AuditEntry
from app.store.introductions import Introduction
from tests.support.builders import a_question, a_register
from tests.support.live import Live
from tests.support.visits import send, sign_in
from tests.web.test_contacting import link_to

ADMIN, HOME = "beheer@vng.example", "/beheer/teksten"
FORM = f"{HOME}/antwoord"


def test_a_text_is_written_read_by_a_contact_and_cleared_again(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        question_id = a_question(s).id
    link = link_to(live, question_id)
    sign_in(client, live, ADMIN)
    assert HOME in client.get("/beheer").text
    default = "Met dit formulier geeft uw ministerie antwoord op één vraag."
    assert default in client.get(HOME).text
    assert default in client.get(link).text
    typed = {"versie": "0", "nl": "Eerste <b>alinea</b>.\r\n\r\nTweede\r\nregel.", "en": ""}
    assert send(client, FORM, typed).status_code == 303
    shown = client.get(link).text
    assert "<p>Eerste &lt;b&gt;alinea&lt;/b&gt;.</p><p>Tweede\nregel.</p>" in shown
    assert default not in shown
    assert "With this form your ministry answers one question." in client.get(HOME).text  # English wasn't written
    assert send(client, FORM, {"versie": "1", "nl": " ", "en": ""}).status_code == 303
    assert default in client.get(link).text
    with live.db.reading() as s:
        logged = s.scalars(sa.select(AuditEntry.detail).where(AuditEntry.act == "tekst-schrijven")).all()
    assert len(logged) == 2
    assert "alinea" not in "".join(logged)
    assert "Eerste &lt;b&gt;alinea" in client.get(FORM).text  # earlier editions stay to be read


def test_the_second_of_two_editors_is_told_and_loses_nothing(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    form = f"{HOME}/aanmelden"
    send(client, form, {"versie": "0", "nl": "Van de eerste", "en": "By the first"})
    second = send(client, form, {"versie": "0", "nl": "Van de tweede", "en": ""})
    assert second.status_code == 409
    assert all(told in second.text for told in ("Van de eerste", "Van de tweede", "Iemand anders wijzigde"))
    assert 'name="versie" value="1"' in second.text
    client.cookies.clear()
    assert "By the first" in client.get("/aanmelden", headers={"Accept-Language": "en"}).text
    assert "Van de eerste" in client.get("/aanmelden", headers={"Accept-Language": "nl"}).text
    sign_in(client, live, ADMIN)
    assert send(client, form, {"versie": "1", "nl": "Van de tweede", "en": ""}).status_code == 303
    same = send(client, form, {"versie": "2", "nl": "Van de tweede", "en": ""})
    assert same.status_code == 303
    with live.db.reading() as s:
        assert s.scalar(sa.select(sa.func.max(Introduction.edition))) == 2


def test_a_text_that_is_too_long_comes_back_whole(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    told = send(client, FORM, {"versie": "0", "nl": "x" * (LONGEST + 1), "en": "kept"})
    assert (told.status_code, "2001 tekens lang" in told.text, ">\nkept<" in told.text) == (400, True, True)
    assert client.get(f"{HOME}/elders").status_code in {404, 422, 400}
