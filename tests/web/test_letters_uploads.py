"""Goals S3: bad files by the form, as anybody with a link could send them; and bodies that never end."""

import time
from collections.abc import Callable, Iterator
from datetime import date

import httpx
import psutil
import pytest
import sqlalchemy as sa

from app.domain.files import FileKind, safe_name
from app.store.documents import Document
from tests.support import samples
from tests.support.answer_links import link_to
from tests.support.builders import a_question, a_register
from tests.support.inside import Inside
from tests.support.live import Live
from tests.support.visits import form_token, sign_in

MIB = 1024 * 1024
# Names that lie, or would lead somewhere; the file behind each is what it says.
NAMES = (
    "../../etc/cron.d/taak.pdf",
    "..\\..\\windows\\system32\\taak.pdf",
    "/etc/passwd\x00.pdf",
    "C:\\brief.pdf",
    "brief\u202efdp.exe.pdf",
    "a" * 900 + "\u202e" + "b" * 20 + ".pdf",
    "<script>alert(1)</script>.pdf",
    '"><img src=x onerror=alert(1)>.pdf',
    "brief\r\nSet-Cookie: a=b\r\n.pdf",
    "brief;filename=evil.html.pdf",
    "CON.pdf",
    ".pdf",
    "%2e%2e%2fbrief.pdf",
    "💣é.pdf",
)


def asked(live: Live) -> str:
    """The link of a question to JenV."""
    a_register(live.db)
    with live.db.writing() as s:
        question_id = a_question(s, sent_on=date(2026, 11, 16)).id
    return link_to(live, question_id)


def send_file(browser: Inside, link: str, token: str, name: str, content: bytes) -> httpx.Response:
    """The page that comes of a form with one file."""
    typed = {"act": "bewaar", "tekst": "Zie de bijlage.", "namens": "Hoofd", "form_token": token, "versie": ""}
    answer = browser.post(
        link, data=typed, files=[("bijlage", (name, content))], headers={"Sec-Fetch-Site": "same-origin"}
    )
    return answer if answer.status_code != 303 else browser.get(link)


def test_every_bad_file_is_refused_with_a_sentence_and_none_is_kept(
    live: Live, inside: Inside, record_property: Callable[[str, object], None]
) -> None:
    link = asked(live)
    token, bad = form_token(inside, link), samples.bad_files()
    for what, (name, content, _) in bad.items():
        answer = send_file(inside, link, token, name, content)
        assert answer.status_code in {400, 409}, what
        assert "Zie de bijlage." in answer.text, f"{what}: what was typed stays"
        assert "regie-error" in answer.text or "utrecht-form-field-error" in answer.text, what
        assert safe_name(name).replace("&", "&amp;") in answer.text, what
    with live.db.reading() as s:
        assert s.scalars(sa.select(Document.name)).all() == []
    assert [path for path in live.settings.documents.rglob("*") if path.is_file()] == []
    record_property("bad files refused with a sentence", len(bad))
    assert len(bad) >= 60


def test_a_name_that_lies_is_shown_as_text_and_leads_nowhere(live: Live, inside: Inside) -> None:
    link = asked(live)
    token = form_token(inside, link)
    for number, name in enumerate(NAMES, start=1):
        page = send_file(inside, link, token, name, samples.PDF + str(number).encode()).text
        assert "<script>alert" not in page, name
        assert "<img src=x" not in page, name
        download = inside.get(f"{link}/documenten/{number}")
        assert download.status_code == 200, name
        assert download.headers["content-disposition"].startswith("attachment; "), name
        assert "set-cookie" not in download.headers
        assert download.headers["content-type"] == "application/pdf"
        assert download.headers["content-security-policy"].startswith("sandbox"), name
    with live.db.reading() as s:
        kept = s.scalars(sa.select(Document.name)).all()
    assert len(kept) == len(NAMES)
    for name in kept:
        assert len(name.encode()) <= 255
        assert not set(name) & set('/\\\x00\r\n\u202e<>":|?*')
    inside_folder = live.settings.documents.resolve()
    assert all(path.resolve().is_relative_to(inside_folder) for path in live.settings.documents.rglob("*"))


def test_a_name_of_5000_signs_is_refused_with_a_sentence(live: Live, inside: Inside) -> None:
    link = asked(live)
    name = "a" * 5000 + "\u202efdp.exe.pdf"
    answer = send_file(inside, link, form_token(inside, link), name, samples.PDF)
    assert (answer.status_code, "niet kunnen lezen" in answer.text) == (400, True)
    assert safe_name(name) == "a" * 251 + ".pdf"


def test_no_kind_that_is_taken_is_one_that_a_browser_runs() -> None:
    assert not {"svg", "html", "xhtml", "xml", "js", "htm"} & {str(kind) for kind in FileKind}


class Endless:
    """A body of 10 GiB in chunks of a MiB: how much was taken, and how the memory of this process grew meanwhile."""

    def __init__(self) -> None:
        self.sent, self._process = 0, psutil.Process()
        self._before = self.most = self._process.memory_info().rss

    @property
    def rise(self) -> int:
        """In bytes."""
        return self.most - self._before

    def __iter__(self) -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="bijlage"; filename="brief.pdf"\r\n\r\n'
        chunk = b"x" * MIB
        for _ in range(10 * 1024):
            self.sent += MIB
            self.most = max(self.most, self._process.memory_info().rss)
            yield chunk


@pytest.mark.parametrize(
    ("who", "most"), [("nobody", 8), ("a link of somebody else's", 8), ("a link", 160), ("the secretariat", 160)]
)
def test_a_body_of_10_gib_is_not_read_further_than_it_may_be_and_takes_no_memory(
    live: Live, client: httpx.Client, who: str, most: int, record_property: Callable[[str, object], None]
) -> None:
    link = asked(live)
    path = {"a link of somebody else's": f"{link}0", "a link": link}.get(who, "/brieven/nieuw")
    if who == "the secretariat":
        sign_in(client, live, "secretariaat@vng.example")
    body = Endless()
    headers = {"Origin": live.url, "Sec-Fetch-Site": "same-origin", "Content-Type": "multipart/form-data; boundary=x"}
    try:
        answer = client.post(path, content=iter(body), headers=headers)
    except (httpx.WriteError, httpx.RemoteProtocolError, httpx.ReadError):
        pass  # the server hung up in the middle of it
    else:
        assert answer.status_code in {403, 404, 413}
    assert body.sent <= most * MIB, "the server hung up"
    assert body.rise < 64 * MIB
    deadline = time.monotonic() + 20
    while client.get("/healthz").status_code != 200 and time.monotonic() < deadline:
        time.sleep(0.1)
    record_property(f"MiB taken of 10 GiB sent by {who}", body.sent // MIB)
    record_property(f"MiB that memory rose meanwhile, {who}", body.rise // MIB)


@pytest.mark.parametrize(("path", "most"), [("/aanmelden", 64 * 1024), ("/brieven/nieuw", 105 * MIB)])
def test_a_body_that_says_it_is_too_large_is_refused_by_that_word(
    live: Live, inside: Inside, path: str, most: int
) -> None:
    a_register(live.db)
    sign_in(inside, live, "secretariaat@vng.example")
    headers = {
        "Origin": live.url,
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(most + 1),
    }
    assert inside.post(path, content=b"x", headers=headers).status_code == 413
