"""Questions found back in the text of their letter."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.passages import Part, flowing, paragraph_of, parts

BODY = (
    "Geachte heer,\n\nWij vragen om één aan-\nspreekpunt voor\ngemeenten. En om duidelijkheid over 2027.\n\nMet groet"
)


def test_a_question_is_marked_where_its_words_stand_across_line_ends() -> None:
    found = parts(BODY, [(1, "aanspreekpunt"), (2, "spreekpunt voor gemeenten."), (3, "om duidelijkheid over 2027.")])
    assert [(part.number, part.text) for part in found if part.number] == [
        (2, "spreekpunt voor\ngemeenten."),
        (3, "om duidelijkheid over 2027."),
    ]


def test_where_two_passages_overlap_both_numbers_are_seen_and_too_short_ones_are_not_marked() -> None:
    found = parts(
        BODY, [(1, "duidelijkheid over 2027."), (2, "gemeenten. En om duidelijkheid over"), (3, "om"), (4, "")]
    )
    assert [part for part in found if part.number] == [
        Part("gemeenten. En om ", 2),
        Part("duidelijkheid over 2027.", 1),
    ]


def test_a_passage_within_another_leaves_the_rest_of_that_its_number() -> None:
    found = parts(BODY, [(1, "En om duidelijkheid over 2027."), (2, "duidelijkheid")])
    assert [part for part in found if part.number] == [
        Part("En om ", 1),
        Part("duidelijkheid", 2),
        Part(" over 2027.", 1, again=True),
    ]


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(1, 9), st.text(max_size=30)), max_size=5))
def test_the_pieces_together_are_the_text(body: str, questions: list[tuple[int, str]]) -> None:
    assert "".join(part.text for part in parts(body, questions)) == body


def test_lines_that_a_page_broke_flow_together_and_short_ones_stay() -> None:
    long = "Met deze brief willen wij onze ernstige zorgen uitspreken over het gebrek aan"
    body = f"Aan de minister\nPostbus 1\n\n{long}\nsamenhang in het beleid.\n\nMet vriendelijke groet,\nDe VNG"
    assert (
        flowing(body)
        == f"Aan de minister\nPostbus 1\n\n{long} samenhang in het beleid.\n\nMet vriendelijke groet,\nDe VNG"
    )


def test_a_passage_knows_its_paragraph() -> None:
    assert paragraph_of(BODY, "spreekpunt voor gemeenten.") == BODY.split("\n\n")[1]
    assert paragraph_of(BODY, "Met groet van allen") == ""


def test_paragraphs_copied_from_a_word_processor_stay_apart() -> None:
    paragraph = "Wij vragen u om duidelijkheid. " * 6
    assert flowing(f"{paragraph}\n{paragraph}\nMet groet") == f"{paragraph}\n{paragraph}\nMet groet"


@given(st.text(max_size=400))
def test_flowing_only_turns_line_ends_into_spaces(body: str) -> None:
    assert flowing(body).split() == body.split()
