"""Forms and multiparts that nobody would send: made up at random, sent within this process, and what came back.

Every form of every page is tried, as somebody who may use it, with fields it knows and values it doesn't expect; some
bodies are spoiled after they were written.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
import sqlalchemy as sa

from app.domain.capabilities import LinkClaims, LinkPurpose
from app.domain.permissions import Relation, Role, may
from app.domain.questions import State
from app.store.letters import Letter
from app.store.people import Person, PersonRole
from app.store.questions import Question
from tests.support import samples
from tests.support.inside import Inside
from tests.support.live import Live
from tests.support.visits import TOKEN, form_token, sign_in

WEB = Path(__file__).parents[2] / "app" / "web"
FIELD = re.compile(r"\.(?:text|texts|number|numbers|flag|day|files)\(\"([\w-]+)\"")
PARAMETER = re.compile(r"\{([a-z_]+)(?::[a-z]+)?\}")
# Those that end what the others need: sessions and people.
SPARED = ("/afmelden", "/einde", "/beheer/personen")
VALUES = (
    "", " ", "0", "1", "-1", "9" * 30, "1e9", "NaN", "null", "true", "[]", "{}", "2026-11-30", "2026-02-30",
    "30-11-2026",
    "0000-00-00", "9999-12-31", "JENV", "BZK", "FIN", "jenv", "verstuur", "bewaar", "controleer", "concreet",
    "ontwijkend",
    "gedeeltelijk", "norm", "wettelijk", "afspraak", "weken", "vraag", "contact@jenv.example", "a@b",
    "é" * 100, "\u202e",
    "\U0001f4a3", "\x00", "\r\n\r\n", "' OR 1=1 --", "<script>", "{{7*7}}", "=1+1", "../..", "x" * 3000, "\ud7ff",
    "weg-1", "bijlage-weg-1", "voeg-toe", "naar-boven-1", "vraag-1", "1,2,3",
)  # fmt: skip
RAW = (b"%", b"%zz", b"%ff%fe", b"%ed%a0%80", b"&&&=", b"=", b"a=1;b=2", b"\xff\xfe", b"%00", b"+" * 50)
ODD_FILES = (("leeg.pdf", b""), ("x.docx", b"PK\x03\x04" + bytes(60)), ("", b"x"), ("a\x00.txt", b"\x00"))
FILES = (*samples.GOOD.items(), *ODD_FILES)
LONG_SECONDS = 1.0
ODD_KINDS = ("", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "a/b; c")


class Fuzzer:
    """Sends made-up forms to one application; the same ones for the same seed."""

    def __init__(self, live: Live, forms: list[Any], seed: int) -> None:
        self.live, self.draw = live, Random(seed)  # noqa: S311 the same forms for the same seed
        self.forms = [one for one in forms if not any(part in one.path for part in SPARED)]
        self.fields = sorted({name for path in WEB.rglob("*.py") for name in FIELD.findall(path.read_text())})
        self.browsers: dict[Role | None, tuple[Inside, str]] = {}
        self.tokens: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()
        self.faults: list[str] = []
        self.slowest, self.slow = 0.0, 0
        with live.db.reading() as s:
            self.questions = list(s.scalars(sa.select(Question.id).order_by(Question.id)))
            self.letters = list(s.scalars(sa.select(Letter.id).order_by(Letter.id)))
            asked = s.scalars(sa.select(Question).where(Question.state == State.ASKED).order_by(Question.id))
            self.links = [self._link(one) for one in asked]

    def send(self, many: int) -> None:
        """Send so many, and keep count of what came back; `faults` holds what made a fault of ours."""
        for number in range(many):
            form = self.forms[number % len(self.forms)]
            role = next((one for one in Role if self._may(one, form)), None)
            browser, token = self._browser(role)
            link = self.draw.choice(self.links)
            path = self._path(form.path, link)
            body, kind = self._body(self._token(browser, link) if "{token}" in form.path else token)
            began = time.perf_counter()
            answer = self._post(browser, path, body, kind)
            lasted = time.perf_counter() - began
            self.slowest, self.slow = max(self.slowest, lasted), self.slow + (lasted > LONG_SECONDS)
            self.statuses[answer.status_code] += 1
            if answer.status_code >= 500:
                self.faults.append(f"{path}: {kind}: {body[:600]!r}")

    def close(self) -> None:
        """Close all browsers."""
        for browser, _ in self.browsers.values():
            browser.close()

    @staticmethod
    def _post(browser: Inside, path: str, body: bytes, kind: str) -> httpx.Response:
        headers = {"Content-Type": kind, "Sec-Fetch-Site": "same-origin"}
        return browser.post(path, content=body, headers=headers)

    @staticmethod
    def _may(role: Role, form: Any) -> bool:
        tasks = form.policy.tasks
        return bool(tasks) and any(may({role}, task, relation) for task in tasks for relation in Relation)

    def _browser(self, role: Role | None) -> tuple[Inside, str]:
        if role not in self.browsers:
            browser = Inside(self.live.app, self.live.url)
            if role is not None:
                with self.live.db.reading() as s:
                    having = sa.select(Person.email).join(PersonRole, PersonRole.person_id == Person.id)
                    email = s.scalars(having.where(PersonRole.role == role).order_by(Person.id)).first() or ""
                sign_in(browser, self.live, email)
            self.browsers[role] = browser, form_token(browser, "/hulp" if role else "/aanmelden")
        return self.browsers[role]

    def _link(self, question: Question) -> str:
        claims = LinkClaims(
            LinkPurpose.ANSWER, question.id, question.contact_id or 0, question.round, question.link_serial
        )
        return str(self.live.app.state.office.answer_link(claims)).rpartition("/")[2]

    def _token(self, browser: Inside, link: str) -> str:
        if link not in self.tokens:
            found = TOKEN.search(browser.get(f"/a/{link}").text)
            self.tokens[link] = found[1] if found else ""
        return self.tokens[link]

    def _path(self, path: str, link: str) -> str:
        known = {"token": [link], "question_id": self.questions, "letter_id": self.letters}
        return PARAMETER.sub(lambda part: str(self.draw.choice(known.get(part[1], [1, 2, 3]))), path)

    def _body(self, token: str) -> tuple[bytes, str]:
        pairs = [(self.draw.choice(self.fields), self.draw.choice(VALUES)) for _ in range(self.draw.randrange(12))]
        pairs.insert(0, ("form_token", token))
        if self.draw.random() < 0.5:
            body, kind = self._urlencoded(pairs), "application/x-www-form-urlencoded"
        else:
            body, kind = self._multipart(pairs), "multipart/form-data; boundary=grens"
        if self.draw.random() < 0.25:
            body = self._spoiled(body)
        if self.draw.random() < 0.05:
            kind = self.draw.choice(ODD_KINDS)
        return body, kind

    def _urlencoded(self, pairs: list[tuple[str, str]]) -> bytes:
        parts = [f"{name}={quote_from_bytes(value.encode())}".encode() for name, value in pairs]
        if self.draw.random() < 0.3:
            parts.insert(self.draw.randrange(1, len(parts) + 1), self.draw.choice(RAW))
        return b"&".join(parts)

    def _multipart(self, pairs: list[tuple[str, str]]) -> bytes:
        return b"".join(self._parts(pairs)) + b"--grens--\r\n"

    def _parts(self, pairs: list[tuple[str, str]]) -> Iterator[bytes]:
        for name, value in pairs:
            yield f'--grens\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for _ in range(self.draw.randrange(3)):
            name, content = self.draw.choice(FILES)
            field = self.draw.choice(["bijlage", "bestanden", *self.fields[:3]])
            head = f'Content-Disposition: form-data; name="{field}"; filename="{name}"'
            yield f"--grens\r\n{head}\r\nContent-Type: application/pdf\r\n\r\n".encode() + content + b"\r\n"

    def _spoiled(self, body: bytes) -> bytes:
        at, end = self.draw.randrange(len(body) + 1), self.draw.randrange(len(body) + 1)
        noise = bytes(self.draw.randrange(256) for _ in range(self.draw.randrange(1, 40)))
        first, last = min(at, end), max(at, end)
        ways = (body[:at], body[:at] + noise + body[at:], body[first:last], body[:at] + body[end:], body * 2)
        return self.draw.choice(ways)
