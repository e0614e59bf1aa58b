"""The log, the readings, what is kept for how long, and what is held on a person, on their pages."""

import json
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import httpx

from app.domain.questions import Act
from app.store.base import Db
from app.usecases import audit, drafts
from app.web.oversight.log_words import ACTS
from tests.support.answer_links import link_to
from tests.support.builders import a_question, a_register, actor, at
from tests.support.live import Live
from tests.support.visits import send, sign_in
from tests.usecases.test_retention import a_closed_letter

ADMIN, SECRETARIAT, CONTACT = "beheer@vng.example", "secretariaat@vng.example", "contact@jenv.example"


def read(live: Live) -> None:
    live.app.state.reads.write()


def a_checked_register(db: Db) -> int:
    a_register(db)
    with db.writing() as s:
        question_id = a_question(s).id
    with db.reading() as s:
        found = audit.verify(s)
    with db.writing() as s:
        audit.check(s, found, at(date(2026, 11, 23)))
    return question_id


def test_every_act_on_a_question_is_told_in_a_sentence() -> None:
    assert set(Act) <= set(ACTS)


def test_the_log_is_narrowed_and_taken_along(live: Live, client: httpx.Client) -> None:
    a_checked_register(live.db)
    sign_in(client, live, ADMIN)
    shown = client.get("/beheer/logboek").text
    assert "Het logboek is heel." in shown
    assert "Secretariaat verstuurde brief 2026-001." in shown
    about_one = client.get("/beheer/logboek?voorwerp=2026-001&handeling=registreren").text
    assert "registreerde brief 2026-001" in about_one
    assert "verstuurde brief" not in about_one.partition("regie-list")[2]
    assert "Er is niets gevonden" in client.get("/beheer/logboek?wie=secretariaat&tot=2020-01-01").text
    assert "Er is niets gevonden" not in client.get("/beheer/logboek?wie=secretariaat&van=2020-01-01").text
    assert "verstuurde brief 2026-001" in client.get("/beheer/logboek.csv?wie=secretariaat").text
    assert ZipFile(BytesIO(client.get("/beheer/logboek.ods").content)).testzip() is None
    assert client.get("/beheer/logboek?na=niets").status_code == 400


def test_who_reads_a_thing_or_takes_a_file_along_is_noted_and_a_link_or_a_list_is_not(
    live: Live, client: httpx.Client
) -> None:
    question_id = a_checked_register(live.db)
    link = link_to(live, question_id)
    client.get(link)
    sign_in(client, live, SECRETARIAT)
    for address in ("/vragen", f"/vragen/{question_id}", f"/vragen/{question_id}/termijn", "/vragen.csv"):
        assert client.get(address).status_code == 200
    client.get("/vragen/999999")
    client.head(f"/vragen/{question_id}")
    read(live)
    sign_in(client, live, ADMIN)
    lines = client.get("/beheer/inzage.csv").text.splitlines()[1:]
    assert [line.split(";")[4:] for line in lines] == [
        ['"uitvoer:vragen.csv"', '"/vragen.csv"'],
        [f'"vraag:{question_id}"', '"/vragen/{question_id}/termijn"'],
        [f'"vraag:{question_id}"', '"/vragen/{question_id}"'],
    ]
    assert "Secretariaat bekeek vraag 2026-001.1." in client.get("/beheer/inzage?wie=secretariaat").text
    assert "Er is niets gevonden" in client.get("/beheer/inzage?wie=directie").text


def test_the_secretariat_agrees_and_the_administrator_removes(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    question_id = a_closed_letter(live.db)
    sign_in(client, live, ADMIN)
    here = "/beheer/bewaren"
    refused = send(client, here, {"maanden-brieven": "3", "maanden-inzage": "24"})
    assert refused.status_code == 400
    assert 'value="3"' in refused.text
    assert send(client, f"{here}/voorstellen", page=here).status_code == 303
    assert "Bekijk het voorstel" in client.get(here).text
    assert send(client, f"{here}/1", {"zeker": "ja"}).status_code == 409
    with httpx.Client(base_url=live.url, timeout=60) as other:
        sign_in(other, live, SECRETARIAT)
        assert "Opvang van Oekra" in other.get(f"{here}/1").text
        assert send(other, f"{here}/1", {"zeker": "ja"}).status_code == 403
        assert send(other, f"{here}/1/instemming", page=f"{here}/1").status_code == 303
        assert send(client, f"{here}/1").status_code == 400, "the box was not ticked"
        assert send(client, f"{here}/1", {"zeker": "ja"}).status_code == 303
        shown = other.get(f"/vragen/{question_id}")
        assert "Verwijderd na de bewaartermijn" in shown.text
        assert "Geheim" not in shown.text
        assert other.get("/vragen?zoek=verwijderd").status_code == 200
    assert "Wat is verwijderd" in client.get(here).text


def test_people_see_all_that_is_held_on_them_and_vng_no_drafts(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        question_id, me = a_question(s).id, actor(s, CONTACT)
        drafts.save_draft(s, me, question_id, "Nog geheim.", "Hoofd", None, live.clock())
    sign_in(client, live, CONTACT)
    shown = client.get("/mijn/gegevens")
    assert (shown.status_code, "Nieuwe vraag" in shown.text, ">asked<" in shown.text) == (200, True, False)
    mine = client.get("/mijn/gegevens.json").json()
    assert mine["Persoon"][0]["E-mailadres"] == CONTACT
    assert mine["Concepten"][0]["Tekst"] == "Nog geheim."
    assert client.get(f"/beheer/personen/{me.person_id}/gegevens").status_code == 403
    read(live)
    sign_in(client, live, ADMIN)
    theirs = client.get(f"/beheer/personen/{me.person_id}/gegevens.json")
    assert "Nog geheim." not in json.dumps(theirs.json())
    assert {one["Voorwerp"] for one in theirs.json()["Inzage"]} == {f"persoon:{me.person_id}"}
    assert client.get(f"/beheer/personen/{me.person_id}/gegevens.ods").status_code == 200
    assert client.get("/beheer/personen/999999/gegevens").status_code == 404
    read(live)
    assert "bekeek Contact." in client.get("/beheer/inzage").text
