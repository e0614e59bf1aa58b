"""The consolidated answer sheet of a letter: the page, the text document, and who is told of it."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import httpx
import sqlalchemy as sa
from odfdo import Document
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from app.domain.commitments import NewCommitment
from app.domain.letters import NewQuestion
from app.domain.questions import Verdict
from app.mail.compose import Composed, compose
from app.office import Office
from app.settings import Settings
from app.store.base import Db
from app.store.concurrence import Contribution, ContributionState
from app.store.ministries import Ministry
from app.store.outbox import OutboxMail, claim
from app.store.questions import Question
from app.usecases import answering, closing, commitments
from tests.support.accessible import assert_accessible
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of, secretariat
from tests.support.clock import Clock
from tests.support.live import Live
from tests.support.visits import sign_in, sign_in_on

SENT, DAY = date(2026, 11, 2), date(2026, 11, 16)
WHO = "secretariaat@vng.example"


def a_letter(s: Session) -> list[Question]:
    asked = [
        NewQuestion(text="Welk bedrag geldt in 2027?", owner="JENV", contributors=("FIN",)),
        NewQuestion(text="Wanneer komt de regeling?", owner="BZK"),
        NewQuestion(text="Wie <betaalt> & hoe?", owner="SZW"),
    ]
    return questions_of(s, a_sent_letter(s, a_new_letter(*asked, letter_date=SENT, addressee="AZ")))


def give(s: Session, question: Question, owner: str, text: str) -> None:
    answering.submit(s, actor(s, f"contact@{owner}.example"), question.id, text, "De minister", at(DAY))
    s.flush()


def two_answered(s: Session) -> list[Question]:
    """Two of the three are answered: one with an objection and a promise, judged; the last one is open."""
    first, second, third = a_letter(s)
    give(s, first, "jenv", "Het bedrag is 60 euro.\n\n  De regeling gaat vóór 1 juli 2027 uit.")
    fin = s.scalars(sa.select(Ministry.id).where(Ministry.code == "FIN")).one()
    s.add(
        Contribution(
            question_id=first.id,
            round=1,
            ministry_id=fin,
            draft_version=1,
            text="Concept.",
            asked_at=at(SENT),
            due_on=DAY,
            state=ContributionState.OBJECTED,
            reason="Er is geen dekking.",
            settled_at=at(SENT),
        )
    )
    closing.judge(s, secretariat(s), first.id, Verdict.CONCRETE, "Duidelijk.", at(DAY))
    new = NewCommitment("De regeling gaat vóór 1 juli 2027 uit.", "Regeling", date(2027, 6, 30))
    commitments.record(s, secretariat(s), first.id, new, at(DAY))
    give(s, second, "bzk", "In het voorjaar.")
    return [first, second, third]


def sheets_told(s: Session) -> list[OutboxMail]:
    return list(s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "sheet").order_by(OutboxMail.id)))


def test_every_question_stands_on_it_with_owner_answer_verdict_objections_and_promises(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        letter_id = two_answered(s)[0].letter_id
    sign_in(client, live, WHO)
    path = f"/brieven/{letter_id}/antwoordblad"
    assert f'href="{path}"' in client.get(f"/brieven/{letter_id}").text
    told = " ".join(client.get(path).text.split())
    for sentence in (
        "3 vragen aan 3 ministeries; 1 staat nog open.",
        "Met bezwaar van Fin:</strong> Er is geen dekking.",
        "2026-001.4, Regeling",
        "Wacht op een oordeel",
        "<strong>Nog geen antwoord; uiterlijk ma 23 november 2026</strong>",
        "Wie &lt;betaalt&gt; &amp; hoe?",
    ):
        assert sentence in told, sentence
    odt = client.get(f"{path}.odt")
    assert odt.headers["content-type"] == "application/vnd.oasis.opendocument.text"
    assert odt.headers["content-disposition"] == 'attachment; filename="antwoordblad-2026-001.odt"'
    document = Document(BytesIO(odt.content))
    text = document.get_formatted_text()
    for sentence in ("Antwoordblad bij brief 2026-001", "Wie <betaalt> & hoe?", "Met bezwaar van Fin", "30 juni 2027"):
        assert sentence in text, sentence
    headings = [heading.text_recursive for heading in document.body.headers]
    assert headings[0] == "Antwoordblad bij brief 2026-001"
    assert len([one for one in headings if one.startswith("2026-001.")]) == 3


def test_a_ministry_sees_its_own_questions_and_how_many_others_there_are(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        letter_id = two_answered(s)[0].letter_id
    sign_in(client, live, "contact@bzk.example")
    told = client.get(f"/brieven/{letter_id}/antwoordblad").text
    assert "In het voorjaar." in told
    assert "60 euro" not in told
    assert "2 vragen aan andere ministeries staan hier niet bij." in told
    assert client.get("/brieven/99/antwoordblad").status_code == 404


def test_the_secretariat_hears_of_it_when_the_last_question_is_answered_and_once(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        *_, third = two_answered(s)
        assert sheets_told(s) == []
        give(s, third, "szw", "Het Rijk.")
        give(s, third, "szw", "Het Rijk.")
        mails = sheets_told(s)
        assert [(mail.address, mail.params["letter_id"]) for mail in mails] == [(WHO, third.letter_id)]
        closing.judge(s, secretariat(s), third.id, Verdict.EVASIVE, "Hoeveel?", at(DAY))
        give(s, third, "szw", "Alles.")
        assert len(sheets_told(s)) == 2, "complete anew, after a round more"


def test_withdrawing_the_last_open_question_completes_it_and_a_letter_of_one_question_has_none(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        *_, third = two_answered(s)
        closing.withdraw(s, secretariat(s), third.id, "Vervallen.", at(DAY))
        assert len(sheets_told(s)) == 1
        alone = questions_of(s, a_sent_letter(s, a_new_letter(letter_date=SENT, reference="VNG/2")))[0]
        give(s, alone, "jenv", "Ja.")
        assert len(sheets_told(s)) == 1


def test_the_mail_leads_to_it_and_says_what_waits_for_a_verdict(
    db: Db, make_settings: Callable[..., Settings], clock: Clock
) -> None:
    a_register(db)
    office = Office(make_settings(base_url="https://regie.example"), db, clock)
    with db.writing() as s:
        *_, third = two_answered(s)
        give(s, third, "szw", "Het Rijk.")
    with db.writing() as s:
        mail = next(one for one in claim(s, 100, 60, office.now(), hurried=True) if one.kind == "sheet")
        written = compose(office, s, mail)
    assert isinstance(written, Composed)
    text = written.content.decode()
    assert "Brief 2026-001 is beantwoord" in text
    assert "https://regie.example/brieven/1/antwoordblad" in text
    assert "2 antwoorden wachten nog op uw oordeel" in text


def test_the_page_is_accessible_fits_a_telephone_and_prints_on_paper(live: Live, page: Page) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        letter_id = two_answered(s)[0].letter_id
    sign_in_on(page, live, WHO, f"/brieven/{letter_id}/antwoordblad")
    expect(page.get_by_role("heading", name="Antwoordblad bij brief 2026-001")).to_be_visible()
    assert_accessible(page)
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Download als tekstdocument (ODT)")).to_be_hidden()
