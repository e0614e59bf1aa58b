"""Who is added hears how to sign in; who lost a passkey gets in again; the log holds no link."""

import re
from collections.abc import Callable

import httpx
import pytest
import sqlalchemy as sa

from app.mail.compose import compose
from app.main import create_app
from app.office import Office
from app.settings import Settings
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.credentials import Enrolment, OpenIdAccount
from app.store.outbox import claim
from app.store.people import Person
from app.usecases.accounts import enrolments
from tests.support.builders import a_register
from tests.support.clock import Clock
from tests.support.inside import Inside
from tests.support.live import Live
from tests.support.visits import form_token, send, sign_in

WHO = "beheer@vng.example"
PLACE = "/beheer/personen"
NEW = {"name": "Registratie", "email": "registratie@vng.example", "roles": "secretariaat", "language": "nl"}
LINK = re.compile(r"http://\S+/uitnodiging/(\S+)")


def mails(live: Live) -> dict[str, str]:
    """What the mails that wait say now, in plain text, by address."""
    office = Office(live.settings, live.db, live.clock)
    with live.db.writing() as session:
        waiting = claim(session, 50, 60, live.clock())
    texts = {}
    with live.db.reading() as session:
        for mail in waiting:
            written = compose(office, session, mail)
            texts[mail.address] = getattr(written, "text", getattr(written, "why", ""))
    return texts


def number_of(live: Live, email: str) -> int:
    with live.db.reading() as session:
        return session.scalars(sa.select(Person.id).where(Person.email == email)).one()


def test_who_is_added_hears_how_to_sign_in_and_who_manages_gets_a_link(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    assert send(client, PLACE, NEW, page=f"{PLACE}/nieuw").status_code == 303
    jenv = {"name": "Opvang", "email": "opvang@jenv.example", "roles": "contactpersoon", "language": "nl"}
    with live.db.reading() as session:
        ministry = session.scalars(sa.select(Person.ministry_id).where(Person.email == "contact@jenv.example")).one()
    assert send(client, PLACE, {**jenv, "ministry": str(ministry)}, page=f"{PLACE}/nieuw").status_code == 303
    said = mails(live)
    assert "Vul op de pagina dit e-mailadres in" in said["opvang@jenv.example"]
    token = LINK.findall(said["registratie@vng.example"])[0]
    with httpx.Client(base_url=live.url) as invited:
        assert "Welkom, Registratie" in invited.get(f"/uitnodiging/{token}").text
        assert invited.get(f"/uitnodiging/{token[:-1]}").status_code == 404
        assert invited.get("/vragen").status_code == 303, "the link opens nothing else"
        live.clock.advance(days=7)
        assert "werkt niet meer" in invited.get(f"/uitnodiging/{token}").text


def test_who_lost_a_passkey_is_signed_out_and_gets_a_new_link_and_the_old_one_dies(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    them = number_of(live, "secretariaat@vng.example")
    page = f"{PLACE}/{them}"
    with httpx.Client(base_url=live.url) as theirs:
        sign_in(theirs, live, "secretariaat@vng.example")
        assert theirs.get("/vragen").status_code == 200
        assert send(client, f"{page}/uitnodiging", page=page).status_code == 303
        old = LINK.findall(mails(live)["secretariaat@vng.example"])[0]
        assert theirs.get("/vragen").status_code == 200
        assert send(client, f"{page}/toegang", {"zonder": "ja"}, page=page).status_code == 303
        assert theirs.get("/vragen").status_code == 303
    new = LINK.findall(mails(live)["secretariaat@vng.example"])[0]
    assert client.get(f"/uitnodiging/{old}").status_code == 404
    assert client.get(f"/uitnodiging/{new}").status_code == 200
    assert "werkt nog tot" in client.get(page).text
    with live.db.reading() as session:
        acts = session.scalars(sa.select(AuditEntry.act).where(AuditEntry.object == f"persoon:{them}")).all()
    assert acts == ["uitnodigen", "toegang-herstellen"]
    # Another address, or somebody who stopped: no link that is out makes a passkey for them.
    changed = {"name": "S", "email": "ander@vng.example", "roles": "secretariaat", "language": "nl"}
    assert send(client, page, changed, page=page).status_code == 303
    assert client.get(f"/uitnodiging/{new}").status_code == 404
    assert send(client, f"{page}/toegang", page=page).status_code == 303
    last = LINK.findall(mails(live)["ander@vng.example"])[0]
    assert send(client, f"{page}/beeindiging", page=page).status_code == 303
    assert client.get(f"/uitnodiging/{last}").status_code == 404


def test_an_account_elsewhere_is_untied_by_the_administrator(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    them = number_of(live, "secretariaat@vng.example")
    with live.db.writing() as session:
        now = live.clock()
        tied = OpenIdAccount(issuer="https://x", subject="7", person_id=them, created_at=now, last_used_at=now)
        session.add(tied)
    page = f"{PLACE}/{them}"
    assert "Gekoppeld aan een account van https://x" in client.get(page).text
    assert send(client, "/beheer/koppelingen/1/einde", page=page).headers["location"] == page
    assert send(client, "/beheer/koppelingen/1/einde", page=page).headers["location"] == PLACE
    with live.db.reading() as session:
        assert session.scalars(sa.select(OpenIdAccount)).all() == []


def test_a_link_is_in_no_log_and_a_form_without_a_device_uses_nothing_up(
    live: Live, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    them = number_of(live, "secretariaat@vng.example")
    send(client, f"{PLACE}/{them}/uitnodiging", page=f"{PLACE}/{them}")
    token = LINK.findall(mails(live)["secretariaat@vng.example"])[0]
    caplog.set_level("INFO")
    with httpx.Client(base_url=live.url) as invited:
        form = {"form_token": form_token(invited, f"/uitnodiging/{token}"), "passkey": "Laptop"}
        headers = {"Origin": live.url, "Sec-Fetch-Site": "same-origin"}
        for answer in ("", "{}"):
            sent = invited.post(f"/uitnodiging/{token}", data={**form, "antwoord": answer}, headers=headers)
            assert (sent.status_code, 'value="Laptop"' in sent.text) == (400, True)
    ours = [str(one.__dict__) for one in caplog.records if one.name.startswith("app.")]
    assert [line for line in ours if "/uitnodiging/{token}" in line]
    assert [line for line in ours if token in line] == []
    with live.db.reading() as session:
        assert session.scalars(sa.select(Enrolment.used_at)).all() == [None]


def test_an_invitation_holds_when_a_newer_key_comes_and_dies_with_the_key_that_made_it(
    make_settings: Callable[..., Settings], db: Db, clock: Clock
) -> None:
    a_register(db)
    with db.writing() as session:
        number = enrolments.make_by_command(session, WHO, clock())
    newer = "n" * 32
    before, during, after = (
        make_settings(),
        make_settings(secret=newer, old_secrets="x" * 32),
        make_settings(secret=newer),
    )
    link = Office(before, db, clock).enrolment_link(number).removeprefix(before.base_url)
    opened = []
    for settings in (before, during, after):
        browser = Inside(create_app(settings, db=db, clock=clock), settings.base_url)
        opened.append(browser.get(link).status_code)
        browser.close()
    assert opened == [200, 200, 404]


def test_who_is_invited_is_listed_until_they_come_in_and_a_link_is_withdrawn_and_sent_anew(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    listed = "/beheer/uitnodigingen"
    assert listed in client.get("/beheer").text
    assert "Er wacht geen uitnodiging." in client.get(listed).text
    send(client, PLACE, NEW, page=f"{PLACE}/nieuw")
    assert all(told in client.get(listed).text for told in ("Registratie", "Mail onderweg", "link werkt tot"))
    assert "Niemand gevonden." in client.get(listed, params={"zoek": "iemand anders"}).text
    token = LINK.search(mails(live)[NEW["email"]])
    assert token
    person = f"{PLACE}/{number_of(live, NEW['email'])}/uitnodiging"
    withdrawn = send(client, f"{person}/intrekking", {"lijst": "ja"}, page=listed)
    assert withdrawn.headers["location"] == listed
    assert "Link werkt niet meer" in client.get(listed).text
    assert httpx.get(f"{live.url}/uitnodiging/{token[1]}").status_code == 404
    assert send(client, person, {"lijst": "ja"}, page=listed).headers["location"] == listed
    assert client.get(listed).text.count("Registratie</a>") == 1  # the last one only
    sign_in(httpx.Client(base_url=live.url), live, NEW["email"]).close()
    assert "Er wacht geen uitnodiging." in client.get(listed).text
    assert "Is binnen" in client.get(listed, params={"stand": "alle"}).text
