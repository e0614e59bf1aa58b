"""Days with the ball by API."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.api.conftest import Caller
from tests.support.api import assert_problem

Make = Callable[..., Any]


def test_days_come_by_holder_with_what_waits_for_vng(vng: httpx.Client, a_sent_letter: Make) -> None:
    asked = [{"tekst": f"Vraag {n}?", "eigenaar": "JENV"} for n in range(5)]
    letter = a_sent_letter(*asked)  # of 19 October
    answer = {"tekst": "Ja.", "datumOntvangst": "2026-10-26"}
    first = letter["vragen"][0]
    assert vng.post(f"/vragen/{first['id']}/antwoorden", json=answer).status_code == 201
    told = vng.get("/statistieken/bal?eigenaar=JENV").raise_for_status().json()
    assert told["houders"] == [
        {"soort": "vng", "ministerie": None, "dagen": 28, "vragen": 1, "dagenPerVraag": None},
        {"soort": "eigenaar", "ministerie": "JENV", "dagen": 7 + 4 * 35, "vragen": 5, "dagenPerVraag": 29.4},
    ]
    assert [one["wat"] for one in told["onderweg"]] == ["doorgeleid", "uitgesteld", "betwist", "bezwaar"]
    assert (told["wachtOpOordeel"], told["langerDan15Werkdagen"]) == (1, 1)
    assert [one["nummer"] for one in told["teLangOpOordeel"]] == [first["nummer"]]
    assert vng.get("/statistieken/bal?opDatum=2026-10-18").json()["houders"] == []


def test_it_is_for_those_who_may_see_figures(caller: Caller) -> None:
    assert_problem(caller("contact@jenv.example").get("/statistieken/bal"), 403, "not-allowed")
