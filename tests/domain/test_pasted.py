"""What comes along when a letter is copied out of a word processor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.pasted import plain

WORD = """<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->
<style>p.MsoNormal {margin:0}</style>
<p class=MsoNormal>Wij vragen u<o:p></o:p> om
duidelijkheid over A&amp;M.<br>Vóór 1&nbsp;maart.</p><ul><li>Wie betaalt?</li><li>Wanneer?</li></ul>"""


def test_the_markup_of_a_word_processor_becomes_clean_text() -> None:
    assert plain(WORD) == "Wij vragen u om duidelijkheid over A&M.\nVóór 1 maart.\n\n• Wie betaalt?\n\n• Wanneer?"


@pytest.mark.parametrize(
    ("pasted", "clean"),
    [
        ("\uf0b7\tWie betaalt?\n·\tWanneer?", "• Wie betaalt?\n• Wanneer?"),
        ("ge\u00admeen\u00adten\u00a0en het Rijk\ufeff", "gemeenten en het Rijk"),
        ("één\n\n \n\n\ntwee", "één\n\ntwee"),
        ("👨‍👩‍👧 en e\u0301", "👨‍👩‍👧 en e\u0301"),
        ("als a < b en <naam> bekend is, 3 · 4", "als a < b en <naam> bekend is, 3 · 4"),
    ],
)
def test_signs_that_only_a_word_processor_writes_become_ordinary_ones(pasted: str, clean: str) -> None:
    assert plain(pasted) == clean


@given(st.text(max_size=200))
def test_clean_text_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)
