"""The weekly digest by mail: for oneself, from the mail, and for others."""

import httpx
import sqlalchemy as sa

from app.domain.capabilities import UNSUBSCRIBING, make_personal
from app.store.figures.digests import subscribers
from app.store.people import Person
from tests.support.builders import a_register
from tests.support.live import Live
from tests.support.visits import send, sign_in

LEADERSHIP, ADMIN = "directie@vng.example", "beheer@vng.example"
OWN, ALL = "/mijn/weekoverzicht", "/beheer/abonnementen"


def get_it(live: Live) -> list[str]:
    with live.db.reading() as s:
        return [email for _, email, _ in subscribers(s)]


def number_of(live: Live, email: str) -> int:
    with live.db.reading() as s:
        return s.scalars(sa.select(Person.id).where(Person.email == email)).one()


def test_one_can_stop_the_mail_and_have_it_again(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, LEADERSHIP)
    assert f'href="{OWN}"' in client.get("/overzichten").text
    assert "U krijgt het weekoverzicht per mail." in client.get(OWN).text
    send(client, OWN, {"ontvangen": ""})
    assert "U krijgt het weekoverzicht niet per mail." in client.get(OWN).text
    send(client, OWN, {"ontvangen": "ja"})
    assert "U krijgt het weekoverzicht per mail." in client.get(OWN).text


def test_the_link_in_the_mail_stops_it_without_signing_in_and_only_after_a_press(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    person_id = number_of(live, LEADERSHIP)
    link = f"/afmelding/{make_personal(person_id, 0, live.app.state.office.key_for(UNSUBSCRIBING))}"
    assert LEADERSHIP in client.get(link).text
    assert get_it(live) == [LEADERSHIP]
    for _ in range(2):
        done = send(client, link)
        assert "Wij sturen het weekoverzicht niet meer naar directie@vng.example." in done.text
    assert get_it(live) == []
    for other in (link + "0", "/afmelding/1.0.0", link.replace(f"/{person_id}.", f"/{person_id + 1}.")):
        assert client.get(other).status_code == 404, other


def test_an_administrator_chooses_for_others_who_may_read_it(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    text = client.get(ALL).text
    assert "secretariaat@vng.example" in text
    assert "contact@jenv.example" not in text
    secretariat = number_of(live, "secretariaat@vng.example")
    assert send(client, f"{ALL}/{secretariat}", {"ontvangen": "ja"}, page=ALL).status_code == 303
    assert set(get_it(live)) == {
        "secretariaat@vng.example",
        LEADERSHIP,
    }
    contact = number_of(live, "contact@jenv.example")
    assert send(client, f"{ALL}/{contact}", {"ontvangen": "ja"}, page=ALL).status_code == 403
    assert client.get(f"{ALL}?zoek=directie").text.count("<tr") == 2
