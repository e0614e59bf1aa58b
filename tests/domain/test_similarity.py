"""Which earlier questions resemble a new one: rare words weigh more, and what is nearer comes first."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.similarity import ALIKE_FROM, MOST_SHOWN, MOST_WORDS, Candidate, key_words, most_alike, stem

WORDS = ("opvangplek", "bedrag", "huurcontract", "school")
PLACES = st.frozensets(st.integers(0, len(WORDS) - 1), min_size=1)
CANDIDATES = st.lists(
    st.builds(Candidate, st.integers(1, 10**6), PLACES, st.booleans(), st.booleans()),
    max_size=30,
    unique_by=lambda one: one.id,
)


def a_candidate(number: int, *places: int, ministry: bool = False, dossier: bool = False) -> Candidate:
    return Candidate(number, frozenset(places), ministry, dossier)


def ids(found: Sequence[object]) -> list[int]:
    return [one.id for one in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("opvangplekken", "opvangplek"),
        ("opvangplek", "opvangplek"),
        ("bedragen", "bedrag"),
        ("contracten", "contract"),
        ("scholen", "schol"),
        ("ziekenhuizen", "ziekenhuiz"),
        ("regels", "regel"),
        ("huis", "huis"),
        ("oekraïense", "oekraïens"),
    ],
)
def test_endings_are_left_out(word: str, root: str) -> None:
    assert stem(word) == root


def test_only_words_that_can_tell_a_question_from_others_count() -> None:
    text = "Welk bedrag per opvangplek geldt na 4 maart 2027, en op welk moment krijgen gemeenten daar zekerheid over?"
    assert key_words(text) == ("opvangplek", "zekerheid", "bedrag", "moment", "maart")
    assert key_words("Wanneer krijgen wij antwoord op onze vragen?") == ()
    assert len(key_words(" ".join(f"woord{letter * 5}" for letter in "abcdefghijklmnopqrst"))) == MOST_WORDS


def test_accents_are_one_spelling_and_capitals_make_no_difference() -> None:
    assert key_words("OEKRAI\u0308NE") == key_words("Oekraïne")


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    common = [a_candidate(number, 1, 3) for number in range(1, 40)]
    rare = a_candidate(100, 0, 1)
    assert ids(most_alike(WORDS, [*common, rare], 50))[0] == 100


def test_of_two_as_alike_the_one_of_the_same_ministry_and_dossier_comes_first_then_the_newest() -> None:
    found = most_alike(
        WORDS,
        [
            a_candidate(1, 0, 1, 2),
            a_candidate(2, 0, 1, 2, ministry=True),
            a_candidate(3, 0, 1, 2, ministry=True, dossier=True),
            a_candidate(4, 0, 1, 2),
        ],
        10,
    )
    assert ids(found) == [3, 2, 4, 1]


def test_one_shared_word_is_not_enough_unless_there_is_only_one() -> None:
    assert most_alike(WORDS[:2], [a_candidate(1, 0)], 10) == []
    assert ids(most_alike(WORDS[:1], [a_candidate(1, 0)], 10)) == [1]
    assert most_alike((), [], 10) == []


@given(CANDIDATES)
def test_what_is_shown_is_alike_enough_in_order_and_not_too_many(candidates: list[Candidate]) -> None:
    found = most_alike(WORDS, candidates, 100)
    assert len(found) <= MOST_SHOWN
    for one in found:
        assert ALIKE_FROM <= one.likeness <= 1 + 1e-9
        assert len(one.shared) >= 2
        assert set(one.shared) <= set(WORDS)


@given(CANDIDATES.filter(bool), st.data())
def test_a_question_with_every_word_is_as_alike_as_can_be(candidates: list[Candidate], data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(candidates))
    whole = Candidate(chosen.id, frozenset(range(len(WORDS))), same_ministry=True, same_dossier=True)
    others = [one for one in candidates if one.id != chosen.id]
    found = most_alike(WORDS, [*others, whole], 100)
    assert any(one.id == whole.id and one.likeness > 1 - 1e-9 for one in found) or len(found) == MOST_SHOWN
