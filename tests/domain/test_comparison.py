"""Two versions beside each other: nothing is lost, and little is marked."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.comparison import Change, Piece, compare

WORDS = st.lists(st.sampled_from(["de ", "opvang ", "kost ", "€ 44 ", "per plek.\n", "\n", "a", " ", "ë"]), max_size=60)
TEXT = st.one_of(st.text(max_size=200), WORDS.map("".join))


def whole(pieces: list[Piece], *changes: Change) -> str:
    return "".join(piece.text for piece in pieces if piece.change in changes)


@given(TEXT, TEXT)
def test_both_versions_can_be_read_back(old: str, new: str) -> None:
    pieces = compare(old, new)
    assert whole(pieces, Change.KEPT, Change.REMOVED) == old
    assert whole(pieces, Change.KEPT, Change.ADDED) == new
    assert all(piece.text for piece in pieces)
    assert all(a.change is not b.change for a, b in pairwise(pieces))


@given(TEXT)
def test_the_same_text_is_one_piece_that_stayed(text: str) -> None:
    assert compare(text, text) == ([Piece(Change.KEPT, text)] if text else [])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Het kost € 44 per plek.", "Het kost € 46 per plek.", "Het kost €[- 44][+ 46] per plek."),
        ("Een.\nTwee.\nDrie.", "Een.\nDrie.", "Een.\n[-Twee.\n]Drie."),
        ("Een wet komt.", "Een regeling volgt.", "Een[- wet komt][+ regeling volgt]."),
        ("Hij geldt.", "Hij geldt, vanaf mei.", "Hij geldt[+, vanaf mei]."),
        ("", "Nieuw.", "[+Nieuw.]"),
        ("Oud.", "", "[-Oud.]"),
    ],
)
def test_only_the_words_that_changed_are_marked(old: str, new: str, told: str) -> None:
    marks = {Change.KEPT: "{}", Change.REMOVED: "[-{}]", Change.ADDED: "[+{}]"}
    assert "".join(marks[piece.change].format(piece.text) for piece in compare(old, new)) == told


def test_texts_too_much_alike_to_compare_are_told_as_a_whole() -> None:
    pieces = compare("x " * 4000 + "y", "z " + "x " * 4001)
    assert [piece.change for piece in pieces] == [Change.REMOVED, Change.ADDED]
