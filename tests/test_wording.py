"""What people read: Dutch as it stands, English from the catalogue."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import DictLoader, Environment, StrictUndefined

from app.domain.errors import Invalid
from app.wording import CATALOGUES, install, preferred, wording

MONDAY = date(2026, 11, 30)
MORNING = datetime(2026, 11, 30, 8, 42, tzinfo=UTC)


def an_environment(**templates: str) -> Environment:
    env = Environment(autoescape=True, undefined=StrictUndefined, loader=DictLoader(templates))
    install(env)
    return env


@pytest.mark.parametrize(
    ("language", "long", "short", "time", "moment"),
    [
        ("nl", "ma 30 november 2026", "ma 30 nov", "09.42 uur", "ma 30 november 2026, 09.42 uur"),
        ("en", "Mon 30 November 2026", "Mon 30 Nov", "09:42", "Mon 30 November 2026, 09:42"),
    ],
)
def test_dates_read_as_people_write_them(language: str, long: str, short: str, time: str, moment: str) -> None:
    words = wording(language)
    assert words.longdate(MONDAY) == long
    assert words.shortdate(MONDAY) == short
    assert words.clock(MORNING) == time
    assert words.moment(MORNING) == moment


def test_a_moment_late_in_the_evening_in_utc_is_the_next_day_in_amsterdam() -> None:
    assert wording("nl").longdate(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == "wo 1 juli 2026"


def test_numbers_read_as_people_write_them() -> None:
    assert wording("nl").number(1234.5) == "1.234,5"
    assert wording("en").number(1234.5) == "1,234.5"


def test_facts_are_filled_in_and_dates_written_out() -> None:
    refusal = Invalid("late", "Uiterlijk {day}, {times} keer.", day=MONDAY, times=3)
    assert wording("nl").refusal(refusal) == "Uiterlijk ma 30 november 2026, 3 keer."


def test_text_from_outside_may_hold_braces() -> None:
    assert wording("nl").text("550 {user} 100% unknown") == "550 {user} 100% unknown"


def test_one_thing_and_many_read_differently() -> None:
    words = wording("nl")
    assert words.plural("{n} vraag", "{n} vragen", 1) == "1 vraag"
    assert words.plural("{n} vraag", "{n} vragen", 1200) == "1.200 vragen"


def test_english_comes_from_the_catalogue() -> None:
    assert wording("nl").text("Aanmelden") == "Aanmelden"
    assert wording("en").text("Aanmelden") == "Sign in"


def test_one_and_many_are_said_in_english_too() -> None:
    words = wording("en")
    assert words.plural("{n} dag", "{n} dagen", 1) == "1 day"
    assert words.plural("{n} dag", "{n} dagen", 1200) == "1,200 days"


def test_there_is_no_third_language() -> None:
    with pytest.raises(ValueError, match="no wording"):
        wording("de")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "nl"),
        ("en-GB,en;q=0.9,nl;q=0.8", "en"),
        ("de,nl;q=0.5,en;q=0.4", "nl"),
        ("nl;q=0,en;q=0.1", "en"),
        ("fr", "nl"),
        ("en;q=x", "nl"),
        ("*", "nl"),
    ],
)
def test_a_browser_gets_the_language_it_likes_best(header: str, language: str) -> None:
    assert preferred(header) == language


def test_what_is_filled_into_a_sentence_on_a_page_is_escaped() -> None:
    env = an_environment(page="{{ _('Aan %(who)s', who=who) }} {{ 'Van {who}'|worded(who=who) }}")
    html = env.get_template("page").render(wording=wording("nl"), who="<b>")
    assert html == "Aan &lt;b&gt; Van &lt;b&gt;"


def test_a_macro_without_its_context_is_refused_rather_than_speak_dutch_to_everyone() -> None:
    env = an_environment(
        macros="{% macro m() %}{{ _('Hulp') }}{% endmacro %}", page="{% import 'macros' as x %}{{ x.m() }}"
    )
    with pytest.raises(TypeError, match="with context"):
        env.get_template("page").render(wording=wording("en"))


ROOT = Path(__file__).resolve().parents[1]
FIELD = re.compile(r"%\(\w+\)s|\{\w+\}|</?(?:a|em|strong)\b[^>]*>")


def sentences() -> set[str]:
    """Every message id in code and templates; of those for one and for many the first."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, "mark": None}
    found = extract_from_dir(ROOT, methods, options, keywords)
    return {said if isinstance(said, str) else said[0] for _, _, said, _, _ in found}


def english() -> Catalog:
    with (CATALOGUES / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


def test_every_sentence_is_said_in_english_too() -> None:
    found, known = sentences(), english()
    assert len(found) > 700
    missing = sorted(said for said in found if not (message := known.get(said)) or not message.string)
    assert missing == [], "add these to app/locale/en/LC_MESSAGES/messages.po"


def test_the_english_sentence_has_the_fields_and_marks_of_the_dutch_one() -> None:
    for message in english():
        both = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert len(both) == len(strings), message.id
        for dutch, said in zip(both, strings, strict=True):
            if dutch:
                assert said
                assert sorted(set(FIELD.findall(dutch))) == sorted(set(FIELD.findall(said))), dutch


def test_the_catalogue_holds_no_sentence_that_nobody_says() -> None:
    assert sorted({first(message.id) for message in english()} - sentences() - {""}) == []


def first(message_id: str | tuple[str, ...]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]
