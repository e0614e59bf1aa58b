"""Numbers of letters and questions: one form each, read as they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.numbers import LetterNumber, QuestionNumber

YEARS = st.integers(1950, 9999)
SERIALS = st.integers(1, 999_999)


@given(YEARS, SERIALS, st.integers(1, 9999))
def test_a_number_reads_back_as_it_was_written(year: int, serial: int, position: int) -> None:
    question = QuestionNumber(year, serial, position)
    assert QuestionNumber.parse(str(question)) == question
    assert LetterNumber.parse(str(question.letter)) == LetterNumber(year, serial)


@given(st.text(alphabet="0123456789-. x²٣", max_size=14))
def test_a_text_that_is_read_as_a_number_is_that_number_as_written(text: str) -> None:
    for kind in (LetterNumber, QuestionNumber):
        try:
            number = kind.parse(text)
        except Invalid:
            continue
        assert str(number) == text.strip()


def test_a_serial_has_at_least_three_digits() -> None:
    assert str(LetterNumber(2026, 7)) == "2026-007"
    assert str(QuestionNumber(2026, 1234, 12)) == "2026-1234.12"


@pytest.mark.parametrize(
    "text", ["", "118", "2026-18", "2026-0118", "2026-000", "26-118", "2026-118.3", "2026-118.", "2026/118", "٢٠٢٦-118"]
)
def test_any_other_text_is_no_letter_number(text: str) -> None:
    with pytest.raises(Invalid, match="geen briefnummer") as refusal:
        LetterNumber.parse(text)
    assert refusal.value.code == "bad-number"


@pytest.mark.parametrize("text", ["2026-118", "2026-118.0", "2026-118.03", "2026-000.1", "2026-118.3.1", "2026-118.-3"])
def test_any_other_text_is_no_question_number(text: str) -> None:
    with pytest.raises(Invalid, match="geen vraagnummer"):
        QuestionNumber.parse(text)


def test_numbers_sort_by_year_serial_and_place_and_not_by_letter() -> None:
    texts = ["2025-999.1", "2026-007.2", "2026-007.10", "2026-1000.1"]
    assert [str(number) for number in sorted(map(QuestionNumber.parse, reversed(texts)))] == texts
