"""A row of an earlier register: what is read, and what is refused and why."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import FIRST_DAY, LAST_DAY
from app.domain.errors import Invalid
from app.domain.exchange import ImportRow, clean, read_heading, read_row, state_of
from app.domain.exchange_columns import HEADINGS
from app.domain.questions import QuestionKind, State
from tests.support.earlier import TODAY, a_line

LAYOUT = read_heading(HEADINGS)
days = st.dates(FIRST_DAY, LAST_DAY)
past_days = st.dates(FIRST_DAY, TODAY)
words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=80)


def read(**cells: str) -> ImportRow | list[Invalid]:
    return read_row([a_line(**cells)[heading] for heading in HEADINGS], LAYOUT, TODAY)


def codes(**cells: str) -> list[str]:
    found = read(**cells)
    return [one.code for one in found] if isinstance(found, list) else []


def test_a_line_is_read_as_it_stands() -> None:
    row = read(due_on="2026-10-26", answered_on="2026-10-20", dossier="Asiel en migratie", kind="verzoek")
    assert row == ImportRow(
        reference="VNG/2026/118",
        subject="Opvang van Oekraïners",
        letter_date=date(2026, 10, 5),
        addressee="JenV",
        question="Welk bedrag per opvangplek geldt na 4 maart 2027?",
        owner="JenV",
        asked_on=date(2026, 10, 5),
        due_on=date(2026, 10, 26),
        answered_on=date(2026, 10, 20),
        withdrawn_on=None,
        dossier="Asiel en migratie",
        kind=QuestionKind.REQUEST,
    )


def test_columns_may_stand_in_any_order_and_others_are_ignored_by_name() -> None:
    line = a_line()
    headings = ["Opmerking", *(heading.upper() for heading in reversed(HEADINGS)), " paraaf "]
    layout = read_heading(headings)
    assert layout.ignored == ("Opmerking", "paraaf")
    cells = ["x", *(line[heading] for heading in reversed(HEADINGS)), "y"]
    assert read_row(cells, layout, TODAY) == read()


def test_a_column_that_may_be_empty_may_be_absent() -> None:
    layout = read_heading(["reference", "subject", "letter_date", "question", "owner"])
    row = read_row(["A/1", "Opvang", "2026-10-05", "Hoeveel?", "BZK"], layout, TODAY)
    assert isinstance(row, ImportRow)
    assert (row.addressee, row.asked_on, row.kind) == ("", None, QuestionKind.QUESTION)


@pytest.mark.parametrize(
    ("headings", "code"),
    [
        (["reference", "subject", "letter_date", "question"], "heading-missing"),
        (["kenmerk", "onderwerp"], "heading-missing"),
        (["paraaf", "map"], "heading-missing"),
        ([], "heading-missing"),
        ([*HEADINGS, "Owner"], "heading-twice"),
    ],
)
def test_a_first_line_without_the_columns_is_refused(headings: list[str], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_heading(headings)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"reference": " "}, "missing"),
        ({"subject": ""}, "missing"),
        ({"letter_date": ""}, "missing"),
        ({"question": ""}, "missing"),
        ({"owner": ""}, "missing"),
        ({"reference": "x" * 81}, "too-long"),
        ({"subject": "x" * 301}, "too-long"),
        ({"question": "x" * 10_001}, "too-long"),
        ({"owner": "x" * 201}, "too-long"),
        ({"addressee": "x" * 201}, "too-long"),
        ({"dossier": "x" * 121}, "too-long"),
        ({"asked_on": "5 oktober"}, "bad-date"),
        ({"asked_on": "20261005"}, "bad-date"),
        ({"asked_on": "10/25/2026"}, "bad-date"),
        ({"asked_on": "45231"}, "bad-date"),
        ({"asked_on": "2026-02-30"}, "bad-date"),
        ({"asked_on": "30-2-2026"}, "bad-date"),
        ({"asked_on": "٢٠٢٦-١٠-٠٥"}, "bad-date"),
        ({"letter_date": "1989-12-31"}, "date-range"),
        ({"due_on": "2100-01-01"}, "date-range"),
        ({"letter_date": "2026-11-24", "asked_on": ""}, "date-in-future"),
        ({"asked_on": "2026-11-24"}, "date-in-future"),
        ({"answered_on": "2026-11-24"}, "date-in-future"),
        ({"withdrawn_on": "2026-11-24"}, "date-in-future"),
        ({"asked_on": "2026-10-04"}, "asked-before-letter"),
        ({"due_on": "2026-10-04"}, "due-before-asked"),
        ({"asked_on": "", "due_on": "2026-10-04"}, "due-before-asked"),
        ({"answered_on": "2026-10-04"}, "answered-before-asked"),
        ({"withdrawn_on": "2026-10-04"}, "withdrawn-before-asked"),
        ({"asked_on": "", "answered_on": "2026-10-20"}, "answered-not-asked"),
        ({"answered_on": "2026-10-20", "withdrawn_on": "2026-10-20"}, "answered-and-withdrawn"),
        ({"kind": "motie"}, "unknown-kind"),
    ],
)
def test_what_is_wrong_has_a_code_and_a_sentence(cells: dict[str, str], code: str) -> None:
    found = read(**cells)
    assert isinstance(found, list)
    assert [one.code for one in found] == [code]
    assert "{" not in str(found[0])


def test_all_that_is_wrong_on_a_line_is_told() -> None:
    assert codes(owner="", asked_on="gisteren", kind="?") == ["bad-date", "unknown-kind", "missing"]


def test_a_line_with_a_cell_too_many_is_refused() -> None:
    found = read_row([*a_line().values(), "staart"], LAYOUT, TODAY)
    assert isinstance(found, list)
    assert (found[0].code, found[0].facts["cells"], found[0].facts["width"]) == ("cells", 13, 12)


def test_today_itself_is_no_future() -> None:
    today = TODAY.isoformat()
    assert codes(letter_date=today, asked_on=today, due_on=today, answered_on=today) == []


def test_a_dutch_date_on_a_line_is_remembered() -> None:
    row = read(letter_date="5-10-2026")
    assert isinstance(row, ImportRow)
    assert (row.letter_date, row.odd_date) == (date(2026, 10, 5), "5-10-2026")


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), min_size=12, max_size=12))
def test_no_line_at_all_breaks_the_reader(cells: list[str]) -> None:
    found = read_row(cells, LAYOUT, TODAY)
    assert isinstance(found, ImportRow) or found
    if isinstance(found, list):
        assert all("{" not in str(one) or "{" in "".join(cells) for one in found)


@settings(deadline=None)
@given(past_days, st.integers(0, 900), st.integers(-400, 900), st.integers(-400, 900), words)
def test_a_line_is_read_exactly_when_its_days_follow_each_other(
    letter: date, asked_after: int, due_after: int, answered_after: int, subject: str
) -> None:
    asked = letter + timedelta(days=asked_after)
    due, answered = asked + timedelta(days=due_after), asked + timedelta(days=answered_after)
    if not all(FIRST_DAY <= day <= LAST_DAY for day in (due, answered)):
        return
    found = read(
        subject=subject,
        letter_date=letter.isoformat(),
        asked_on=asked.isoformat(),
        due_on=due.isoformat(),
        answered_on=answered.isoformat(),
    )
    assert isinstance(found, ImportRow) == (asked <= due and asked <= answered <= TODAY)
    if isinstance(found, ImportRow):
        assert (found.letter_date, found.asked_on, found.due_on, found.answered_on) == (letter, asked, due, answered)


def test_text_is_kept_in_one_spelling_without_control_characters() -> None:
    assert clean("  Oekrai\u0308ne\r\nen\x00 meer \ud800") == "Oekraïne\nen meer"


@pytest.mark.parametrize(
    ("asked", "answered", "withdrawn", "state"),
    [
        (None, None, None, State.DRAFT),
        ("x", None, None, State.ASKED),
        ("x", "x", None, State.SETTLED),
        ("x", None, "x", State.WITHDRAWN),
        (None, None, "x", State.WITHDRAWN),
    ],
)
def test_the_days_tell_where_a_question_stands(
    asked: str | None, answered: str | None, withdrawn: str | None, state: State
) -> None:
    assert state_of(asked, answered, withdrawn) is state
