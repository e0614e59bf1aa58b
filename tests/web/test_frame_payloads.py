"""Goals S6: what was typed to do something does nothing, in pages, mails, spreadsheets, the log and headers."""

import csv
import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from app.logs import Line
from app.mail.post import post
from app.store.letters import Letter
from app.store.questions import Question
from app.usecases.accounts import tokens
from tests.support.answer_links import link_to
from tests.support.builders import a_register
from tests.support.inside import Inside
from tests.support.live import Live
from tests.support.payloads import alive_in, payloads
from tests.support.visits import form_token, sign_in

SAME = {"Sec-Fetch-Site": "same-origin"}
LETTERS = 32
EVALUATED = "1779547"  # 1337 × 1331
UNSAFE_CELL = re.compile(r"^[\t\r\n ]*[=+\-@＝＋－＠]")
UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # refused by name, as tests of the API say
NUMBER = re.compile(r"-?[\d.,%]+")


def test_a_payload_that_lives_is_seen() -> None:
    for text in payloads():
        assert "zq" in text
    lives = [text for text in payloads() if alive_in(f"<p>{text}</p>") or alive_in(f'<input value="{text}">')]
    assert len(lives) >= 60
    assert alive_in("<p>&lt;script&gt;zq1()&lt;/script&gt;</p><script src='/static/js/x.js'></script>") == []


def typed_letters(live: Live, browser: Inside, secretariat: dict[str, str], contact: dict[str, str]) -> Iterator[int]:
    """Letters with every text field full of payloads, each with an answer, a verdict and what else takes words."""
    every = [UNWRITABLE.sub("", text) for text in payloads()]
    for number in range(LETTERS):
        mine = every[number::LETTERS]
        text = iter((mine * 4)[number % 3 :])
        asked = [
            {"tekst": f"{next(text)} {next(text)} {next(text)}", "kop": next(text)[:150], "eigenaar": "JENV"}
            for _ in "ab"
        ]
        letter = {
            "onderwerp": " ".join([next(text), next(text)])[:200],
            "kenmerk": next(text)[:90],
            "datum": "2026-11-16",
            "aan": "JENV",
            "tekst": "\n".join(mine),
            "vragen": asked,
        }
        made = browser.post("/api/v1/brieven", json=letter, headers=secretariat)
        assert made.status_code == 201, made.text
        sent = browser.post(
            f"/api/v1/brieven/{made.json()['id']}/verzending", json={"datum": "2026-11-16"}, headers=secretariat
        )
        assert sent.status_code == 200, sent.text
        first, second = (one["id"] for one in made.json()["vragen"])
        given = {"tekst": "\n".join(mine), "namens": next(text)[:200]}
        assert browser.post(f"/api/v1/vragen/{first}/antwoorden", json=given, headers=contact).status_code == 201
        why = {"reden": " ".join(mine)[:1900]}
        browser.post(f"/api/v1/vragen/{second}/afwijzingen", json=why, headers=contact).raise_for_status()
        yield made.json()["id"]


def test_no_payload_lives_in_a_page_a_mail_a_spreadsheet_the_log_or_a_header(
    live: Live, inside: Inside, caplog: pytest.LogCaptureFixture, record_property: Callable[[str, object], None]
) -> None:
    caplog.set_level(logging.INFO)
    a_register(live.db)
    with live.db.writing() as s:
        keys = [tokens.make_for(s, one, live.clock()) for one in ("secretariaat@vng.example", "contact@jenv.example")]
    letters = list(typed_letters(live, inside, *({"Authorization": f"Bearer {key}"} for key in keys)))
    links = by_link(live, inside)
    sign_in(inside, live, "secretariaat@vng.example")
    with live.db.reading() as s:
        questions = s.scalars(sa.select(Question.id).order_by(Question.id)).all()
        assert s.scalar(sa.select(sa.func.count()).select_from(Letter)) == LETTERS
    addresses = ["/", "/brieven", "/vragen", "/samenhang", "/postvak-uit", *(f"/brieven/{one}" for one in letters)]
    addresses += [f"/brieven/{one}/antwoordblad" for one in letters] + [f"/vragen/{one}" for one in questions]
    addresses += [f"/vragen?zoek={quote(text)}" for text in payloads()[:20]]
    pages = [inside.get(path) for path in addresses] + links
    for page in pages:
        assert page.status_code == 200, page.url
        assert alive_in(page.text) == [], page.url
        assert EVALUATED not in page.text, page.url
        assert "a=zq" not in page.headers.get("set-cookie", "")
        assert not [name for name in page.headers if "evil" in name]
    seen = {found for page in pages for found in re.findall(r"zq\d+", page.text)}
    assert len(seen) == len(payloads()), "each came out somewhere"
    cells = check_spreadsheets(inside, letters)
    mails = check_mails(live)
    assert mails > 60
    lines = [Line().format(record) for record in caplog.records if record.name.startswith("app.")]
    assert all(len(line.splitlines()) == 1 and line.isprintable() for line in lines)
    assert "zq" not in "\n".join(lines)
    record_property("payloads through every text field of letters, questions, answers and reasons", len(payloads()))
    record_property("pages in which none lives", len(pages))
    record_property("cells of spreadsheets in which none lives", cells)
    record_property("mails in which none lives", mails)


def by_link(live: Live, browser: Inside) -> list:
    """The same by a form: an answer by its link, with a draft, a look beforehand, and the receipt."""
    with live.db.reading() as s:
        one = s.scalars(sa.select(Question.id).where(Question.state == "betwist").order_by(Question.id)).first()
    with live.db.writing() as s:
        s.get_one(Question, one).state = "in-behandeling"
    link, text = link_to(live, one or 0), "\n".join(payloads())
    typed = {"act": "controleer", "tekst": text, "namens": payloads()[3], "form_token": form_token(browser, link)}
    shown = browser.post(link, data=typed, headers=SAME)
    again = browser.post(f"{link}/doorgeleiding", data={**typed, "naar": "zq'", "reden": text[:1000]}, headers=SAME)
    assert again.status_code == 400
    assert alive_in(again.text) == []
    assert browser.post(link, data={**typed, "act": "verstuur"}, headers=SAME).status_code == 303
    return [shown, browser.get(f"{link}/ontvangst"), browser.get(f"{link}/intrekking")]


def check_spreadsheets(browser: Inside, letters: list[int]) -> int:
    """How many cells there are in what can be downloaded; none is a formula."""
    seen = 0
    for path in ("/vragen.csv", "/samenhang.csv"):
        answer = browser.get(path)
        if answer.status_code != 200:
            continue
        for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"):
            for cell in row:
                seen += 1
                assert not UNSAFE_CELL.match(cell) or NUMBER.fullmatch(cell), cell
    for path in ("/vragen.ods", f"/brieven/{letters[0]}/antwoordblad.odt"):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        content = zipfile.ZipFile(io.BytesIO(answer.content)).read("content.xml").decode()
        assert "table:formula" not in content
        assert "<script" not in content
        assert not re.search(r"<(text:)?zq", content)
        seen += content.count("<table:table-cell")
        assert "\n" not in answer.headers["content-disposition"]
    return seen


def check_mails(live: Live) -> int:
    """How many mails went out; none has a header or an element that somebody typed."""
    post(live.app.state.office)
    paths = list(live.settings.mail_folder.glob("*.eml"))
    for path in paths:
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert {name.lower() for name in mail} <= {
            "message-id", "date", "from", "to", "subject", "auto-submitted", "references", "mime-version",
            "content-type", "list-unsubscribe", "content-transfer-encoding",
        }, path  # fmt: skip
        assert "evil" not in str(mail["To"]) + str(mail["From"])
        html = mail.get_body(("html",))
        assert html is not None
        text = html.get_content()
        assert [one for one in alive_in(text) if "zq" in one] == [], path
        assert EVALUATED not in text
    return len(paths)
