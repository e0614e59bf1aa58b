"""Asked before, by API."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.api.conftest import Caller
from tests.support.api import assert_problem

Make = Callable[..., Any]
AMOUNT = "Welk bedrag per opvangplek geldt na 4 maart 2027?"


def test_an_earlier_question_is_proposed_linked_once_and_let_go(
    vng: httpx.Client, caller: Caller, a_sent_letter: Make
) -> None:
    first = a_sent_letter({"tekst": AMOUNT, "eigenaar": "JENV"})["vragen"][0]["id"]
    again = a_sent_letter({"tekst": AMOUNT, "eigenaar": "JENV"}, kenmerk="VNG/2026/200")["vragen"][0]["id"]
    path = f"/vragen/{again}/herhalingen"
    told = vng.get(path).raise_for_status().json()
    assert [(one["id"], "opvangplek" in one["gedeeldeWoorden"]) for one in told["voorstellen"]] == [(first, True)]
    for _ in range(2):
        answer = vng.post(path, json={"eerder": first})
        assert answer.status_code == 201
        assert [one["id"] for one in answer.json()["eerder"]] == [first]
        assert answer.json()["voorstellen"] == []
    assert [one["id"] for one in vng.get(f"/vragen/{first}/herhalingen").json()["opnieuw"]] == [again]
    ministry = caller("contact@jenv.example")
    assert ministry.get(path).json()["voorstellen"] == []
    assert_problem(ministry.post(path, json={"eerder": first}), 403, "not-allowed")
    assert_problem(vng.post(path, json={"eerder": again}), 404, "no-earlier-question")
    assert vng.delete(f"{path}/{first}").raise_for_status().json()["eerder"] == []
