"""Recording an answer that came by post: one letter, several questions."""

from datetime import date

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.letters import NewQuestion
from app.domain.questions import State
from app.store.answering import Answer
from app.store.documents import AnswerDocument
from app.store.questions import Question
from app.usecases import answering
from tests.support import samples
from tests.support.accessible import assert_accessible
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

WHO = "secretariaat@vng.example"
THREE = tuple(NewQuestion(f"Hoe zit het met onderwerp {number}?", "JENV") for number in (1, 2, 3))


def a_letter(live: Live) -> tuple[int, list[int]]:
    with live.db.writing() as s:
        letter = a_sent_letter(s, a_new_letter(*THREE))
        return letter.id, [question.id for question in questions_of(s, letter)]


def answers(live: Live) -> dict[int, Answer]:
    with live.db.reading() as s:
        return {answer.question_id: answer for answer in s.scalars(sa.select(Answer))}


@pytest.mark.parametrize("which", ["page", "scriptless_page"])
def test_one_letter_answers_two_of_three_questions(live: Live, request: pytest.FixtureRequest, which: str) -> None:
    a_register(live.db)
    page: Page = request.getfixturevalue(which)
    letter_id, ids = a_letter(live)
    sign_in_on(page, live, WHO, f"/brieven/{letter_id}")
    page.get_by_role("link", name="Leg een antwoord vast").click()
    received = page.get_by_role("group", name="Ontvangen op")
    for part, number in (("Dag", "16"), ("Maand", "11"), ("Jaar", "2026")):
        received.get_by_label(part).fill(number)
    page.get_by_label("Wie geeft het antwoord?").fill("minister van Justitie en Veiligheid")
    page.get_by_label("De brief of mail als bestand").set_input_files(
        {"name": "antwoord.pdf", "mimeType": "", "buffer": samples.PDF}
    )
    page.get_by_label("Hoe zit het met onderwerp 1?").check()
    page.get_by_label("Hoe zit het met onderwerp 3?").check()
    page.get_by_label("Antwoord op vraag 3").fill("Daar komen wij in januari op terug.")
    page.get_by_role("button", name="Leg het antwoord vast").click()
    expect(page.get_by_role("status")).to_contain_text("Het antwoord op 2 vragen is vastgelegd")

    found = answers(live)
    assert {number: answer.text for number, answer in found.items()} == {
        ids[0]: "Zie bijgevoegde brief.",
        ids[2]: "Daar komen wij in januari op terug.",
    }
    assert {answer.received_on for answer in found.values()} == {date(2026, 11, 16)}
    assert {answer.given_by for answer in found.values()} == {"minister van Justitie en Veiligheid"}
    with live.db.reading() as s:
        assert len(set(s.scalars(sa.select(AnswerDocument.document_id)))) == 1
        assert s.scalar(sa.select(sa.func.count()).select_from(AnswerDocument)) == 2
        states = s.scalars(sa.select(Question.state).order_by(Question.position)).all()
    assert states == [State.ANSWERED, State.ASKED, State.ANSWERED]


def test_all_that_is_missing_is_told_and_nothing_is_lost(live: Live, page: Page) -> None:
    a_register(live.db)
    letter_id, ids = a_letter(live)
    sign_in_on(page, live, WHO, f"/brieven/{letter_id}/antwoord?vraag={ids[1]}")
    expect(page.get_by_label("Hoe zit het met onderwerp 2?")).to_be_checked()
    page.get_by_role("group", name="Ontvangen op").get_by_label("Dag").fill("31")
    page.get_by_role("group", name="Ontvangen op").get_by_label("Maand").fill("2")
    page.get_by_role("button", name="Leg het antwoord vast").click()
    summary = page.locator("[data-error-summary]")
    expect(summary.get_by_role("listitem")).to_have_text(
        [
            "Deze dag bestaat niet. Vul dag, maand en jaar in, bijvoorbeeld 30 11 2026.",
            "Vul in wie het antwoord geeft.",
            "Voeg de brief als bestand toe, of schrijf bij elke vraag zelf wat er is geantwoord.",
        ]
    )
    assert_accessible(page)
    expect(page.get_by_role("group", name="Ontvangen op").get_by_label("Dag")).to_have_value("31")
    expect(page.get_by_label("Hoe zit het met onderwerp 2?")).to_be_checked()
    assert answers(live) == {}


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("2026-11-24", "ligt in de toekomst"), ("2026-10-01", "ligt daarvóór"), ("", "Vul in op welke dag")],
)
def test_a_day_on_which_it_cannot_have_come_in_is_refused(
    live: Live, client: httpx.Client, day: str, sentence: str
) -> None:
    a_register(live.db)
    letter_id, ids = a_letter(live)
    sign_in(client, live, WHO)
    typed = {"datumOntvangst": day, "namens": "de minister", "vragen": [str(ids[0])], f"antwoord-{ids[0]}": "Ja."}
    answer = send(client, f"/brieven/{letter_id}/antwoord", typed)
    assert (answer.status_code, sentence in answer.text) == (400, True)
    assert answers(live) == {}


def test_a_question_that_was_answered_meanwhile_stops_all_and_its_text_is_shown(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    letter_id, ids = a_letter(live)
    sign_in(client, live, WHO)
    with live.db.writing() as s:
        answering.submit(
            s, actor(s, "contact@jenv.example"), ids[0], "Ons antwoord.", "J. de Vries", at(date(2026, 11, 23))
        )
    typed = {
        "datumOntvangst": "2026-11-20",
        "namens": "de minister",
        "vragen": [str(ids[0]), str(ids[1])],
        f"antwoord-{ids[0]}": "Getypt voor vraag een.",
        f"antwoord-{ids[1]}": "Getypt voor vraag twee.",
    }
    answer = send(client, f"/brieven/{letter_id}/antwoord", typed)
    assert answer.status_code == 409
    assert "intussen beantwoord door J. de Vries" in answer.text
    assert "Getypt voor vraag een." in answer.text
    assert "Getypt voor vraag twee." in answer.text
    assert set(answers(live)) == {ids[0]}


def test_a_stored_file_is_kept_when_something_else_is_missing_and_can_be_taken_off(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    letter_id, _ = a_letter(live)
    path = f"/brieven/{letter_id}/antwoord"
    sign_in(client, live, WHO)
    first = send(client, path, {"namens": "x"}, files={"bestanden": ("antwoord.pdf", samples.PDF)})
    assert first.status_code == 400
    sealed = first.text.split('name="documenten" value="')[1].split('"')[0]
    assert "antwoord.pdf" in send(client, path, {"documenten": sealed}).text
    act = f"bijlage-weg-{sealed.split('.')[0]}"
    assert "antwoord.pdf" not in send(client, path, {"documenten": sealed, "act": act}).text


def test_when_nothing_waits_for_an_answer_the_page_says_so(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    letter_id, ids = a_letter(live)
    with live.db.writing() as s:
        for one in ids:
            answering.submit(s, actor(s, "contact@jenv.example"), one, "Ja.", "J. de Vries", at(date(2026, 11, 23)))
    sign_in(client, live, WHO)
    assert "Geen enkele vraag in deze brief wacht op een antwoord." in client.get(f"/brieven/{letter_id}/antwoord").text
