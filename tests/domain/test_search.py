from hypothesis import given
from hypothesis import strategies as st

from app.domain.search import LONGEST, MOST_TERMS, Term, excerpt, fold, forms, terms_of


def test_words_phrases_and_beginnings_are_told_apart() -> None:
    assert terms_of('Opvang "44 per plek" asiel* opvang') == (
        Term(("44", "per", "plek")),
        Term(("opvang",)),
        Term(("asiel",), starts=True),
    )
    assert terms_of("Éénmalige OEKRAÏNERS") == (Term(("eenmalige",)), Term(("oekrainers",)))


def test_what_holds_no_word_asks_for_nothing() -> None:
    for typed in ("", "  ", "🙂🙃", '""', "* - ( ) : ^", "\x00"):
        assert terms_of(typed) == (), typed


@given(st.text(max_size=400))
def test_whatever_is_typed_becomes_letters_and_digits_and_not_too_many(typed: str) -> None:
    terms = terms_of(typed)
    assert len(terms) <= MOST_TERMS
    assert all(len("".join(term.words)) <= 4 * LONGEST for term in terms)
    signs = "".join(word for term in terms for word in term.words)
    assert not set(signs) & set("\"'*&|!()<>:-^{}\\ \x00")


def test_a_dutch_word_is_found_by_its_other_number() -> None:
    for one, more in (
        ("vraag", "vragen"),
        ("brief", "brieven"),
        ("huis", "huizen"),
        ("plan", "plannen"),
        ("school", "scholen"),
        ("gemeente", "gemeenten"),
        ("termijn", "termijnen"),
        ("loket", "loketten"),
        ("kind", "kinds"),
        ("motie", "moties"),
    ):
        assert more in forms(one), (one, forms(one))
        assert one in forms(more), (more, forms(more))
    assert forms("2026") == ("2026",)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20))
def test_a_word_has_few_forms_and_is_the_first_of_them(word: str) -> None:
    assert forms(word)[0] == word
    assert len(forms(word)) < 40
    assert all(form.isalpha() for form in forms(word))


def test_the_piece_shown_is_around_what_was_found() -> None:
    text = "Eerst iets anders. " * 40 + "Dan: de opvang\nvan Oekraïners kost geld. " + "En nog meer. " * 60
    parts = excerpt(text, terms_of("oekrainers opvangen"))
    assert [part for part, marked in parts if marked] == ["opvang", "Oekraïners"]
    whole = "".join(part for part, _ in parts)
    assert whole.startswith("… ")
    assert whole.endswith(" …")
    assert "de opvang van Oekraïners kost geld" in whole
    assert len(whole) < 320


@given(st.text(max_size=600), st.text(max_size=40))
def test_a_piece_is_always_a_piece_of_the_text(text: str, typed: str) -> None:
    whole = "".join(part for part, _ in excerpt(text, terms_of(typed)))
    assert whole.removeprefix("… ").removesuffix(" …") in " ".join(text.split())


def test_capitals_and_accents_make_no_difference() -> None:
    assert fold("ÉÉN Straße København Łódź") == "een strasse kobenhavn lodz"
