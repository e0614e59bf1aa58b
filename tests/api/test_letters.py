"""Letters by API: the whole way of a real one, and everything that can be wrong with one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from app.store.outbox import OutboxMail
from tests.support.api import a_letter, assert_problem
from tests.support.live import Live

# In our own words: what the letter about asylum and migration asks, as requests to those it names.
REQUESTS: list[dict[str, Any]] = [
    {
        "kop": "Regie op het migratiedossier",
        "tekst": "Wilt u de regie op het migratiedossier versterken en ons laten weten wie dat gaat doen?",
        "soort": "verzoek",
        "eigenaar": "AZ",
        "meebetrokken": ["J&V", "BZK", "SZW", "OCW", "VWS"],
    },
    {
        "tekst": "Hoe stemt u het beleid over de huisvesting van statushouders onderling af? Er zijn twee richtingen.",
        "eigenaar": "BZK",
        "meebetrokken": ["J en V"],
    },
    {
        "tekst": "Wat betekent de wijziging van de Vreemdelingenwet voor de wachttijden in de keten?",
        "eigenaar": "ministerie van Justitie en Veiligheid",
        "termijn": {"soort": "norm", "aantal": 10, "eenheid": "werkdagen"},
    },
    {
        "tekst": "Betrekt u gemeenten ook bestuurlijk bij de scenario’s voor de opvang van Oekraïners?",
        "soort": "verzoek",
        "eigenaar": "JenV",
        "termijn": {"soort": "afspraak", "datum": "2026-12-15"},
    },
    {
        "tekst": "Hoe blijft inburgering mogelijk als statushouders later een woning krijgen?",
        "eigenaar": "szw",
        "termijn": {"soort": "wettelijk", "aantal": 6, "eenheid": "weken"},
    },
    {"tekst": "Krijgen alle kinderen in de opvang onderwijs?", "eigenaar": "OCW"},
]
REAL = {
    "onderwerp": "Coördinatie, samenhang en samenwerking in het beleid",
    "kenmerk": "VNG/2026/0417",
    "datum": "2026-10-19",
    "aan": "Algemene Zaken",
    "terAttentieVan": "de minister-president",
    "kanaal": "brief",
    "tekst": "Geachte heer,\r\n\r\nMet deze brief vragen wij aandacht voor de samenhang.",
    "vragen": REQUESTS,
}


def test_the_real_letter_is_registered_sent_five_weeks_back_and_followed(vng: httpx.Client, live: Live) -> None:
    five_weeks_back = (live.clock.today - timedelta(weeks=5)).isoformat()
    made = vng.post("/brieven", json=REAL)
    assert made.status_code == 201, made.text
    letter = made.json()
    assert made.headers["location"] == f"{live.url}/api/v1/brieven/{letter['id']}"
    assert (letter["nummer"], letter["status"], letter["aan"]) == ("2026-001", "concept", "AZ")
    assert letter["tekst"] == "Geachte heer,\n\nMet deze brief vragen wij aandacht voor de samenhang."
    sent = vng.post(f"/brieven/{letter['id']}/verzending", json={"datum": five_weeks_back})
    assert sent.status_code == 200
    assert sent.json() == vng.get(made.headers["location"]).json()
    assert (sent.json()["status"], sent.json()["verzondenOp"]) == ("uitgezet", five_weeks_back)
    asked = sent.json()["vragen"]
    assert [(one["nummer"], one["eigenaar"], one["uitersteAntwoorddatum"], one["teLaat"]) for one in asked] == [
        ("2026-001.1", "AZ", "2026-11-09", True),
        ("2026-001.2", "BZK", "2026-11-09", True),
        ("2026-001.3", "JENV", "2026-11-02", True),
        ("2026-001.4", "JENV", "2026-12-15", False),
        ("2026-001.5", "SZW", "2026-11-30", False),
        ("2026-001.6", "OCW", "2026-11-09", True),
    ]
    assert asked[0]["meebetrokken"] == ["BZK", "JENV", "OCW", "SZW", "VWS"]
    assert asked[0]["balLigtBij"] == {"soort": "eigenaar", "ministerie": "AZ", "sinds": five_weeks_back}
    assert asked[1]["kop"] == "Hoe stemt u het beleid over de huisvesting van statushouders onderling af?"
    assert asked[3]["termijn"] == {"soort": "afspraak", "aantal": None, "eenheid": None, "datum": "2026-12-15"}
    assert {one["gevraagdOp"] for one in asked} == {five_weeks_back}
    with live.db.reading() as session:
        addresses = session.scalars(sa.select(OutboxMail.address).where(OutboxMail.kind == "asked"))
        assert sorted(addresses) == [f"contact@{code}.example" for code in ("az", "bzk", "jenv", "ocw", "szw")]


def test_names_are_read_by_the_letters_date(vng: httpx.Client) -> None:
    old = vng.post("/brieven", json=a_letter({"tekst": "Hoe?", "eigenaar": "A&M"}, datum="2025-11-03"))
    assert old.json()["vragen"][0]["eigenaar"] == "AENM"


def test_an_ended_owner_gets_its_successor_offered(vng: httpx.Client) -> None:
    new = a_letter({"tekst": "Hoe?", "eigenaar": "A&M"}, {"tekst": "En?", "eigenaar": "JENV", "meebetrokken": ["VRO"]})
    told = assert_problem(vng.post("/brieven", json=new), 400, "ended-ministry")
    assert [(one["veld"], one["code"], one["opvolger"]) for one in told["fouten"]] == [
        ("vragen.0.eigenaar", "ended-ministry", "JENV"),
        ("vragen.1.meebetrokken", "ended-ministry", "BZK"),
    ]
    assert "22 februari 2026" in told["fouten"][0]["melding"]


def test_all_that_the_rules_refuse_is_told_at_once(vng: httpx.Client) -> None:
    new = a_letter(
        {"tekst": " ", "eigenaar": ""},
        {"tekst": "Hoe?", "eigenaar": "XYZ", "termijn": {"soort": "afspraak", "datum": "2026-10-01"}},
        onderwerp="",
        aan="Nergens",
    )
    told = assert_problem(vng.post("/brieven", json=new), 400, "missing")
    assert [(one["veld"], one["code"]) for one in told["fouten"]] == [
        ("onderwerp", "missing"),
        ("aan", "unknown-ministry"),
        ("vragen.0.tekst", "missing"),
        ("vragen.0.eigenaar", "missing"),
        ("vragen.1.eigenaar", "unknown-ministry"),
        ("vragen.1.termijn", "due-before-letter"),
    ]


def test_all_that_is_no_letter_at_all_is_told_at_once(vng: httpx.Client) -> None:
    new = a_letter(
        {"tekst": 5, "eigenaar": "JENV", "termijn": {"soort": "norm", "aantal": 0, "eenheid": "weken"}},
        {"tekst": "x" * 10_001, "eigenaar": "JENV", "soort": "wens", "urgent": True},
        {"tekst": "Hoe?", "eigenaar": "JENV", "termijn": {"soort": "norm", "aantal": 3, "datum": "2026-11-30"}},
        {"tekst": "Hoe?\x00", "eigenaar": "JENV", "termijn": {"soort": "norm", "aantal": 10**30, "eenheid": "dagen"}},
        datum="2026-02-30",
        kanaal=None,
        kenmerken="VNG/1",
    )
    del new["kenmerk"]
    told = assert_problem(vng.post("/brieven", json=new), 400, "missing")
    assert [(one["veld"], one["code"]) for one in told["fouten"]] == [
        ("kenmerk", "missing"),
        ("datum", "bad-date"),
        ("kanaal", "unknown-value"),
        ("vragen.0.tekst", "bad-type"),
        ("vragen.0.termijn.aantal", "term-length"),
        ("vragen.1.tekst", "too-long"),
        ("vragen.1.soort", "unknown-value"),
        ("vragen.1.urgent", "unknown-key"),
        ("vragen.2.termijn.datum", "term-date-not-counted"),
        ("vragen.3.tekst", "bad-text"),
        ("vragen.3.termijn.aantal", "term-length"),
        ("kenmerken", "unknown-key"),
    ]
    assert vng.get("/brieven").json()["brieven"] == []


def test_a_letter_without_questions_or_with_too_many_is_refused(vng: httpx.Client) -> None:
    assert_problem(vng.post("/brieven", json={**a_letter(), "vragen": []}), 400, "no-questions")
    many = [{"tekst": "Hoe?", "eigenaar": "JENV"}] * 201
    assert_problem(vng.post("/brieven", json=a_letter(*many)), 400, "too-many")


@pytest.mark.parametrize(
    ("day", "code"), [("1949-12-31", "date-too-early"), ("9999-12-31", "date-range"), ("0001-01-01", "date-too-early")]
)
def test_a_date_beyond_the_calendar_is_refused(vng: httpx.Client, day: str, code: str) -> None:
    told = assert_problem(vng.post("/brieven", json=a_letter(datum=day)), 400, code)
    assert told["fouten"][0]["veld"] == "datum"


def test_a_letter_goes_out_once_and_today_where_no_date_is_given(vng: httpx.Client, live: Live) -> None:
    letter = vng.post("/brieven", json=a_letter()).json()
    sent = vng.post(f"/brieven/{letter['id']}/verzending")
    assert sent.json()["verzondenOp"] == live.clock.today.isoformat()
    assert_problem(vng.post(f"/brieven/{letter['id']}/verzending"), 409, "not-a-concept")
    assert_problem(vng.post(f"/brieven/{letter['id']}/intrekking", json={"reden": "Dubbel"}), 409, "not-a-concept")


def test_a_concept_can_be_withdrawn(vng: httpx.Client) -> None:
    letter = vng.post("/brieven", json=a_letter()).json()
    withdrawn = vng.post(f"/brieven/{letter['id']}/intrekking", json={"reden": "Dubbel"})
    assert (withdrawn.status_code, withdrawn.json()["status"]) == (200, "ingetrokken")


def test_a_request_that_is_repeated_with_its_key_makes_one_letter(vng: httpx.Client) -> None:
    key = {"Idempotency-Key": "9f1c"}
    made, again, other = (vng.post("/brieven", json=a_letter(), headers=one) for one in (key, key, {}))
    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json()["nummer"] == again.json()["nummer"] != other.json()["nummer"]
    assert_problem(vng.post("/brieven", json=a_letter(onderwerp="Anders"), headers=key), 409, "saved-already")


def test_letters_are_listed_newest_first_and_narrowed(vng: httpx.Client, a_sent_letter: Callable[..., Any]) -> None:
    a_sent_letter(onderwerp="Wonen")
    a_sent_letter({"tekst": "Hoe?", "eigenaar": "FIN"}, kenmerk="VNG/2026/9")
    vng.post("/brieven", json=a_letter())

    def numbers(**asked: str) -> list[str]:
        return [one["nummer"] for one in vng.get("/brieven", params=asked).raise_for_status().json()["brieven"]]

    assert numbers() == ["2026-003", "2026-002", "2026-001"]
    assert numbers(status="concept") == ["2026-003"]
    assert numbers(eigenaar="FIN") == ["2026-002"]
    assert numbers(zoek="wonen") == ["2026-001"]
    assert numbers(zoek="2026-002") == ["2026-002"]
    assert numbers(eigenaar="AENM") == []
    in_list = vng.get("/brieven", params={"zoek": "wonen"}).json()["brieven"][0]
    assert (in_list["eigenaren"], in_list["aantalVragen"], in_list["aantalTeLaat"]) == (["JENV"], 1, 1)


def test_a_ministry_sees_its_own_questions_of_a_letter_and_no_concepts(
    vng: httpx.Client, jenv: httpx.Client, a_sent_letter: Callable[..., Any]
) -> None:
    letter = a_sent_letter({"tekst": "Hoe?", "eigenaar": "FIN"}, {"tekst": "En?", "eigenaar": "JENV"})
    other = a_sent_letter({"tekst": "Hoe?", "eigenaar": "FIN"})
    concept = vng.post("/brieven", json=a_letter()).json()
    seen = jenv.get(f"/brieven/{letter['id']}").json()
    assert [one["nummer"] for one in seen["vragen"]] == ["2026-001.2"]
    assert [one["nummer"] for one in jenv.get("/brieven").json()["brieven"]] == ["2026-001"]
    for hidden in (other, concept):
        assert_problem(jenv.get(f"/brieven/{hidden['id']}"), 404, "no-letter")
    assert_problem(jenv.post("/brieven", json=a_letter()), 403, "not-allowed")
