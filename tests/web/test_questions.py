"""The page of one question, for each who may see it; and the list of all."""

import re
from datetime import date
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.actors import CLOCKWORK
from app.domain.letters import NewQuestion
from app.domain.questions import State, Verdict
from app.store.base import Db
from app.store.outbox import MailState, OutboxMail
from app.store.questions import Question
from app.usecases import answering, closing, escalation, letters, ownership, postponing
from tests.support.accessible import assert_accessible
from tests.support.beginnings import beginning
from tests.support.builders import (
    a_new_letter,
    a_question,
    a_register,
    a_sent_letter,
    actor,
    at,
    questions_of,
    secretariat,
)
from tests.support.live import Live
from tests.support.visits import sign_in, sign_in_on

TEXT = "Wij vragen u welk bedrag per opvangplek na die datum geldt."
BODY = (
    f"Geachte heer,\n\nDe bescherming loopt tot en met 4 maart 2027. {TEXT} Zonder bedrag geen besluit.\n\nHoogachtend,"
)
WHO = {
    "secretariaat": "secretariaat@vng.example",
    "contact": "contact@jenv.example",
    "regie": "regie@az.example",
    "directie": "directie@vng.example",
    "vorige": "contact@bzk.example",
}


@beginning
def a_long_story(db: Db) -> int:
    """Passed on, accepted, postponed, answered evasively, and answered again five days late."""
    a_register(db)
    with db.writing() as s:
        new = a_new_letter(NewQuestion(TEXT, "BZK", "Welk bedrag geldt?", contributors=("FIN",)), body=BODY)
        question_id = questions_of(s, a_sent_letter(s, new))[0].id
        contact = actor(s, "contact@jenv.example")
        reason = "De bekostiging hoort bij JenV."
        ownership.transfer(s, actor(s, "contact@bzk.example"), question_id, "JENV", reason, at(date(2026, 10, 8)))
        answering.accept(s, contact, question_id, at(date(2026, 10, 13)))
        postponing.postpone(s, contact, question_id, date(2026, 11, 3), "Overleg duurt langer.", at(date(2026, 10, 23)))
        answering.submit(s, contact, question_id, "Wij komen hierop terug.", "Directeur", at(date(2026, 11, 3)))
        closing.judge(s, secretariat(s), question_id, Verdict.EVASIVE, "Geen bedrag.", at(date(2026, 11, 4)))
        answering.submit(s, contact, question_id, "€ 44 per plek.", "Hoofd Opvang", at(date(2026, 11, 23), 9))
    return question_id


def in_state(db: Db, state: State) -> int:
    """A question to JenV in this state, due on 30 November."""
    a_register(db)
    with db.writing() as s:
        if state is State.DRAFT:
            letter = letters.register(s, secretariat(s), a_new_letter(), at(date(2026, 11, 20)))
            return questions_of(s, letter)[0].id
        question = a_question(s, sent_on=date(2026, 11, 9))
        contact, now = actor(s, "contact@jenv.example"), at(date(2026, 11, 12))
        if state is State.ACCEPTED:
            answering.accept(s, contact, question.id, now)
        if state is State.CONCURRING:
            question.state = State.CONCURRING
        if state is State.DISPUTED:
            ownership.decline(s, contact, question.id, "Niet van ons.", "BZK", now)
        if state in {State.ANSWERED, State.SETTLED}:
            answering.submit(s, contact, question.id, "€ 44.", "Hoofd", now)
        if state is State.SETTLED:
            closing.judge(s, secretariat(s), question.id, Verdict.CONCRETE, "", now)
        if state is State.WITHDRAWN:
            closing.withdraw(s, secretariat(s), question.id, "Niet meer nodig.", now)
        return question.id


PRIMARY = {
    ("secretariaat", State.DRAFT): "Naar de brief",
    ("secretariaat", State.ANSWERED): "Beoordeel het antwoord",
    ("contact", State.ASKED): "Aanvaard de vraag",
    ("contact", State.ACCEPTED): "Geef antwoord",
    ("regie", State.DISPUTED): "Wijs een eigenaar aan",
}
OTHERS = {
    ("secretariaat", State.ASKED): {
        "Meld uitstel",
        "Zet de klok stil",
        "Kies een andere contactpersoon",
        "Stuur een herinnering",
        "Trek de link in",
        "Leg een antwoord per brief of mail vast",
        "Trek de vraag in",
    },
    ("secretariaat", State.DISPUTED): {
        "Wijs een eigenaar aan",
        "Kies een andere contactpersoon",
        "Trek de link in",
        "Trek de vraag in",
    },
    ("secretariaat", State.SETTLED): {"Heropen de vraag"},
    ("contact", State.ASKED): {
        "Meld uitstel",
        "Vraag om verduidelijking",
        "Geleid door naar een ander ministerie",
        "Meld dat de vraag niet bij u hoort",
        "Kies een andere contactpersoon",
        "Trek de link in",
    },
    ("contact", State.SETTLED): set(),
    ("directie", State.ANSWERED): set(),
    ("regie", State.ASKED): {"Stuur een herinnering"},
}


def filled_buttons(told: str) -> list[str]:
    return re.findall(r"utrecht-button--primary-action[^>]*>(?:<svg.*?</svg>)?([^<]+)<", told)


def other_acts(told: str) -> set[str]:
    listed = re.search(r"Andere handelingen</summary>(.*?)</details>", told, re.DOTALL)
    return set(re.findall(r"<a [^>]*>([^<]+)</a>", listed.group(1))) if listed else set()


@pytest.mark.parametrize("state", list(State))
def test_each_reader_finds_at_most_one_filled_button_and_only_what_is_allowed(
    live: Live, client: httpx.Client, state: State
) -> None:
    question_id = in_state(live.db, state)
    for role in ("secretariaat", "contact", "regie", "directie"):
        client.cookies.clear()
        sign_in(client, live, WHO[role])
        answer = client.get(f"/vragen/{question_id}")
        if state is State.DRAFT and role != "secretariaat":
            assert answer.status_code == 404
            continue
        expected = PRIMARY.get((role, state))
        assert filled_buttons(answer.text) == ([expected] if expected else []), role
        assert ("U bent aan zet" in answer.text) == bool(expected and state is not State.DRAFT), role
        assert other_acts(answer.text) == OTHERS.get((role, state), other_acts(answer.text)), role


def test_the_page_tells_the_whole_story(live: Live, client: httpx.Client) -> None:
    question_id = a_long_story(live.db)
    sign_in(client, live, WHO["secretariaat"])
    told = client.get(f"/vragen/{question_id}").text
    for sentence in (
        "5 dagen te laat beantwoord",
        "JenV heeft geantwoord. Is het antwoord concreet?",
        "Wie had de bal? 49 dagen sinds het versturen",
        "BZK, eerdere eigenaar",
        "De bescherming loopt tot en met 4 maart 2027.",
        "Zonder bedrag geen besluit.",
        "Wij komen hierop terug.",
        "Oordeel van de VNG, wo 4 november 2026",
        "BZK geleidt de vraag door naar JenV",
        "De bekostiging hoort bij JenV.",
        "Uitstelbericht van JenV",
        "Oordeel: ontwijkend. Ronde 2 begint",
        "10 werkdagen na wo 4 november 2026 is wo 18 november 2026.",
        "Waarom wo 18 november 2026?",
    ):
        assert sentence in told, sentence
    assert "Hoogachtend" not in told, "an excerpt, not the letter"


def test_the_story_can_be_read_by_everybody(live: Live, page: Page) -> None:
    question_id = a_long_story(live.db)
    with live.db.writing() as s:
        late = a_question(s, sent_on=date(2026, 10, 5)).id
        escalation.sweep(s, CLOCKWORK, date(2026, 11, 23), live.clock())
    sign_in_on(page, live, WHO["secretariaat"], f"/vragen/{question_id}")
    for path in (f"/vragen/{question_id}", f"/vragen/{late}"):
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(live.url + path)
            page.locator(".regie-turn summary").first.click() if page.locator(".regie-turn summary").count() else None
            assert_accessible(page)
    expect(page.locator(".regie-timeline")).to_contain_text("Te laat: trede 5 bereikt")
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)


def test_a_ministry_reads_on_what_it_passed_on_but_does_nothing_there(live: Live, client: httpx.Client) -> None:
    question_id = a_long_story(live.db)
    sign_in(client, live, WHO["vorige"])
    told = client.get(f"/vragen/{question_id}")
    assert told.status_code == 200
    assert "De VNG is aan zet" in told.text
    assert "Andere handelingen" not in told.text
    client.cookies.clear()
    sign_in(client, live, "contact@ocw.example")
    assert client.get(f"/vragen/{question_id}").status_code == 404
    assert client.get("/vragen/999999").status_code == 404
    assert client.get("/vragen/x").status_code == 404


def test_mail_that_did_not_arrive_is_shown_on_its_question(live: Live, client: httpx.Client) -> None:
    question_id = a_long_story(live.db)
    with live.db.writing() as s:
        mail = s.scalars(sa.select(OutboxMail).where(OutboxMail.question_id == question_id).limit(1)).one()
        mail.state = MailState.BOUNCED
    sign_in(client, live, WHO["secretariaat"])
    assert "is niet bezorgd" in client.get(f"/vragen/{question_id}").text


def test_a_question_whose_clock_stands_still_is_not_late(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        question = a_question(s, sent_on=date(2026, 10, 5))
        question.suspended = True
    sign_in(client, live, WHO["secretariaat"])
    told = client.get(f"/vragen/{question.id}").text
    assert "De klok staat stil" in told
    assert "te laat" not in told.split("regie-story__side")[0]


def some_questions(db: Db) -> dict[str, int]:
    a_register(db)
    found = {}
    with db.writing() as s:
        for owner, title, day, more in (
            ("JENV", "Wachttijden bij de IND", date(2026, 9, 10), {"dossier": "asiel-en-migratie"}),
            ("BZK", "Digitale identiteit", date(2026, 11, 10), {"subject": "Identiteit", "reference": "VNG/77"}),
            ("JENV", "Veiligheid rond opvang", date(2026, 11, 17), {}),
        ):
            new = a_new_letter(NewQuestion(f"{title}?", owner, title), letter_date=day, **more)
            found[title] = questions_of(s, a_sent_letter(s, new, now=at(day)))[0].id
    return found


def titles(client: httpx.Client, **query: Any) -> list[str]:
    told = client.get("/vragen", params=query).raise_for_status().text
    parts = told.split('class="regie-item__title" href="/vragen/')[1:]
    return [part.split(">", 1)[1].split("<", 1)[0] for part in parts]


def test_all_questions_are_found_by_filters_and_words_the_newest_first(live: Live, client: httpx.Client) -> None:
    some_questions(live.db)
    sign_in(client, live, WHO["secretariaat"])
    ind, identity, safety = "Wachttijden bij de IND", "Digitale identiteit", "Veiligheid rond opvang"
    assert titles(client) == [safety, identity, ind]
    assert titles(client, ministerie="JENV") == [safety, ind]
    assert titles(client, ministerie="JENV", laat="ja") == [ind]
    assert titles(client, dossier="asiel-en-migratie") == [ind]
    assert titles(client, stand="uitgezet") == [safety, identity, ind]
    assert titles(client, stand="afgedaan") == []
    assert titles(client, zoek="2026-002") == [identity]
    assert titles(client, zoek="VNG/77") == [identity]
    assert titles(client, zoek="%") == []
    assert titles(client, zoek="IDENTITEIT") == [identity]
    client.cookies.clear()
    sign_in(client, live, WHO["contact"])
    assert titles(client) == [safety, ind]
    assert client.get("/vragen", params={"na": "onzin"}).status_code == 400


def test_a_long_list_is_read_page_by_page(live: Live, page: Page) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        new = a_new_letter(*(NewQuestion(f"Hoe zit het met onderwerp {number}?", "JENV") for number in range(1, 61)))
        a_sent_letter(s, new)
    sign_in_on(page, live, WHO["secretariaat"], "/vragen")
    expect(page.locator(".regie-list__bar")).to_contain_text("60 vragen")
    assert page.locator(".regie-item__title").count() == 50
    page.get_by_role("link", name="Volgende").click()
    expect(page.locator(".regie-list__bar")).to_contain_text("60 vragen")
    assert page.locator(".regie-item__title").all_text_contents()[-1] == "Hoe zit het met onderwerp 1?"
    assert page.locator(".regie-item__title").count() == 10


def test_a_question_may_have_been_asked_of_nobody_in_particular(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        question = a_question(s)
        s.get_one(Question, question.id).contact_id = None
    sign_in(client, live, WHO["secretariaat"])
    assert client.get(f"/vragen/{question.id}").status_code == 200
