"""What mails say, to whom they give which link, and what drops out between the sweep and the handing over."""

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa

from app.domain.actors import CLOCKWORK
from app.domain.capabilities import read_token
from app.domain.letters import NewQuestion
from app.domain.questions import Verdict
from app.mail.compose import Composed, compose
from app.mail.kinds import Dropped
from app.office import Office
from app.settings import Settings
from app.store.base import Db
from app.store.ladder.escalation import LadderRung
from app.store.outbox import Claimed, MailState, OutboxMail, claim
from app.store.people import Person
from app.store.questions import Question
from app.usecases import answering, booking, closing, links, ownership, suspending, term_requests
from app.usecases.accounts import codes
from app.usecases.escalation import sweep
from tests.support.browser import Browser
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
from tests.support.clock import Clock

ASKED = date(2026, 10, 5)
LATE = date(2026, 10, 27)  # the day after the due date: rung 2
LINK = re.compile(r"https://regie\.example/\S+")


@pytest.fixture
def office(db: Db, make_settings: Callable[..., Settings], clock: Clock) -> Office:
    a_register(db)
    clock.set(at(LATE, 9))
    return Office(make_settings(base_url="https://regie.example"), db, clock)


def claimed(office: Office) -> list[Claimed]:
    with office.db.writing() as s:
        return list(claim(s, 1000, 60, office.now(), hurried=True))


def written(office: Office, kind: str, address: str) -> Composed | Dropped:
    """What the one mail of this kind for this address says now."""
    mail = next(mail for mail in claimed(office) if (mail.kind, mail.address) == (kind, address))
    with office.db.reading() as s:
        return compose(office, s, mail)


def opened(result: Composed | Dropped) -> EmailMessage:
    assert isinstance(result, Composed), result
    return email.message_from_bytes(result.content, policy=email.policy.default)


def part(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return body.get_content().replace("\r\n", "\n")


def told_in(result: Composed | Dropped) -> str:
    """The text of a mail, which its HTML part tells too."""
    message = opened(result)
    assert part(message, "html")
    return part(message)


def run_sweep(office: Office) -> None:
    with office.db.writing() as s:
        sweep(s, CLOCKWORK, office.today(), office.now())


def test_the_mail_to_the_contact_says_who_asks_what_by_when_and_gives_the_link(office: Office) -> None:
    with office.db.writing() as s:
        question = a_question(s, sent_on=ASKED)
    office = replace(office, clock=lambda: at(ASKED))
    message = opened(written(office, "asked", "contact@jenv.example"))
    assert message["Subject"] == "Vraag 2026-001.1: Wanneer komt er duidelijkheid?; antwoord uiterlijk ma 26 okt"
    assert message["To"] == "Contact <contact@jenv.example>"
    for body in (part(message), part(message, "html")):
        assert "De VNG stelt uw ministerie een vraag" in body
        assert "Wanneer komt er duidelijkheid?" in body
        assert "Antwoord uiterlijk ma 26 oktober 2026." in body
        assert "beheer@vng.example" in body
        link = LINK.findall(body)[0].split('"')[0].split("<")[0]
        claims = read_token(link.rsplit("/", 1)[1], office.link_keys)
        assert (claims.question_id, claims.person_id) == (question.id, question.contact_id)
        with office.db.reading() as s:
            assert links.enter(s, claims).question.id == question.id


def test_headers_tell_programs_what_it_is_and_threads_belong_to_questions(office: Office) -> None:
    with office.db.writing() as s:
        letter = a_sent_letter(s, a_new_letter(*(NewQuestion(text=f"Vraag {n}?", owner="JENV") for n in range(2))))
        ids = [question.id for question in questions_of(s, letter)]
        stored = s.scalars(sa.select(OutboxMail)).one()
    message = opened(written(office, "asked", "contact@jenv.example"))
    assert message["Message-ID"] == f"<{stored.message_id}@regie.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "Regie <regie@vng.example>"
    assert message["References"].split() == [f"<vraag-{n}@regie.example>" for n in ids]
    assert message["Date"].datetime == at(LATE, 9)
    assert message.get_content_type() == "multipart/alternative"


def test_a_reader_who_chose_english_gets_dates_in_english(office: Office) -> None:
    with office.db.writing() as s:
        s.execute(sa.update(Person).values(language="en"))
        a_question(s)
    assert "Mon 26 Oct" in opened(written(office, "asked", "contact@jenv.example"))["Subject"]


def test_a_sign_in_code_stands_in_the_mail_and_not_in_the_outbox(office: Office) -> None:
    with office.db.writing() as s:
        challenge = codes.ask_for_code(s, "secretariaat@vng.example", "browser", office.now())
        stored = s.scalars(sa.select(OutboxMail)).one()
    text = part(opened(written(office, "code", "secretariaat@vng.example")))
    code = re.findall(r"^\d{8}$", text, re.MULTILINE)[0]
    assert code not in str(vars(stored))
    with office.db.writing() as s:
        assert codes.sign_in(s, challenge, code, "browser", office.key_for("code"), office.now()).token


def test_an_expired_code_is_not_sent(office: Office) -> None:
    with office.db.writing() as s:
        codes.ask_for_code(s, "secretariaat@vng.example", "browser", office.now() - timedelta(minutes=11))
    assert written(office, "code", "secretariaat@vng.example") == Dropped("De code is verlopen of al gebruikt.")


def test_a_new_round_tells_what_is_missing(office: Office) -> None:
    with office.db.writing() as s:
        question = a_question(s)
        contact = actor(s, "contact@jenv.example")
        answering.submit(s, contact, question.id, "Binnenkort.", "Afdeling Opvang", at(date(2026, 10, 20)))
        closing.judge(s, secretariat(s), question.id, Verdict.EVASIVE, "Noem een datum.", at(date(2026, 10, 26)))
    message = opened(written(office, "round", "contact@jenv.example"))
    assert "Noem een datum." in part(message)
    assert "Noem een datum." in part(message, "html")
    assert "Ronde 2 is begonnen." in part(message)
    claims = read_token(LINK.findall(part(message))[0].rsplit("/", 1)[1], office.link_keys)
    assert claims.round == 2


def test_the_receipt_goes_to_the_contact_and_repeats_the_answer(office: Office) -> None:
    with office.db.writing() as s:
        question = a_question(s)
        coordinator = actor(s, "coordinator@jenv.example")
        answering.submit(s, coordinator, question.id, "Vanaf 1 januari.", "Afdeling Opvang", office.now())
    text = part(opened(written(office, "receipt", "contact@jenv.example")))
    assert "Vanaf 1 januari." in text
    assert "Afdeling Opvang" in text


def test_az_hears_who_declined_why_and_whom_they_name(office: Office) -> None:
    with office.db.writing() as s:
        question = a_question(s)
        contact = actor(s, "contact@jenv.example")
        ownership.decline(s, contact, question.id, "Dit gaat over huisvesting.", "BZK", office.now())
    text = part(opened(written(office, "disputed", "regie@az.example")))
    assert "Dit gaat over huisvesting." in text
    assert "JenV wijst vraag 2026-001.1 af en noemt BZK." in text
    assert f"https://regie.example/vragen/{question.id}" in text


def test_a_settled_dispute_is_not_mailed(office: Office) -> None:
    with office.db.writing() as s:
        question = a_question(s)
        ownership.decline(s, actor(s, "contact@jenv.example"), question.id, "Niet van ons.", "BZK", office.now())
        ownership.assign(s, actor(s, "regie@az.example"), question.id, "BZK", "Past bij wonen.", office.now())
    assert isinstance(written(office, "disputed", "regie@az.example"), Dropped)


def test_only_those_who_may_answer_by_link_get_one(office: Office) -> None:
    with office.db.writing() as s:
        question_id = a_question(s).id
    office = replace(office, clock=lambda: at(date(2026, 11, 23), 9))
    run_sweep(office)
    with office.db.reading() as s:
        contact_id = s.get_one(Question, question_id).contact_id
    found = {}
    for mail in claimed(office):
        if mail.kind == "escalation":
            with office.db.reading() as s:
                found[mail.address] = LINK.findall(part(opened(compose(office, s, mail))))
    answer = {address for address, urls in found.items() if any("/a/" in url for url in urls)}
    assert answer == {"contact@jenv.example", "coordinator@jenv.example"}
    assert contact_id is not None
    page = {f"https://regie.example/vragen/{question_id}"}
    others = {"sg@jenv.example", "regie@az.example", "secretariaat@vng.example", "directie@vng.example"}
    assert {address for address, urls in found.items() if set(urls) == page} == others


def test_all_questions_stand_in_the_escalation_worst_first(office: Office) -> None:
    with office.db.writing() as s:
        for sent_on in (ASKED, date(2026, 9, 1), date(2026, 9, 14)):
            a_question(s, sent_on=sent_on)
    run_sweep(office)
    text = part(opened(written(office, "escalation", "contact@jenv.example")))
    assert text.startswith(
        "Beste Contact,\n\n3 vragen van de VNG zijn te laat. De oudste is 35 dagen te laat, bij JenV."
    )
    assert re.findall(r"(\d+) dag(?:en)? te laat \(", text) == ["35", "22", "1"]
    assert re.findall(r"trede (\d)", text) == ["5", "4", "2"]
    assert "Trede 2: 1 werkdag na de uiterste antwoorddatum. Bericht aan: contactpersoon, coördinator." in text
    assert "Trede 3" not in text, "only what stands in the mail is explained"


@pytest.mark.parametrize(
    ("language", "english", "under"),
    [("nl", "Call us.", "Bel ons & vraag."), ("en", "Call us.", "Call us."), ("en", None, "")],
)
def test_what_a_rung_says_besides_stands_in_the_readers_language_or_not_at_all(
    office: Office, language: str, english: str | None, under: str
) -> None:
    with office.db.writing() as s:
        s.execute(sa.update(Person).where(Person.email == "contact@jenv.example").values(language=language))
        a_question(s, sent_on=ASKED)
        s.execute(
            sa.update(LadderRung).where(LadderRung.number == 2).values(text_nl="Bel ons & vraag.", text_en=english)
        )
    run_sweep(office)
    message = opened(written(office, "escalation", "contact@jenv.example"))
    text, html = part(message), part(message, "html")
    explained = next(n for n, line in enumerate(text.split("\n")) if re.match(r"(Trede|Rung) 2: ", line))
    assert text.split("\n")[explained + 1].strip() == under
    assert under.replace("&", "&amp;") in html
    for other in {"Bel ons & vraag.", "Call us."} - {under}:
        assert other not in text
        assert other.replace("&", "&amp;") not in html


@pytest.mark.parametrize("act", ["answered", "transferred", "moved", "suspended", "withdrawn"])
def test_what_changed_since_the_sweep_drops_out(office: Office, act: str) -> None:
    with office.db.writing() as s:
        stays, goes = a_question(s, sent_on=ASKED).id, a_question(s, sent_on=date(2026, 9, 29)).id
    run_sweep(office)
    with office.db.writing() as s:
        contact, question = actor(s, "contact@jenv.example"), s.get_one(Question, goes)
        match act:
            case "answered":
                answering.submit(s, contact, goes, "Vanaf 1 januari.", "Afdeling Opvang", office.now())
            case "transferred":
                ownership.transfer(s, contact, goes, "BZK", "Dit gaat over huisvesting.", office.now())
            case "moved":
                question.due_on, question.term_version = date(2026, 11, 30), 2
            case "suspended":
                question.suspended = True
            case "withdrawn":
                closing.withdraw(s, secretariat(s), goes, "Niet meer nodig.", office.now())
    result = written(office, "escalation", "contact@jenv.example")
    assert isinstance(result, Composed)
    assert [question_id for question_id, _ in result.told] == [stays]


def test_a_mail_with_nothing_left_in_it_is_dropped_and_says_why(office: Office) -> None:
    with office.db.writing() as s:
        question_id = a_question(s).id
    run_sweep(office)
    with office.db.writing() as s:
        contact = actor(s, "contact@jenv.example")
        answering.submit(s, contact, question_id, "Vanaf 1 januari.", "Afdeling Opvang", office.now())
    result = written(office, "escalation", "coordinator@jenv.example")
    assert isinstance(result, Dropped)
    assert "intussen beantwoord" in result.why


def test_a_pending_mail_gives_no_link_to_a_contact_who_was_replaced(office: Office) -> None:
    with office.db.writing() as s:
        question = a_question(s)
        question.contact_id = s.scalars(sa.select(Person.id).where(Person.email == "sg@jenv.example")).one()
        question.link_serial += 1
    assert isinstance(written(office, "asked", "contact@jenv.example"), Dropped)


def test_a_reader_who_left_gets_nothing(office: Office) -> None:
    with office.db.writing() as s:
        a_question(s)
        s.execute(sa.update(Person).where(Person.email == "contact@jenv.example").values(ended_at=office.now()))
    assert written(office, "asked", "contact@jenv.example") == Dropped("De lezer doet niet meer mee.")


def test_text_from_people_can_break_neither_headers_nor_html(office: Office) -> None:
    title = "Kop\r\nBcc: iemand@elders.example <script>alert(1)</script>"
    with office.db.writing() as s:
        question = a_question(s)
        question.title = title
    message = opened(written(office, "asked", "contact@jenv.example"))
    assert message["Bcc"] is None
    assert "<script" not in part(message, "html")
    assert "&lt;script&gt;" in part(message, "html")


def test_a_mail_about_two_hundred_questions_stays_under_100_kb_and_its_text_is_whole(office: Office) -> None:
    with office.db.writing() as s:
        long = "Kunt u toezeggen dat de bekostiging van de opvang kostendekkend blijft? " * 3
        new = a_new_letter(*(NewQuestion(title=long[:190], text=f"{n} {long}", owner="JENV") for n in range(200)))
        a_sent_letter(s, new)
    asked = opened(written(office, "asked", "contact@jenv.example"))
    run_sweep(office)
    for message in (asked, opened(written(office, "escalation", "contact@jenv.example"))):
        assert len(part(message, "html").encode()) < 100_000
        assert len(set(re.findall(r"2026-001\.(\d+)", part(message)))) == 200


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("width", [360, 800])
def test_mails_fit_their_window(office: Office, browser: Browser, width: int) -> None:
    with office.db.writing() as s:
        for sent_on in (ASKED, date(2026, 9, 1)):
            a_question(s, sent_on=sent_on, title="Gegevens delen in samenwerkingsverbandenconstructies")
        codes.ask_for_code(s, "secretariaat@vng.example", "browser", office.now())
    mails = claimed(office)
    with office.db.reading() as s:
        messages = [compose(office, s, mail) for mail in mails]
    run_sweep(office)
    mails = claimed(office)
    with office.db.reading() as s:
        messages += [compose(office, s, mail) for mail in mails]
    page = browser.new_page(viewport={"width": width, "height": 800})
    for message in messages:
        page.set_content(part(opened(message), "html"))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("how", ["moved", "suspended"])
def test_a_contact_is_asked_where_the_ladders_mail_that_waits_will_not_say_it(office: Office, how: str) -> None:
    with office.db.writing() as s:
        question_id = a_question(s, sent_on=ASKED).id
    run_sweep(office)
    assert isinstance(written(office, "asked", "contact@jenv.example"), Dropped)
    with office.db.writing() as s:
        s.execute(sa.update(OutboxMail).values(state=MailState.PENDING))
        question = s.get_one(Question, question_id)
        if how == "moved":
            question.due_on, question.term_version = date(2026, 11, 30), 2
        else:
            question.suspended = True
    assert isinstance(written(office, "asked", "contact@jenv.example"), Composed)


def test_what_the_ladder_said_before_a_question_came_back_does_not_count(office: Office) -> None:
    with office.db.writing() as s:
        question_id = a_question(s, sent_on=ASKED).id
    run_sweep(office)
    with office.db.writing() as s:
        s.execute(sa.update(OutboxMail).values(state=MailState.SENT))
        ownership.transfer(s, actor(s, "contact@jenv.example"), question_id, "BZK", "Is wonen.", office.now())
        ownership.decline(s, actor(s, "contact@bzk.example"), question_id, "Nee.", "", office.now())
        ownership.assign(s, actor(s, "regie@az.example"), question_id, "JENV", "Toch.", at(LATE, 12))
    assert isinstance(written(office, "asked", "contact@jenv.example"), Composed)


def test_a_question_that_is_sent_again_says_so_whatever_the_ladder_told(office: Office) -> None:
    with office.db.writing() as s:
        question_id = a_question(s, sent_on=ASKED).id
    run_sweep(office)
    with office.db.writing() as s:
        s.execute(sa.delete(OutboxMail).where(OutboxMail.kind == "asked"))
        booking.resend(s, secretariat(s), question_id, "", office.now())
    assert isinstance(written(office, "asked", "contact@jenv.example"), Composed)


def test_the_secretariat_reads_what_a_ministry_asks_and_where_to_decide(office: Office) -> None:
    with office.db.writing() as s:
        question_id = a_question(s, sent_on=date(2026, 10, 12)).id
        contact = actor(s, "contact@jenv.example")
        term_requests.ask_time(s, contact, question_id, date(2026, 12, 18), "Na het debat.", office.now())
        asked = term_requests.ask_clarification(s, contact, question_id, "Welke plekken?", office.now()).id
    time, clarification = (one for one in claimed(office) if one.kind == "request")
    with office.db.reading() as s:
        told = told_in(compose(office, s, time))
        assert "JenV vraagt om uitstel tot vr 18 december 2026" in told
        assert "Na het debat." in told
        assert f"https://regie.example/vragen/{question_id}/verzoeken/{asked}" in told_in(
            compose(office, s, clarification)
        )
    with office.db.writing() as s:
        term_requests.refuse(s, secretariat(s), asked, "Alle plekken.", office.now())
    with office.db.reading() as s:
        assert isinstance(compose(office, s, clarification), Dropped)


def test_the_contact_reads_what_became_of_the_term(office: Office) -> None:
    with office.db.writing() as s:
        question_id = a_question(s, sent_on=date(2026, 10, 12)).id
        contact, vng, now = actor(s, "contact@jenv.example"), secretariat(s), office.now()
        longer = term_requests.ask_time(s, contact, question_id, date(2026, 12, 18), "Na het debat.", now).id
        term_requests.refuse(s, vng, longer, "Dat is te lang.", now)
        meant = term_requests.ask_clarification(s, contact, question_id, "Welke plekken?", now).id
        term_requests.grant(s, vng, meant, None, "Wij leggen het uit.", now)
    refused, granted = (one for one in claimed(office) if one.kind == "term")
    with office.db.reading() as s:
        told = told_in(compose(office, s, refused))
        assert "De VNG geeft geen uitstel voor vraag 2026-001.1." in told
        assert "Dat is te lang." in told
        told = told_in(compose(office, s, granted))
        assert "Zolang staat de klok stil" in told
        assert "zolang is ma 2 november 2026 voorlopig" in told
    with office.db.writing() as s:
        suspending.resume(s, vng, question_id, None, "Alle plekken die meetellen.", at(date(2026, 10, 30)))
    (resumed,) = (one for one in claimed(office) if one.kind == "term")
    with office.db.reading() as s:
        told = told_in(compose(office, s, resumed))
        assert "De klok van vraag 2026-001.1 loopt weer. De uiterste antwoorddatum is nu do 5 november 2026." in told
        assert "Alle plekken die meetellen." in told
        assert "/a/" in told
