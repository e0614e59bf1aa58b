"""Every page as every role, a question in every state: headers, nothing inline, no secret and nobody in the log."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

import httpx
import pytest
import sqlalchemy as sa

from app.domain.capabilities import LinkClaims, LinkPurpose, make_token
from app.domain.letters import NewQuestion
from app.domain.permissions import Role
from app.domain.questions import State, Verdict
from app.logs import Line
from app.main import create_app
from app.office import Office
from app.settings import Settings
from app.store.base import Db
from app.store.concurrence import Contribution, ContributionState
from app.store.documents import Document
from app.store.figures.digests import FrozenDigest
from app.store.letters import Letter
from app.store.ministries import Dossier
from app.store.outbox import OutboxMail
from app.store.people import Person, PersonRole
from app.store.questions import Question
from app.timetable import run_job
from app.usecases import answering, closing, concurrence, drafts, letters, ownership
from app.usecases.accounts import tokens
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, questions_of, secretariat
from tests.support.clock import Clock
from tests.support.inside import Inside
from tests.support.live import Live
from tests.support.visits import cookies_of, form_token
from tests.web.test_policy import Declared, routes_of

BASE = "https://regie.example"
STRANGER, CODE = "iemand.bijzonders@jenv.example", "12345678"
ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}
INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)[^>]*>|<style[\s>]|\sstyle\s*=|<[^>]+\son[a-z]+\s*="
    r"|(?:href|src|action)\s*=\s*[\"']?\s*(?:javascript|data):",
    re.IGNORECASE,
)
PARAMETER = re.compile(r"\{([a-z_]+)(?::[a-z]+)?\}")


@pytest.fixture
def demo(make_settings: Callable[..., Settings], db: Db, clock: Clock) -> Live:
    """A register on the internet, over https and under its own name, with a question in every state and a digest."""
    settings = make_settings(base_url=BASE)
    made = Live(BASE, db, clock, settings, create_app(settings, db=db, clock=clock))
    a_register(db)
    with db.writing() as s:
        typed = [NewQuestion(f"Vraag {n}?", "JENV", contributors=("FIN",)) for n in range(7)]
        new = a_new_letter(*typed, letter_date=date(2026, 11, 2), dossier="asiel-en-migratie")
        letter = a_sent_letter(s, new, date(2026, 11, 2))
        _, accepted, concurring, disputed, answered, settled, withdrawn = questions_of(s, letter)
        owner, vng, now = actor(s, "contact@jenv.example"), secretariat(s), clock()
        answering.accept(s, owner, accepted.id, now)
        drafts.save_draft(s, owner, concurring.id, "Wij stellen dit voor.", "Hoofd", None, now)
        concurrence.ask(s, owner, concurring.id, ["FIN"], None, now)
        ownership.decline(s, owner, disputed.id, "Niet van ons.", "", now)
        for one in (answered, settled):
            answering.submit(s, owner, one.id, "Het bedrag is € 44.", "Hoofd", now)
        closing.judge(s, vng, settled.id, Verdict.CONCRETE, "", now)
        closing.withdraw(s, vng, withdrawn.id, "Dubbel.", now)
        letters.register(s, vng, a_new_letter(reference="VNG/2"), now)
    run_job(made.app.state.office, "sweep")
    run_job(made.app.state.office, "digest")
    return made


def test_a_page_with_something_inline_is_seen() -> None:
    for bad in (
        "<script>x</script>", "<script nonce=a>", "<style>", '<p style="color:red">', "<a onclick=x>", "<b  OnLoad =x>",
        '<a href="javascript:x">', "<form action=' data:text/html,x'>",
    ):  # fmt: skip
        assert INLINE.search(bad), bad
    for good in ('<script src="/x.js" type="module"></script>', "<p>style=1</p>", '<a data-onder="x" href="/data">'):
        assert not INLINE.search(good), good


def numbers(db: Db, turn: int) -> Mapping[str, list[object]]:
    """What may stand in each part of an address: things there are, and a document there isn't.

    Questions are in two states, others at each turn: eight roles see all of them.
    """
    states = [list(State)[(turn + step) % len(State)] for step in (0, 4)]
    with db.reading() as s:
        questions = [s.scalars(sa.select(Question.id).where(Question.state == one).limit(1)).first() for one in states]
        letters = s.scalars(sa.select(Letter.id).order_by(Letter.id.desc()).limit(2)).all()
        return {
            "question_id": [one for one in questions if one],
            "id": [one for one in questions if one],
            "letter_id": list(letters),
            "mail_id": list(s.scalars(sa.select(OutboxMail.id).limit(1))),
            "document_id": [*s.scalars(sa.select(Document.id).limit(1)), 999_999],
            "week": [str(one) for one in s.scalars(sa.select(FrozenDigest.week).limit(1))],
            "slug": list(s.scalars(sa.select(Dossier.slug).limit(1))),
            "person_id": list(s.scalars(sa.select(Person.id).limit(1))),
        }


def addresses(route: Declared, known: Mapping[str, list[object]]) -> Iterator[str]:
    """The addresses of a route, with each thing there is in the place of its parameter, else a 1."""
    names = PARAMETER.findall(route.path)
    if not names:
        yield route.path
        return
    for value in known.get(names[0], [1]):
        chosen = {name: known.get(name, [1])[0] for name in names} | {names[0]: value}
        path = route.path
        for name in names:
            path = re.sub(rf"\{{{name}(:[a-z]+)?\}}", str(chosen[name]), path)
        yield path


def links_of(live: Live) -> list[str]:
    """One link to answer, one to read back, one to concur, one of a key that was withdrawn."""
    office: Office = live.app.state.office
    found = []
    with live.db.reading() as s:
        for state in (State.ASKED, State.ANSWERED, State.CONCURRING):
            question = s.scalars(
                sa.select(Question).where(Question.state == state, Question.contact_id.is_not(None)).limit(1)
            ).one()
            who = question.contact_id or 0
            found.append(LinkClaims(LinkPurpose.ANSWER, question.id, who, question.round, question.link_serial))
        request = s.scalars(sa.select(Contribution).where(Contribution.state == ContributionState.ASKED).limit(1)).one()
        reader = s.scalars(sa.select(Person.id).where(Person.ministry_id == request.ministry_id).limit(1)).one()
        found.append(LinkClaims(LinkPurpose.CONCUR, request.question_id, reader, 1, request.id))
    links = [office.answer_link(one).removeprefix(BASE) for one in found]
    return [*links, f"/a/{make_token(found[0], {'0123abcd': b'w' * 32}, '0123abcd')}"]


def assert_headed(answer: httpx.Response, path: str) -> None:
    """The headers of goals S9, whatever the answer is."""
    headers = answer.headers
    for name, value in ALWAYS.items():
        assert headers.get(name) == value, f"{path}: {name}"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy, path
    assert "frame-ancestors 'none'" in policy, path
    assert not re.search(r"unsafe-|\*|http:|data:", policy), path
    assert headers["referrer-policy"] == ("no-referrer" if path.startswith("/a/") else "same-origin"), path
    assert "camera=()" in headers["permissions-policy"], path
    assert headers["cross-origin-resource-policy"] in {"same-origin", "cross-origin"}, path
    assert (headers["cross-origin-resource-policy"] == "cross-origin") == path.endswith("openapi.json"), path
    if not path.startswith("/static/"):
        assert "no-store" in headers["cache-control"], path
    assert "server" not in headers, path


class Walk:
    """Somebody who walks through all pages; what they may not tell anybody goes into `secrets`."""

    def __init__(self, demo: Live) -> None:
        self.demo, self.answers, self.pages = demo, 0, 0
        self.secrets: set[str] = set()
        self.routes = [one for one in routes_of(demo.app) if "GET" in one.methods and "{token}" not in one.path]

    def look(self, browser: Inside, path: str, **given: object) -> None:
        """One page: headed, and nothing inline."""
        answer = browser.get(path, **given)
        assert answer.status_code < 500, path
        assert_headed(answer, path)
        self.answers += 1
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert not (found := INLINE.search(answer.text)), f"{path}: {found}"
            self.pages += 1

    def as_role(self, role: Role, turn: int) -> None:
        """All pages, and the API with a key of one's own, by somebody who has this role."""
        browser = Inside(self.demo.app, BASE)
        with self.demo.db.writing() as s:
            having = sa.select(Person.email).join(PersonRole, PersonRole.person_id == Person.id)
            having = having.where(PersonRole.role == role, Person.ended_at.is_(None)).order_by(Person.id)
            email = s.scalars(having).first() or ""
            key = tokens.make_for(s, email, self.demo.clock())
        for name, value in cookies_of(self.demo, email).items():
            self.secrets.add(value)
            browser.cookies.set(f"__Host-{name}", value, domain="regie.example", path="/")
        self.secrets.add(key)
        self.look(browser, "/api/v1/vragen", headers={"Authorization": f"Bearer {key}"})
        self.everywhere(browser, turn)

    def as_nobody(self) -> None:
        """All pages, the links in mails, addresses that lead nowhere, and an attempt to sign in."""
        browser = Inside(self.demo.app, BASE)
        for link in links_of(self.demo):
            self.secrets.add(link.rpartition("/")[2])
            for ending in ("", "/ontvangst", "/intrekking", "/afstemming", "/documenten/1"):
                self.look(browser, link + ending)
        for other in ("/nergens", "/aanmelden/", "/static/css/base.css", "/static/x.css", "/api", "/api/v1/x"):
            self.look(browser, other)
        typed = {"email": STRANGER, "form_token": form_token(browser, "/aanmelden"), "code": CODE}
        for step in ("/aanmelden", "/aanmelden/code"):
            browser.post(step, data=typed, headers={"Sec-Fetch-Site": "same-origin"})
        self.secrets |= {STRANGER, CODE, self.demo.settings.key.decode()}
        self.everywhere(browser, 0)

    def everywhere(self, browser: Inside, turn: int) -> None:
        """All pages there are, and the browser is closed."""
        known = numbers(self.demo.db, turn)
        for path in (path for route in self.routes for path in addresses(route, known)):
            self.look(browser, path)
        browser.close()


def test_every_page_of_every_role_is_headed_and_holds_nothing_inline_and_the_log_holds_no_secret(
    demo: Live, caplog: pytest.LogCaptureFixture, record_property: Callable[[str, object], None]
) -> None:
    caplog.set_level(logging.INFO)
    walk = Walk(demo)
    walk.as_nobody()
    for turn, role in enumerate(Role):
        walk.as_role(role, turn)
    log = [Line().format(record) for record in caplog.records]
    requests = [line for line in log if "event=request" in line]
    assert len(requests) >= walk.answers
    with demo.db.reading() as s:
        people = s.execute(sa.select(Person.email, Person.name)).all()
    told = walk.secrets | {text for email, name in people for text in (email, name) if len(text) > 7}
    assert [text for text in told if text in "\n".join(log)] == []
    assert len(told) > 60
    line = next(one for one in reversed(requests) if "who=sessie:" in one)
    for name in ("at=", "who=sessie:", "what=", "object=", "result=", "from=203.0.113.7"):
        assert name in line
    record_property("answers with all headers, as each role and as nobody", walk.answers)
    record_property("pages without anything inline", walk.pages)
    record_property("lines of the log without a secret, an address or a name", len(log))
    assert walk.pages > len(Role) * 30
