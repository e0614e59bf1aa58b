"""The codes that other routes speak of."""

import httpx

from app.store.ministries import Dossier
from tests.api.conftest import Caller
from tests.support.api import a_letter
from tests.support.live import Live


def test_ministries_are_listed_with_their_validity_and_successor(vng: httpx.Client) -> None:
    listed = {one["code"]: one for one in vng.get("/ministeries").json()["ministeries"]}
    assert len(listed) == 16
    assert listed["AENM"] == {
        "code": "AENM",
        "afkorting": "AenM",
        "naam": "ministerie van Asiel en Migratie",
        "geldigVan": "2024-07-02",
        "geldigTot": "2026-02-22",
        "opvolger": "JENV",
        "tooi": "mnre1162",
        "oin": "00000003953209700000",
    }
    assert listed["JENV"]["opvolger"] is None


def test_a_dossier_goes_by_its_code_or_name(vng: httpx.Client, caller: Caller, live: Live) -> None:
    with live.db.writing() as session:
        session.add(Dossier(slug="wonen", name="Wonen en bouwen"))
    assert {"code": "wonen", "naam": "Wonen en bouwen"} in vng.get("/dossiers").json()["dossiers"]
    made = vng.post("/brieven", json=a_letter(dossier="wonen en bouwen")).json()
    assert (made["dossier"], made["vragen"][0]["dossier"]) == ("wonen", "wonen")
    vng.post("/brieven", json=a_letter())
    for path, key in (("/brieven", "brieven"), ("/vragen", "vragen")):
        found = vng.get(path, params={"dossier": "wonen"}).json()[key]
        assert [one["dossier"] for one in found] == ["wonen"]
    assert caller("beheer@vng.example").get("/dossiers").status_code == 200
