"""A letter of many questions: those that nobody opened are carried along, not written out."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.letters import NewQuestion
from app.store.ministries import Ministry
from app.store.questions import Contributor, Question
from app.usecases import letters
from app.web.letters.folding import WRITTEN_OUT
from tests.support.builders import a_new_letter, a_register, secretariat
from tests.support.live import Live
from tests.support.visits import sign_in_on

WHO = "secretariaat@vng.example"
MANY = 12


def a_long_concept(live: Live) -> int:
    a_register(live.db)
    asked = [NewQuestion(f"Vraag nummer {n}?\n\nMet uitleg.", "JENV", contributors=("BZK",)) for n in range(MANY)]
    with live.db.writing() as s:
        return letters.register(s, secretariat(s), a_new_letter(*asked), live.clock()).id


def asks_before_leaving(page: Page) -> bool:
    script = "() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    return bool(page.evaluate(script))


@pytest.mark.parametrize("which", ["page", "scriptless_page"])
def test_a_folded_question_is_opened_changed_and_moved_and_the_others_keep_what_they_hold(
    live: Live, request: pytest.FixtureRequest, which: str
) -> None:
    letter_id = a_long_concept(live)
    page: Page = request.getfixturevalue(which)
    sign_in_on(page, live, WHO, f"/brieven/{letter_id}/bewerken")
    assert MANY > WRITTEN_OUT
    expect(page.locator("[data-repeat-list] [data-folded]")).to_have_count(MANY)
    page.locator("#vragen-11 summary").first.click()
    if which == "scriptless_page":
        page.locator("#vragen-11").get_by_role("button", name="Wijzig deze vraag").click()
    question = page.locator("#vragen-11")
    if which == "page":
        assert not asks_before_leaving(page)  # opening a question changes nothing
    expect(question.get_by_label("Tekst van de vraag of het verzoek")).to_have_value("Vraag nummer 11?\n\nMet uitleg.")
    expect(question.locator("input[value=BZK]")).to_be_checked()
    expect(question.locator("input[value=SZW]")).not_to_be_checked()
    expect(question.get_by_label("Aantal")).to_have_value("3")
    question.get_by_label("Eigenaar").select_option("OCW")
    question.locator("input[value=SZW]").check()
    if which == "page":
        assert asks_before_leaving(page)
    question.get_by_role("button", name="Naar boven").click()
    expect(page.locator("#vragen-11")).to_contain_text("Vraag nummer 10?")
    page.get_by_role("button", name="Controleer de brief").click()
    page.get_by_role("button", name="Bewaar als concept").click()
    with live.db.reading() as s:
        owners = sa.select(Question.text, Ministry.code).join(Ministry, Ministry.id == Question.owner_id)
        rows = s.execute(owners.where(Question.letter_id == letter_id).order_by(Question.position)).all()
        concur = sa.select(sa.func.count()).select_from(Contributor)
        count = s.scalar(concur)
    assert [row.text.split("?")[0] for row in rows][-2:] == ["Vraag nummer 11", "Vraag nummer 10"]
    assert [row.code for row in rows] == ["JENV"] * 10 + ["OCW", "JENV"]
    assert count == MANY + 1


def test_another_date_of_the_letter_moves_the_due_dates_of_folded_questions_too(live: Live, page: Page) -> None:
    letter_id = a_long_concept(live)
    sign_in_on(page, live, WHO, f"/brieven/{letter_id}/bewerken")
    expect(page.locator("#vragen-8")).to_contain_text("14 december 2026")  # three weeks from today
    day = page.get_by_role("group", name="Datum van de brief")
    day.get_by_label("Maand").fill("11")
    day.get_by_label("Dag").fill("30")
    expect(page.locator("#vragen-8 [data-brief-due]")).to_contain_text("21 december 2026")
    expect(page.locator("#vragen-8 [data-folded]")).to_have_count(1)
