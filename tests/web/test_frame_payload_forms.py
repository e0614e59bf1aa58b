"""Goals S6 through every form there is: payloads typed into each text field that a page offers, by who may use it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from itertools import cycle
from urllib.parse import urlsplit

import lxml.html
from lxml.html import FormElement, HtmlElement

from tests.support.builders import a_question, a_register
from tests.support.inside import Inside
from tests.support.live import Live
from tests.support.payloads import alive_in, payloads
from tests.support.visits import sign_in
from tests.web.test_frame_payloads import EVALUATED, SAME, UNWRITABLE, check_mails
from tests.web.test_policy import routes_of

ROLES = ("beheer@vng.example", "secretariaat@vng.example", "contact@jenv.example")
# What a person would fill in beside the field that is tried, by how the name of the field ends.
PLAUSIBLE = {
    "-dag": "14", "-maand": "12", "-jaar": "2026", "email": "iemand@jenv.example", "length": "6", "extension": "2",
    "code": "XYZ",
}  # fmt: skip
LEFT_ALONE = ("/afmelden", "/einde", "/beeindiging")  # they end what the others need
TYPED = ("text", "search", "tel", "url", "email", None)


def pages(live: Live) -> list[str]:
    """Every page that a number can stand for, with the first of what it is about."""
    paths = [one.path.replace(":int", "") for one in routes_of(live.app) if "GET" in one.methods]
    known = {"name": "sweep", "act": "einde", "slug": "energie", "week": "2026-W46", "written": "2027-05-05"}
    filled = []
    for path in paths:
        if path.startswith(("/api/", "/a/", "/agenda/", "/afmelding/", "/uitnodiging/")) or ".{kind}" in path:
            continue
        for part in (part[1:-1] for part in path.split("/") if part.startswith("{")):
            path = path.replace(f"{{{part}}}", known.get(part, "1"))  # noqa: PLW2901
        filled.append(path)
    return filled


def forms_on(browser: Inside, path: str) -> list[FormElement]:
    """The forms of a page that change something; none where this page isn't theirs."""
    answer = browser.get(path)
    assert answer.status_code < 500, path
    if answer.status_code != 200 or not answer.text or "text/html" not in answer.headers["content-type"]:
        return []
    found = [one for one in lxml.html.fromstring(answer.text).forms if one.method == "POST"]
    for form in found:
        form.action = urlsplit(form.action or path).path
    return [one for one in found if not any(word in one.action for word in LEFT_ALONE)]


def texts(form: FormElement) -> list[HtmlElement]:
    """Its fields that take words."""
    return [
        one
        for one in form.xpath(".//textarea[@name]|.//input[@name]")
        if one.tag == "textarea" or one.get("type") in TYPED
    ]


def values(form: FormElement) -> dict[str, str]:
    """What the form would send, with something plausible where a field or a choice is empty."""
    given = dict(form.form_values())
    for field in form.xpath(".//input[@name]|.//textarea[@name]|.//select[@required]"):
        kind, name = field.get("type"), field.get("name")
        if given.get(name) or kind in ("file", "submit", "hidden"):
            continue
        if field.tag == "select":
            given[name] = next((one.get("value") for one in field.xpath(".//option") if one.get("value")), "")
        elif kind in ("checkbox", "radio"):
            given[name] = field.get("value")
        else:
            given[name] = next((value for end, value in PLAUSIBLE.items() if name.endswith(end)), "Omdat het moet")
    return given


def press(form: FormElement) -> Iterator[dict[str, str]]:
    """Each button that sends it, as the field it adds."""
    buttons = [one for one in form.xpath(".//button") if one.get("type", "submit") == "submit"]
    for button in buttons[:2] or [None]:
        yield {button.get("name"): button.get("value", "")} if button is not None and button.get("name") else {}


class Typist:
    """Types payloads into forms, by turns, and looks whether one lives in what comes back."""

    def __init__(self) -> None:
        self.words = cycle(UNWRITABLE.sub("", text) for text in payloads())
        self.forms: set[tuple[str, str]] = set()
        self.answers: Counter[int] = Counter()

    def fill_all(self, browser: Inside, email: str, path: str) -> None:
        """Each form of a page that this person didn't fill in before, each text field in turn."""
        for form in forms_on(browser, path):
            if (email, form.action) not in self.forms:
                self.forms.add((email, form.action))
                for field in texts(form):
                    for button in press(form):
                        self.send(browser, form, {field.get("name"): next(self.words), **button})

    def send(self, browser: Inside, form: FormElement, typed: dict[str, str]) -> None:
        """Send a form with this typed over what it holds."""
        sent = browser.post(form.action, data={**values(form), **typed}, headers=SAME)
        self.answers[sent.status_code] += 1
        assert sent.status_code < 500, (form.action, typed)
        assert alive_in(sent.text) == [], (form.action, typed)


def read_again(browser: Inside, path: str) -> set[str]:
    """The marks of the payloads on a page, none of which lives."""
    page = browser.get(path)
    assert page.status_code < 500, path
    if "text/html" not in page.headers.get("content-type", ""):
        return set()
    assert alive_in(page.text) == [], path
    assert EVALUATED not in page.text, path
    return set(re.findall(r"zq\d+", page.text))


def test_no_payload_lives_that_was_typed_into_any_form_of_any_page(
    live: Live, record_property: Callable[[str, object], None]
) -> None:
    a_register(live.db)
    with live.db.writing() as session:
        for _ in range(3):
            a_question(session, sent_on=date(2026, 11, 16), contributors=("FIN",))
    typist, seen = Typist(), set[str]()
    browsers = {email: Inside(live.app, live.url) for email in ROLES}
    for email, browser in browsers.items():
        sign_in(browser, live, email)
        for path in pages(live):
            typist.fill_all(browser, email, path)
    for email, browser in browsers.items():
        sign_in(browser, live, email)
        seen = seen.union(*(read_again(browser, path) for path in pages(live)))
        browser.close()
    assert check_mails(live) >= 2
    assert len(seen) >= 10, "they were kept, and are shown again"
    done = typist.answers[303]
    assert done >= 14
    told = f"{len(typist.forms)} forms, {typist.answers.total()} sent, {done} done, {len(seen)} payloads seen again"
    record_property("S6 through every form: none lives", told)
