"""The words around a question in its letter."""

import pytest

from app.web.questions.excerpts import AROUND, excerpt

TEXT = "Welk bedrag geldt na die datum?"


def test_an_excerpt_stays_within_its_paragraph() -> None:
    body = f"Geachte heer,\n\nHet loopt af. {TEXT} Zonder bedrag geen besluit.\n\nHoogachtend,"
    found = excerpt(body, TEXT)
    assert (found.before, found.passage, found.after) == ("Het loopt af.", TEXT, "Zonder bedrag geen besluit.")


def test_line_ends_in_the_letter_make_no_difference() -> None:
    assert excerpt("Wij vragen:\nwelk bedrag\n  geldt na die datum?", "welk bedrag geldt na die datum?").found


@pytest.mark.parametrize("body", [None, "", "Een brief over iets anders."])
def test_a_question_that_is_not_in_the_letter_stands_alone(body: str | None) -> None:
    found = excerpt(body, TEXT)
    assert (found.before, found.passage, found.after, found.found) == ("", TEXT, "", False)


def test_only_the_nearest_sentences_are_shown() -> None:
    sentence = "Dit is een zin van een zekere lengte."
    found = excerpt(f"{sentence} " * 40 + TEXT + f" {sentence}" * 40, TEXT)
    assert sentence in found.before
    assert sentence in found.after
    assert max(len(found.before), len(found.after)) <= AROUND + len(sentence)


def test_one_endless_sentence_is_cut_at_a_word() -> None:
    found = excerpt("woord " * 500 + TEXT + " woord" * 500, TEXT)
    assert found.before.startswith("… woord")
    assert found.after.endswith("woord …")
    assert max(len(found.before), len(found.after)) <= 2 * AROUND + 2
