"""The page on which a ministry ends: what will move, seen before and after."""

from datetime import date

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.actors import CLOCKWORK
from app.domain.letters import NewQuestion
from app.domain.questions import Verdict
from app.store.base import Db
from app.store.ministries import Dossier, DossierSuccessor, Ministry
from app.store.questions import Question
from app.usecases import answering, closing, succession
from app.wording import wording
from tests.support.accessible import assert_accessible
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of, secretariat
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

ADMIN = "beheer@vng.example"
SENT = date(2026, 10, 5)


def id_of(db: Db, code: str) -> int:
    with db.reading() as s:
        return s.scalars(sa.select(Ministry.id).where(Ministry.code == code)).one()


def two_questions(live: Live) -> list[int]:
    a_register(live.db)
    with live.db.writing() as s:
        asked = [
            NewQuestion(text="Eerste?", owner="SZW", contributors=("OCW",)),
            NewQuestion(text="Tweede?", owner="BZK", contributors=("SZW",)),
        ]
        new = a_new_letter(*asked, letter_date=SENT, dossier="asiel-en-migratie")
        return [one.id for one in questions_of(s, a_sent_letter(s, new))]


def ending(until: str, **other: object) -> dict[str, str]:
    days = dict(zip(("jaar", "maand", "dag"), until.split("-"), strict=True))
    typed = {f"valid_until-{part}": value for part, value in days.items()}
    return typed | {name.replace("_", "-"): str(value) for name, value in other.items()}


def test_what_will_move_is_shown_before_anything_is_saved(live: Live, client: httpx.Client) -> None:
    two_questions(live)
    ministry, ocw, bzk = (id_of(live.db, code) for code in ("SZW", "OCW", "BZK"))
    sign_in(client, live, ADMIN)
    path = f"/beheer/ministeries/{ministry}"
    typed = ending("2026-12-31", successor=ocw)
    shown = send(client, path, {**typed, "act": "voorbeeld"}).text
    assert "Er is nog niets bewaard." in shown
    assert "Op vr 1 januari 2027 gaat dit over." in shown
    assert "2026-001.1" in shown
    assert "Contact, contact@ocw.example" in shown
    assert "1 afstemming gaat mee." in shown
    assert "3 personen gaan mee" in shown
    assert "Eerste?" not in shown, "whoever manages ministries does no casework"
    assert 'value="2026"' in shown, "what was typed stays"
    with live.db.reading() as s:
        assert s.get_one(Ministry, ministry).valid_until is None
        theme = s.scalars(sa.select(Dossier.id).where(Dossier.slug == "asiel-en-migratie")).one()
    other = send(client, path, {**typed, f"dossier-{theme}": str(bzk), "act": "voorbeeld"}).text
    assert "1 afstemming vervalt" in other, "BZK would be asked to concur with itself"
    assert send(client, path, {**typed, f"dossier-{theme}": str(bzk), "act": "bewaar"}).status_code == 303
    with live.db.reading() as s:
        assert s.get_one(DossierSuccessor, (ministry, theme)).successor_id == bzk
    assert "gaat dit over" in client.get(path).text


def test_an_end_in_the_past_can_be_carried_out_at_once(live: Live, client: httpx.Client) -> None:
    question_id, _ = two_questions(live)
    ministry, ocw = id_of(live.db, "SZW"), id_of(live.db, "OCW")
    sign_in(client, live, ADMIN)
    path = f"/beheer/ministeries/{ministry}"
    assert send(client, path, {**ending("2026-10-31", successor=ocw), "act": "bewaar"}).status_code == 303
    assert send(client, f"{path}/opvolging", page=path).headers["location"] == f"{path}#opvolging"
    with live.db.reading() as s:
        assert s.get_one(Question, question_id).owner_id == ocw
    after = client.get(path).text
    assert "Er staat niets open dat overgaat." in after
    assert "zo 1 november 2026, naar OCW: 1 vraag" in " ".join(after.split())


@pytest.mark.parametrize(
    ("until", "heir", "sentence"),
    [
        ("2026-12-31", "KGG", "Zo lopen de opvolgers in een kring"),
        ("2026-12-31", "VRO", "zelf al opgeheven en heeft geen opvolger"),
    ],
)
def test_a_loop_and_a_successor_that_is_gone_are_refused_and_what_was_typed_stays(
    live: Live, client: httpx.Client, until: str, heir: str, sentence: str
) -> None:
    two_questions(live)
    with live.db.writing() as s:
        s.execute(sa.update(Ministry).where(Ministry.code == "VRO").values(successor_id=None))
        s.execute(sa.update(Ministry).where(Ministry.code == "KGG").values(successor_id=id_of(live.db, "SZW")))
    ministry, successor = id_of(live.db, "SZW"), id_of(live.db, heir)
    sign_in(client, live, ADMIN)
    for act in ("bewaar", "voorbeeld"):
        answer = send(client, f"/beheer/ministeries/{ministry}", {**ending(until, successor=successor), "act": act})
        assert answer.status_code == 400
        assert sentence in answer.text
        assert f'<option value="{successor}" selected>' in answer.text


def test_the_page_is_accessible_and_fits_a_telephone(live: Live, page: Page) -> None:
    two_questions(live)
    path = f"/beheer/ministeries/{id_of(live.db, 'AENM')}"
    sign_in_on(page, live, ADMIN, path)
    expect(page.get_by_role("heading", name="Opvolging", exact=True)).to_be_visible()
    assert_accessible(page)
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_page_of_a_question_says_that_another_ministry_took_it_over_and_that_the_clock_ran_on(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        asked = [NewQuestion(text="Hoe wordt de wijziging van de Vreemdelingenwet getoetst?", owner="A&M")]
        new = a_new_letter(*asked, letter_date=date(2025, 10, 2), addressee="AZ", reference="TIB/U202500690")
        question = questions_of(s, a_sent_letter(s, new))[0]
        question_id, letter_id, due_on = question.id, question.letter_id, question.due_on
        succession.run(s, CLOCKWORK, date(2026, 2, 23), at(date(2026, 2, 23), 0))
    sign_in(client, live, "secretariaat@vng.example")
    told = " ".join(client.get(f"/vragen/{question_id}").text.split())
    assert "AenM is opgehouden te bestaan; JenV neemt de vraag over" in told
    assert "Doorgeleid op ma 23 februari 2026; de klok loopt door." in told
    assert f"Uiterste antwoorddatum was {wording('nl').longdate(due_on)}" in told
    ministries = " ".join(client.get(f"/brieven/{letter_id}").text.split())
    assert "ministerie van Algemene Zaken" in ministries


def test_the_figures_show_the_ministry_as_it_was_called_or_where_its_work_is_now(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        asked = [NewQuestion(text="Eerste?", owner="A&M"), NewQuestion(text="Tweede?", owner="JenV")]
        new = a_new_letter(*asked, letter_date=date(2026, 1, 5), addressee="AZ")
        first = questions_of(s, a_sent_letter(s, new))[0]
        answering.submit(s, actor(s, "contact@aenm.example"), first.id, "Ja.", "A&M", at(date(2026, 1, 12)))
        closing.judge(s, secretariat(s), first.id, Verdict.CONCRETE, "", at(date(2026, 1, 13)))
    sign_in(client, live, "secretariaat@vng.example")
    then = client.get("/statistieken?groepering=ministerie&van=alles").text
    now = client.get("/statistieken?groepering=ministerie-nu&van=alles").text
    assert "ministerie=AENM" in then
    assert "ministerie=AENM" not in now
    assert "ministerie=JENV&amp;ligt=nu" in now
    behind = "/statistieken/vragen?telling=alles&van=alles&ministerie=JENV"
    assert "Eerste?" not in client.get(behind).text
    assert "Eerste?" in client.get(f"{behind}&ligt=nu").text
