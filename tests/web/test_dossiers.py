"""Secretariat and administrators keep the dossiers."""

from datetime import date

import httpx
import pytest
import sqlalchemy as sa

from app.domain.errors import Invalid
from app.store.letters import Letter
from app.store.ministries import Dossier
from app.usecases import letters
from tests.support.builders import a_new_letter, a_register, at, secretariat
from tests.support.live import Live
from tests.support.visits import send, sign_in

PATH, MONDAY = "/beheer/dossiers", date(2026, 10, 5)


def number_of(live: Live, slug: str) -> int:
    with live.db.reading() as s:
        return s.scalars(sa.select(Dossier.id).where(Dossier.slug == slug)).one()


@pytest.mark.parametrize("who", ["secretariaat@vng.example", "beheer@vng.example"])
def test_a_dossier_is_made_renamed_ended_and_used_again(live: Live, client: httpx.Client, who: str) -> None:
    a_register(live.db)
    sign_in(client, live, who)
    assert "/beheer/dossiers" in client.get("/beheer").text
    assert send(client, PATH, {"name": "  Energie en  warmte "}, page=f"{PATH}/nieuw").status_code == 303
    here = f"{PATH}/{number_of(live, 'energie-en-warmte')}"
    assert send(client, here, {"name": "Warmte"}).status_code == 303
    assert ">Warmte</a>" in client.get(PATH, params={"zoek": "energie"}).text  # by what stands in addresses
    assert send(client, f"{here}/beeindiging", page=here).status_code == 303
    text = client.get(here).text
    for told in ("niet meer te kiezen", "Gemaakt", "Energie en warmte", "Andere naam", "Niet meer gebruikt"):
        assert told in text, told
    send(client, f"{here}/hervatting", page=here)
    assert "Gebruik niet meer" in client.get(here).text
    assert client.get(f"{PATH}/999").status_code == 404


def test_a_name_is_taken_once_whatever_its_capitals_and_what_was_typed_stays(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, "beheer@vng.example")
    for name in ("", "x" * 121, "asiel EN migratie", "asiel-en-migratie", "Geen"):
        answer = send(client, PATH, {"name": name}, page=f"{PATH}/nieuw")
        assert answer.status_code == 400, name
        assert f'value="{name}"' in answer.text
    client.cookies.clear()
    sign_in(client, live, "regie@az.example")
    assert client.get(PATH).status_code == 403


def test_an_ended_dossier_is_kept_by_its_letters_and_offered_to_no_others(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    slug = "asiel-en-migratie"
    with live.db.writing() as s:
        letter_id = letters.register(s, secretariat(s), a_new_letter(dossier=slug), at(MONDAY)).id
    sign_in(client, live, "secretariaat@vng.example")
    here = f"{PATH}/{number_of(live, slug)}"
    send(client, f"{here}/beeindiging", page=here)
    option = f'<option value="{slug}"'
    assert option not in client.get("/brieven/nieuw").text
    assert option not in client.get(f"/brieven/samen?brief={letter_id}").text
    assert f"{option} selected" in client.get(f"/brieven/{letter_id}/bewerken").text
    assert option in client.get("/brieven").text  # still found by
    with live.db.writing() as s, pytest.raises(Invalid, match="wordt niet meer gebruikt"):
        letters.register(s, secretariat(s), a_new_letter(dossier=slug), at(MONDAY))
    with live.db.writing() as s:
        version = s.get_one(Letter, letter_id).version
        letters.revise(s, secretariat(s), letter_id, a_new_letter(dossier=slug), version, at(MONDAY))
