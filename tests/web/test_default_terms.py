"""The administrator keeps the terms that are offered."""

import httpx
import sqlalchemy as sa

from app.domain.terms import Term, TermKind, Unit
from app.store.terms import DefaultTerm, default_term
from tests.support.builders import a_register
from tests.support.live import Live
from tests.support.visits import send, sign_in

ADMIN, PATH = "beheer@vng.example", "/beheer/termijnen"
AWB = {
    "name": "Beslissing op bezwaar",
    "kind": "wettelijk",
    "length": "6",
    "unit": "weken",
    "extension": "6",
    "law": "Algemene wet bestuursrecht, artikel 7:10",
}


def number_of(live: Live, name: str) -> int:
    with live.db.reading() as s:
        return s.scalars(sa.select(DefaultTerm.id).where(DefaultTerm.name == name)).one()


def test_a_term_is_added_changed_preferred_and_ended_and_its_history_stays(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    assert send(client, PATH, AWB, page=f"{PATH}/nieuw").status_code == 303
    assert "Algemene wet bestuursrecht, artikel 7:10" in client.get(PATH).text
    here = f"{PATH}/{number_of(live, AWB['name'])}"
    assert send(client, here, {**AWB, "length": "12"}).status_code == 303
    assert send(client, f"{here}/voorkeur", page=here).status_code == 303
    with live.db.reading() as s:
        assert default_term(s) == Term(TermKind.STATUTORY, 12, Unit.WEEKS)
    refused = send(client, f"{here}/beeindiging", page=here)
    assert refused.status_code == 303
    assert "Dit is de standaard." in client.get(here).text
    norm = f"{PATH}/{number_of(live, 'Brief aan een ministerie')}"
    send(client, f"{norm}/voorkeur", page=norm)
    send(client, f"{here}/beeindiging", page=here)
    text = client.get(here).text
    for told in ("Toegevoegd", "Gewijzigd", "Standaard geworden", "Niet meer aangeboden", "12 weken", "6 weken"):
        assert told in text, told
    assert "wordt sinds ma 23 november 2026 niet meer aangeboden" in text
    send(client, f"{here}/hervatting", page=here)
    assert "wordt sinds" not in client.get(here).text


def test_what_is_wrong_is_said_and_what_was_typed_stays(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    wrong = {**AWB, "name": "", "length": "0", "unit": "eeuwen", "extension": "-1", "law": ""}
    answer = send(client, PATH, wrong, page=f"{PATH}/nieuw")
    assert answer.status_code == 400
    assert answer.text.count("regie-field__error") == 5
    assert 'value="-1"' in answer.text
    twice = send(client, PATH, {**AWB, "name": "Brief aan een ministerie"}, page=f"{PATH}/nieuw")
    assert "Er is al een termijn met deze naam." in twice.text
    assert client.get(f"{PATH}/999").status_code == 404
