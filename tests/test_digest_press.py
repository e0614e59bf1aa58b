"""How a digest reads: its sentence in both languages, its page, and its mail."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.digest_press import press
from app.settings import Settings
from app.usecases.digests import Written
from tests.support.digests import a_digest, an_open

Write = Callable[..., Written]


@pytest.fixture
def write(make_settings: Callable[..., Settings]) -> Write:
    return press(make_settings(base_url="https://regie.example"))


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("late", "before", "dutch", "english"),
    [
        (
            31,
            27,
            "31 vragen te laat, 4 meer dan vorige week; de oudste is 4 dagen te laat, bij JenV.",
            "31 questions late",
        ),
        (1, 3, "1 vraag te laat, 2 minder dan vorige week; de oudste is 4 dagen te laat, bij JenV.", "1 question late"),
        (
            2,
            2,
            "2 vragen te laat, evenveel als vorige week; de oudste is 4 dagen te laat, bij JenV.",
            "2 questions late",
        ),
        (0, 2, "Geen vragen te laat, 2 minder dan vorige week.", "No questions late, 2 fewer than last week."),
        (0, None, "Geen vragen te laat.", "No questions late."),
    ],
)
def test_the_sentence_says_how_it_stands(write: Write, late: int, before: int | None, dutch: str, english: str) -> None:
    written = write(a_digest(late, before))
    assert written["nl"]["lead"] + written["nl"]["rest"] == dutch
    assert (written["en"]["lead"] + written["en"]["rest"]).startswith(english)
    assert dutch in " ".join(written["nl"]["text"].split())


@pytest.mark.database("sqlite")
def test_a_mail_about_a_thousand_late_questions_stays_under_100_kb_and_its_text_is_whole(write: Write) -> None:
    long_title = "Waarom duurt de behandeling van aanvragen zo lang? " * 4
    overdue = tuple(an_open(number, f"M{number % 12:02}", number, long_title[:200]) for number in range(1, 1001))
    written = write(replace(a_digest(1000, 27), overdue=overdue, newly_late=overdue, due_next=overdue))
    for language in ("nl", "en"):
        html, text = written[language]["html"], written[language]["text"]
        assert len(html.encode()) < 100_000
        assert "<style" not in html.split("<body")[1]
        assert text.count("https://regie.example/vragen/") == 1000
    assert "Nog 940 vragen staan in de tekstversie" in written["nl"]["html"]


@pytest.mark.database("sqlite")
def test_a_mail_about_more_than_that_leaves_the_rest_to_the_page(write: Write) -> None:
    overdue = tuple(an_open(number, f"M{number % 12:02}", number) for number in range(1, 1101))
    written = write(replace(a_digest(1100, 27), overdue=overdue, newly_late=overdue))["nl"]
    assert written["text"].count("https://regie.example/vragen/") == 1000
    assert "M00 (91)" in written["text"]
    assert "Nog 100 vragen staan in het hele overzicht." in written["text"]
    assert "en nog 1000 vragen" in written["text"]
    assert "Nog 1040 vragen staan in het hele overzicht." in written["html"]


@pytest.mark.database("sqlite")
def test_a_name_with_an_ampersand_is_plain_in_the_text_and_escaped_on_the_page(write: Write) -> None:
    one = an_open(1, "A&M", title="Vergoeding <nu> & later")
    written = write(replace(a_digest(1), overdue=(one,), newly_late=(one,)))["nl"]
    assert "bij A&M." in written["rest"]
    assert "Vergoeding <nu> & later" in written["text"]
    assert "A&amp;" not in written["text"] + written["subject"]
    for html in (written["html"], written["page"]):
        assert "<nu>" not in html
        assert "Vergoeding &lt;nu&gt; &amp; later" in html


@pytest.mark.database("sqlite")
def test_a_question_that_nobody_owns_waits_for_az_and_one_in_concurrence_for_others(write: Write) -> None:
    disputed = replace(an_open(1), holder="", holder_kind="az")
    asked_around = replace(an_open(2), holder="", holder_kind="meebetrokken")
    assert write(replace(a_digest(1), overdue=(disputed,)))["nl"]["rest"].endswith("bij AZ.")
    assert write(replace(a_digest(1), overdue=(asked_around,)))["nl"]["rest"].endswith("bij andere ministeries.")


@pytest.mark.database("sqlite")
def test_a_correction_to_last_week_is_said(write: Write) -> None:
    digest = replace(a_digest(2, 5), late_before=6)
    assert "Vorige week zijn er 5 vastgelegd; naar wat nu bekend is waren het er 6." in write(digest)["nl"]["page"]
    assert "naar wat nu bekend is" not in write(a_digest(2, 5))["nl"]["page"]
