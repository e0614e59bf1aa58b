"""Answer links against scanners, thieves, and a change of keys: what they open, and where they are never found."""

import random
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, Request

from app.domain.capabilities import LinkClaims, LinkPurpose, make_token, read_token
from app.domain.errors import NotFound, Refusal
from app.domain.letters import NewQuestion
from app.domain.questions import State
from app.mail.post import post
from app.main import create_app
from app.office import Office
from app.settings import Settings
from app.store.base import Db
from app.store.concurrence import Contribution
from app.store.mail_copies import MailCopy
from app.store.outbox import OutboxMail
from app.store.people import Person
from app.store.questions import Question, QuestionEvent
from app.usecases import concurrence, drafts, links
from app.usecases.contacts import DISOWNED
from tests.support.answer_links import everything, link_to
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, questions_of
from tests.support.clock import Clock
from tests.support.inside import Inside
from tests.support.live import Live
from tests.support.visits import TOKEN, form_token, send, sign_in

ANSWER = {"act": "verstuur", "tekst": "Vanaf 5 maart 2027 geldt € 44 per plek.", "namens": "Hoofd Opvang"}
SCANNERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Microsoft Office SafeLinks",
    "Barracuda Sentinel (EE)",
    "Mimecast URL Protect",
    "Proofpoint TAP",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "curl/8.5.0",
    "",
)
NEW_KEY = "n" * 40
Recorded = Callable[[str, object], None]


def asked(db: Db, *owners: str) -> list[int]:
    """Questions that went out on the 9th, one to each of these ministries, FIN contributing."""
    a_register(db)
    with db.writing() as s:
        typed = [NewQuestion(f"Welk bedrag geldt voor {code}?", code, contributors=("FIN",)) for code in owners]
        return [
            one.id for one in questions_of(s, a_sent_letter(s, a_new_letter(*typed, letter_date=date(2026, 11, 9))))
        ]


def mails(folder: Path) -> Iterator[str]:
    """The text of every mail that left, as its reader sees it."""
    for path in sorted(folder.glob("*.eml")):
        body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
        assert body is not None
        yield str(body.get_content()).replace("\r\n", "\n")


def link_in(text: str, ending: str = "") -> str:
    """The path of the link in a mail that ends so."""
    found = re.search(rf"(/a/[^/\s]+{ending})$", text, re.MULTILINE)
    assert found, text
    return found[1]


def test_of_five_hundred_visits_by_scanners_none_changes_anything(
    live: Live, inside: Inside, page: Page, record_property: Recorded
) -> None:
    (question_id,) = asked(live.db, "JENV")
    link = link_to(live, question_id)
    paths = [link, *(f"{link}/{part}" for part in ("ontvangst", "intrekking", "afstemming", "concept", "documenten/1"))]
    before, visits = everything(live.db), 0
    while visits < 500:
        for method in ("GET", "HEAD", "OPTIONS"):
            for path in paths:
                agent = SCANNERS[visits % len(SCANNERS)]
                answer = inside.request(method, path, headers={"User-Agent": agent, "Purpose": "prefetch"})
                assert answer.status_code < 500, (method, path)
                visits += 1
    page.goto(live.url + link)  # this one runs scripts, opens what is folded, types, and waits
    for summary in page.locator("summary").all():
        summary.click()
    page.get_by_label("Uw naam en functie").or_(page.locator("input[name=namens]")).first.hover()
    page.wait_for_timeout(2500)
    page.goto("about:blank")
    assert everything(live.db) == before
    assert send(inside, link, ANSWER).status_code == 303
    with live.db.reading() as s:
        assert s.get_one(Question, question_id).state is State.ANSWERED
    record_property("visits by scanners that changed nothing, one of them a browser that ran its scripts", visits + 1)


def stale_claims(db: Db, chance: random.Random) -> Iterator[LinkClaims]:
    """Claims as a seal of ours could have been put on them once, or for another end; none opens an answer form now."""
    with db.reading() as s:
        live, moved, withdrawn, second = s.scalars(sa.select(Question).order_by(Question.id)).all()
        people = {one.email: one.id for one in s.scalars(sa.select(Person))}
        request = s.scalars(sa.select(Contribution)).one()
    contact, ended = people["contact@jenv.example"], people["sg@jenv.example"]
    good = LinkClaims(LinkPurpose.ANSWER, live.id, contact, live.round, live.link_serial)
    yield replace(good, purpose=LinkPurpose.CONCUR)
    yield LinkClaims(LinkPurpose.CONCUR, request.question_id, people["contact@fin.example"], 1, request.id)
    for _ in range(5000):
        yield chance.choice(
            [
                replace(good, serial=chance.choice([-1, 0, good.serial + chance.randint(1, 10**6)])),
                replace(good, round=chance.choice([0, good.round + chance.randint(1, 99)])),
                replace(good, person_id=chance.choice([0, ended, 10**9, people["contact@bzk.example"]])),
                replace(good, question_id=chance.randint(10**4, 10**9)),
                replace(good, question_id=moved.id, person_id=contact, serial=1),
                replace(good, question_id=withdrawn.id, serial=withdrawn.link_serial),
                replace(good, question_id=second.id, serial=second.link_serial - 1),
                replace(good, purpose=LinkPurpose.CONCUR, serial=chance.randint(0, 10**6)),
            ]
        )


def altered(chance: random.Random, token: str) -> str:
    """A token with one sign changed, left out or put in, or its tail cut off."""
    at, sign = chance.randrange(len(token)), chance.choice("0123456789abcdef.")
    ways = (
        token[:at] + sign + token[at + 1 :],
        token[:at] + token[at + 1 :],
        token[:at] + sign + token[at:],
        token[:at],
    )
    return chance.choice(ways)


def test_of_ten_thousand_altered_stale_revoked_and_misused_tokens_none_is_accepted(
    live: Live, inside: Inside, record_property: Recorded
) -> None:
    first, moved, withdrawn, second = asked(live.db, "JENV", "JENV", "JENV", "JENV")
    office: Office = live.app.state.office
    with live.db.writing() as s:
        bzk = s.scalars(sa.select(Person.ministry_id).where(Person.email == "contact@bzk.example")).one()
        s.get_one(Question, moved).owner_id = bzk or 0
        s.get_one(Question, moved).link_serial = 2
        s.get_one(Question, withdrawn).state = State.WITHDRAWN
        s.get_one(Question, second).link_serial = 7
        s.scalars(sa.select(Person).where(Person.email == "sg@jenv.example")).one().ended_at = live.clock()
        owner = actor(s, "contact@jenv.example")
        version = drafts.save_draft(s, owner, first, "Concept.", "", None, live.clock()).version
        concurrence.ask(s, owner, first, ["FIN"], date(2026, 11, 27), live.clock(), version=version)
    chance = random.Random(118)  # noqa: S311 the same tokens each time
    key_id = next(iter(office.link_keys))
    stale = [make_token(claims, office.link_keys, key_id) for claims in stale_claims(live.db, chance)]
    good = link_to(live, first).removeprefix("/a/")
    spoiled = [one for one in (altered(chance, good) for _ in range(5600)) if one != good]
    foreign = [make_token(LinkClaims(LinkPurpose.ANSWER, first, 1, 1, 1), {key_id: b"f" * 32}, key_id)]
    accepted, tokens = 0, [*stale, *spoiled, *foreign]
    with live.db.reading() as s:
        for token in tokens:
            try:
                links.enter(s, read_token(token, office.link_keys))
                accepted += 1
            except NotFound:
                continue
        assert links.enter(s, read_token(good, office.link_keys)).question.id == first
    assert (accepted, len(tokens) >= 10_000) == (0, True)
    before = everything(live.db)
    for token in chance.sample(tokens, 100):
        assert inside.post(f"/a/{token}", data=ANSWER, headers={"Origin": live.url}).status_code in {403, 404, 405}
    assert everything(live.db) == before
    record_property("altered, stale, revoked or misused tokens, of which accepted: 0", len(tokens))


def test_neither_the_register_nor_the_outbox_page_holds_a_link_or_code_that_works(
    live: Live, inside: Inside, record_property: Recorded
) -> None:
    asked(live.db, "JENV", "BZK")
    office: Office = live.app.state.office
    post(office)
    link = next(link_in(text) for text in mails(live.settings.mail_folder) if "/a/" in text)
    assert send(inside, link, ANSWER).status_code == 303
    send(inside, "/aanmelden", {"email": "secretariaat@vng.example"})
    post(office)
    went_out = "\n".join(mails(live.settings.mail_folder))
    tokens, codes = (
        set(re.findall(r"/a/([^/\s]+)", went_out)),
        set(re.findall(r"^\s*(\d{4} ?\d{4})$", went_out, re.MULTILINE)),
    )
    assert len(tokens) >= 2
    assert len(codes) == 1
    with live.db.reading() as s:
        copies = [zlib.decompress(packed).decode() for packed in s.scalars(sa.select(MailCopy.text))]
        ids = s.scalars(sa.select(OutboxMail.id)).all()
    rows = everything(live.db)
    sign_in(inside, live, "beheer@vng.example")
    shown = [inside.get(path).text for path in ("/postvak-uit", *(f"/postvak-uit/{one}" for one in ids))]
    kept = "\n".join([repr(rows), *copies, *shown])
    assert "…" in kept, "links are masked, not left out"
    for secret in (*tokens, *(code.replace(" ", "") for code in codes), *codes):
        assert secret not in kept
    usable = [word for word in re.findall(r"[\w.-]{40,}", kept) if works(word, office)]
    assert usable == []
    record_property("rows of the register searched for a link or code", sum(map(len, rows.values())))


def works(text: str, office: Office) -> bool:
    try:
        read_token(text, office.link_keys)
    except Refusal:
        return False
    return True


def test_a_newer_key_takes_over_without_breaking_a_link_or_a_form_that_is_open(
    make_settings: Callable[..., Settings], db: Db, clock: Clock
) -> None:
    (question_id,) = asked(db, "JENV")
    before = make_settings(base_url="https://regie.example")
    during, after = (
        make_settings(base_url="https://regie.example", secret=NEW_KEY, old_secrets=old) for old in ("x" * 32, "")
    )
    old, both, new = (create_app(one, db=db, clock=clock) for one in (before, during, after))
    with db.reading() as s:
        question = s.get_one(Question, question_id)
        claims = LinkClaims(LinkPurpose.ANSWER, question_id, question.contact_id or 0, 1, question.link_serial)
    path = old.state.office.answer_link(claims).removeprefix("https://regie.example")
    newer = both.state.office.answer_link(claims).removeprefix("https://regie.example")
    assert newer != path
    assert newer == new.state.office.answer_link(claims).removeprefix("https://regie.example")
    browsers = [Inside(app, "https://regie.example") for app in (old, both, new)]
    typed = form_token(browsers[0], path)
    withdrawn = browsers[2].get(path)
    assert (withdrawn.status_code, "met een oude sleutel gemaakt" in withdrawn.text) == (404, True)
    assert [one.get(newer).status_code for one in browsers] == [404, 200, 200]
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    sent = browsers[1].post(path, data={**ANSWER, "form_token": typed}, headers=headers)
    assert sent.status_code == 303
    for browser in browsers:
        browser.close()


def test_the_contact_revokes_from_the_receipt_what_somebody_else_answered(live: Live, inside: Inside) -> None:
    (question_id,) = asked(live.db, "JENV")
    office: Office = live.app.state.office
    link = link_to(live, question_id)
    assert send(inside, link, ANSWER).status_code == 303
    post(office)
    receipt = next(text for text in mails(live.settings.mail_folder) if "Kwam dit antwoord niet" in text)
    revoking = link_in(receipt, "/intrekking")
    assert revoking == f"{link}/intrekking"
    assert revoking in inside.get(link).text
    before = everything(live.db)
    asking = inside.get(revoking)
    assert (asking.status_code, "Hoofd Opvang" in asking.text) == (200, True)
    assert everything(live.db) == before, "to look is to change nothing"
    done = send(inside, revoking)
    assert (done.status_code, done.headers["location"]) == (303, "/a/ingetrokken")
    assert "niet van uw ministerie" in inside.get("/a/ingetrokken").text
    dead = inside.get(link)
    assert (dead.status_code, "nieuwere link" in dead.text) == (404, True)
    token = TOKEN.search(asking.text)
    assert token
    twice = inside.post(revoking, data={"form_token": token[1]}, headers={"Origin": live.url})
    assert twice.status_code == 404
    post(office)
    heard = [text for text in mails(live.settings.mail_folder) if "van een ander komt" in text]
    assert len(heard) == 1
    assert f"/vragen/{question_id}/oordeel" in heard[0]
    with live.db.reading() as s:
        assert DISOWNED in s.scalars(sa.select(QuestionEvent.act).where(QuestionEvent.question_id == question_id)).all()
    sign_in(inside, live, "secretariaat@vng.example")
    assert "zegt dat dit antwoord van een ander komt" in inside.get(f"/vragen/{question_id}").text


def test_a_question_without_an_answer_is_not_revoked_that_way(live: Live, inside: Inside) -> None:
    (question_id,) = asked(live.db, "JENV")
    link = link_to(live, question_id)
    token = form_token(inside, link)
    answer = inside.post(f"{link}/intrekking", data={"form_token": token}, headers={"Origin": live.url})
    assert (answer.status_code, "Er wacht geen antwoord op een oordeel" in answer.text) == (409, True)
    assert inside.get(link).status_code == 200


def test_the_link_stands_in_no_referrer_and_no_history(live: Live, page: Page) -> None:
    (question_id,) = asked(live.db, "JENV")
    link = link_to(live, question_id)
    token, sent = link.rpartition("/")[2], []

    def note(request: Request) -> None:
        sent.append((request.url, request.all_headers().get("referer", "")))

    page.on("request", note)
    page.goto(live.url + link)
    page.wait_for_url("**/a")
    assert page.evaluate("document.referrer") == ""
    page.goto(f"{live.url}/hulp")
    page.go_back()
    assert token not in page.url
    assert len(sent) > 8
    assert [referer for _, referer in sent if token in referer] == []
    assert httpx.get(live.url + link).headers["referrer-policy"] == "no-referrer"
