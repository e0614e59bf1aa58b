"""Questions found back in the text of their letter."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.passages import Part, flowing, parts

BODY = (
    "Geachte heer,\n\nWij vragen om één aan-\nspreekpunt voor\ngemeenten. En om duidelijkheid over 2027.\n\nMet groet"
)


def test_a_question_is_marked_where_its_words_stand_across_line_ends() -> None:
    found = parts(BODY, [(1, "aanspreekpunt"), (2, "spreekpunt voor gemeenten."), (3, "om duidelijkheid over 2027.")])
    assert [(part.number, part.text) for part in found if part.number] == [
        (2, "spreekpunt voor\ngemeenten."),
        (3, "om duidelijkheid over 2027."),
    ]


def test_a_question_across_another_or_too_short_is_not_marked() -> None:
    assert parts(BODY, [(1, "duidelijkheid over 2027."), (2, "En om duidelijkheid over"), (3, "om"), (4, "")]) == [
        Part(BODY[: BODY.index("duidelijkheid")]),
        Part("duidelijkheid over 2027.", 1),
        Part("\n\nMet groet"),
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
