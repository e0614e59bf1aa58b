"""The lists of administration that grow: searched, and read page by page."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK
from app.domain.permissions import Role
from app.domain.terms import TermKind, Unit
from app.store import audit
from app.store.access_log import AccessEntry
from app.store.ladder.escalation import Pause
from app.store.ministries import Ministry, MinistryAlias
from app.store.outbox import enqueue
from app.store.people import Person, PersonRole
from app.store.terms import DefaultTerm, EquatedDay
from tests.support.builders import a_register, at
from tests.support.live import Live
from tests.support.visits import sign_in

ADMIN = "beheer@vng.example"
MANY = 60


def bodies(session: Session) -> None:
    for n in range(MANY):
        ended = date(2024, 7, 1) if n % 2 else None
        session.add(Ministry(code=f"ZBO{n:02}", display=f"Zbo-{n:02}", name=f"dienst nummer {n:02}", valid_until=ended))
    session.flush()
    session.add(
        MinistryAlias(ministry_id=session.query(Ministry.id).filter_by(code="ZBO07").scalar(), alias="De Zeven")
    )


def many_terms(session: Session) -> None:
    for n in range(MANY):
        law = "Woo, artikel 4.4" if n == 7 else None
        session.add(DefaultTerm(name=f"Soort {n:02}", kind=TermKind.NORM, length=3, unit=Unit.WEEKS, law=law))


def many_days(session: Session) -> None:
    for n in range(MANY):
        session.add(EquatedDay(day=date(2027, 1, 4) + timedelta(weeks=n), basis=f"Besluit {n:02} van de Kroon"))


def many_pauses(session: Session) -> None:
    for n in range(MANY):
        day = date(2026, 12, 21) + timedelta(weeks=n)
        session.add(Pause(from_on=day, until_on=day, reason=f"Reces {n:02} van de Kamer"))


def many_people(session: Session) -> None:
    now = at(date(2026, 11, 2))
    people = [Person(name=f"Collega {n:02}", email=f"mens{n:02}@vng.example", created_at=now) for n in range(MANY)]
    session.add_all(people)
    session.flush()
    session.add_all(PersonRole(person_id=one.id, role=Role.LEADERSHIP) for one in people)


def walk(client: httpx.Client, path: str, shown: str, way: str) -> tuple[list[list[str]], str]:
    """What each page shows, from `path` on along its links of this kind, and the address of the last."""
    pages, here = list[list[str]](), path
    while True:
        text = client.get(here).raise_for_status().text
        pages.append(re.findall(shown, text))
        link = re.search(rf'href="([^"]+)" rel="{way}"', text)
        if link is None:
            return pages, here
        here = link[1].replace("&amp;", "&")


def to_the_end_and_back(client: httpx.Client, path: str, shown: str) -> None:
    forth, last = walk(client, path, shown, "next")
    seen = [one for page in forth for one in page]
    assert len(seen) == len(set(seen)) == MANY
    assert max(map(len, forth)) <= 50
    assert walk(client, last, shown, "prev")[0] == forth[::-1]
    assert client.get(path, params={"na": "onzin"}).status_code == 400


@pytest.mark.parametrize(
    ("path", "fill", "shown", "words", "found"),
    [
        ("/beheer/ministeries", bodies, r"Zbo-\d\d(?=</a>)", "de zeven", "Zbo-07"),
        ("/beheer/termijnen", many_terms, r"Soort \d\d(?=</a>)", "artikel 4.4", "Soort 07"),
        ("/beheer/kalender", many_days, r"Besluit \d\d(?= van)", "2027-02-22", "Besluit 07"),
        ("/beheer/escalatieladder", many_pauses, r"Reces \d\d(?= van)", "07 van", "Reces 07"),
        ("/beheer/personen", many_people, r"Collega \d\d(?=</a>)", "MENS07@", "Collega 07"),
        ("/beheer/abonnementen", many_people, r"Collega \d\d(?=</a>)", "MENS07@", "Collega 07"),
    ],
)
def test_a_long_list_is_read_to_its_end_and_back_and_searched(
    live: Live, client: httpx.Client, path: str, fill: Callable[[Session], None], shown: str, words: str, found: str
) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        fill(s)
    sign_in(client, live, ADMIN)
    to_the_end_and_back(client, path, shown)
    assert re.findall(shown, client.get(path, params={"zoek": words}).text) == [found]
    assert re.findall(shown, client.get(path, params={"zoek": "100%"}).text) == []


def test_mails_acts_and_readings_are_read_to_their_end_and_back(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    now = at(date(2026, 11, 2))
    with live.db.writing() as s:
        reader = s.scalars(sa.select(Person).where(Person.email == ADMIN)).one()
        for n in range(MANY):
            enqueue(s, reader, "alarm", f"alarm:{n}", now, said=f"{n:02}")
            audit.record(s, CLOCKWORK, "wijzigen", "termijnsoort:1", now, naam=f"Zaak {n:02}")
            s.add(AccessEntry(at=now, actor="taak", object="document:1", page=f"/proef/{n:02}"))
    sign_in(client, live, ADMIN)
    to_the_end_and_back(client, "/postvak-uit", r"/postvak-uit/(\d+)")
    to_the_end_and_back(client, "/beheer/logboek", r"Zaak \d\d")
    to_the_end_and_back(client, "/beheer/inzage", r"/proef/\d\d")


def test_ended_ministries_are_listed_apart(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    both = client.get("/beheer/ministeries").text
    assert both.index("Ministeries van nu</h2>") < both.index("Opgeheven</h2>")
    ended = client.get("/beheer/ministeries", params={"stand": "opgeheven"}).text
    assert ("AenM" in ended, "Ministeries van nu</h2>" in ended) == (True, False)
