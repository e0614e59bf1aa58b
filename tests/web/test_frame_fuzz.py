"""Goals S4: whatever is sent to a form, the answer is a page. `make torture` sends fifty thousand; here some do."""

from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

from tests.support.builders import a_question, a_register
from tests.support.fuzz import PARAMETER, Fuzzer
from tests.support.inside import Inside
from tests.support.live import Live
from tests.support.visits import sign_in
from tests.web.test_policy import routes_of

MANY = 400


def test_no_form_that_is_made_up_makes_a_fault_of_ours(
    live: Live, record_property: Callable[[str, object], None]
) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        for _ in range(6):
            a_question(s, sent_on=date(2026, 11, 16), contributors=("FIN",))
    fuzzer = Fuzzer(live, [one for one in routes_of(live.app) if one.is_form], seed=118)
    assert len(fuzzer.forms) >= 40
    assert len(fuzzer.fields) >= 60
    fuzzer.send(MANY)
    fuzzer.close()
    assert fuzzer.faults == []
    assert {303, 400, 403, 413, 415} & set(fuzzer.statuses) >= {303, 400, 415}
    record_property("made-up forms without a fault of ours", sum(fuzzer.statuses.values()))


ODD = ("9999-12-31", "0001-01-01", "9" * 30, "\x00", "x" * 3000, "a\r\nb")


def test_no_parameter_typed_by_hand_makes_a_fault_of_ours(
    live: Live, record_property: Callable[[str, object], None]
) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        a_question(s, sent_on=date(2026, 11, 16), contributors=("FIN",))
    pages = [one for one in routes_of(live.app) if "GET" in one.methods and not one.path.startswith("/api/")]
    sent, faults, opened = 0, [], set()
    for email in ("secretariaat@vng.example", "beheer@vng.example"):
        browser = Inside(live.app, live.url)
        sign_in(browser, live, email)
        for page in (one for one in pages if one.path not in opened):
            here = PARAMETER.sub("1", page.path)
            for name in sorted(page.parameters):
                for value in ODD:
                    answer = browser.get(f"{here}?{urlencode({name: value})}")
                    sent += 1
                    if answer.status_code >= 500:
                        faults.append(f"{here}?{name}={value[:20]!r}")
                    if answer.status_code in {403, 303, 404}:
                        break  # not theirs, or not there: nothing is read into it
                    opened.add(page.path)
        browser.close()
    assert faults == []
    assert sent > 600
    record_property("parameters by hand without a fault of ours", sent)
