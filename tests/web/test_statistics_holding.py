"""Who had the ball for how many days, and what waits too long for VNG, on a page and as files."""

import csv
import io
import re
from datetime import date

import httpx

from app.domain.letters import NewQuestion
from app.domain.questions import Verdict
from app.store.base import Db
from app.usecases import answering, closing, ownership
from tests.support.beginnings import beginning
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of
from tests.support.live import Live
from tests.support.visits import sign_in

LEADERSHIP = "directie@vng.example"


@beginning
def a_season(db: Db) -> None:
    """Of 5 October: five to JenV, one of which was answered on the 19th; one to BZK, passed on to OCW on the 12th."""
    a_register(db)
    with db.writing() as s:
        asked = [NewQuestion(f"Vraag {n}?", "JENV") for n in range(5)]
        *jenv, moved = questions_of(s, a_sent_letter(s, a_new_letter(*asked, NewQuestion("Van wie?", "BZK"))))
        contact = actor(s, "contact@jenv.example")
        answering.submit(s, contact, jenv[0].id, "Ja.", "Directeur", at(date(2026, 10, 19)))
        ownership.transfer(s, actor(s, "contact@bzk.example"), moved.id, "OCW", "Daar.", at(date(2026, 10, 12)))


def rows_of(client: httpx.Client, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.text), delimiter=";"))[1:]


def test_days_are_summed_by_holder_as_of_a_day(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    assert [row[:5] for row in rows_of(client, "/statistieken/bal.csv")] == [
        ["VNG", "oordeelt over antwoorden", "35", "1", ""],
        ["BZK", "eigenaar", "7", "1", ""],
        ["JenV", "eigenaar", "210", "5", "42,0"],
        ["OCW", "eigenaar", "42", "1", ""],
    ]
    assert [row[2] for row in rows_of(client, "/statistieken/bal.csv?peildatum=2026-10-12")] == ["7", "35", "0"]
    assert [row[0] for row in rows_of(client, "/statistieken/bal.csv?ministerie=OCW")] == ["BZK", "OCW"]


def test_what_happened_on_the_way_leads_to_its_questions(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    shown = client.get("/statistieken/bal").text
    address = re.search(r'href="(/statistieken/vragen\?telling=doorgeleid[^"]*)">1<', shown)
    assert address
    assert "Van wie?" in client.get(address[1].replace("&amp;", "&")).text
    assert "telling=bezwaar" not in shown
    assert "telling=doorgeleid" not in client.get("/statistieken/bal?peildatum=2026-10-11").text


def test_how_long_vng_itself_takes_leads_to_its_questions(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    with live.db.writing() as s:
        who = actor(s, "secretariaat@vng.example")
        asked = [NewQuestion(f"Nog {n}?", "OCW") for n in range(5)]
        for days, question in enumerate(questions_of(s, a_sent_letter(s, a_new_letter(*asked)))):
            received = [answering.ReceivedAnswer(question.id, "Ja.")]
            answering.record_received(s, who, received, date(2026, 10, 19), "Directeur", [], at(date(2026, 10, 22)))
            if days:
                closing.judge(s, who, question.id, Verdict.CONCRETE, "", at(date(2026, 10, 19 + 2 * days)))
    sign_in(client, live, LEADERSHIP)
    assert [row[:4] for row in rows_of(client, "/statistieken/klokken.csv")] == [
        ["Brief geregistreerd", "2", "2", ""],
        ["Antwoord op papier vastgelegd", "5", "5", "3"],
        ["Antwoord beoordeeld", "6", "4", "6"],
    ]
    shown = client.get("/statistieken/bal").text
    address = re.search(r'href="(/statistieken/vragen\?telling=vastleggen[^"]*)">5<', shown)
    assert address
    assert client.get(address[1].replace("&amp;", "&")).text.count("regie-item__title") == 5


def test_an_answer_that_waits_too_long_for_vng_is_listed(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    page = client.get("/statistieken/bal").text
    assert "1 antwoord wacht op een oordeel, waarvan 1 langer dan 15 werkdagen." in page
    assert "Vraag 0?" in page
    earlier = client.get("/statistieken/bal?peildatum=2026-11-09").text
    assert "waarvan 0 langer dan 15 werkdagen." in earlier
    assert "Vraag 0?" not in earlier
    assert client.get("/statistieken/bal?peildatum=nooit").status_code == 400
    assert client.get("/statistieken/bal.ods").status_code == 200


def test_a_coordinator_sees_the_questions_of_their_own_ministry_and_a_contact_nothing(
    live: Live, client: httpx.Client
) -> None:
    a_season(live.db)
    sign_in(client, live, "coordinator@jenv.example")
    assert {row[0] for row in rows_of(client, "/statistieken/bal.csv")} == {"JenV", "VNG"}
    assert client.get("/statistieken/bal?ministerie=BZK").status_code == 403
    client.cookies.clear()
    sign_in(client, live, "contact@jenv.example")
    assert client.get("/statistieken/bal").status_code == 403
