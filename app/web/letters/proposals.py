"""What the text of a letter proposes for its form: a proposal fills only what is still empty."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.domain.errors import Invalid
from app.domain.mentions import letter_facts, mentioned
from app.domain.ministries import MinistryName
from app.web.letters.letter_form import TypedDay, TypedLetter, TypedQuestion, day_parts
from app.web.letters.letter_reading import day_of

READ_TEXT = "lees-tekst"
LONGEST_PASSAGE = 3_000


def filled_from_text(typed: TypedLetter, today: date, ministries: Sequence[MinistryName]) -> TypedLetter:
    """The letter with what its own text says put in: head of the letter, and who each question is for."""
    facts = letter_facts(typed.body, today, ministries)
    # The form starts with today's date; another one somebody has typed.
    untouched = typed.day in ({}, day_parts(today))
    day = day_parts(facts.letter_date) if facts.letter_date and untouched else typed.day
    letter = replace(
        typed,
        day=day,
        subject=typed.subject or facts.subject,
        reference=typed.reference or facts.reference,
        attention=typed.attention or facts.attention,
        addressee=typed.addressee or (facts.addressee.code if facts.addressee else ""),
    )
    on = _day(day, today)
    return replace(letter, questions=tuple(_with_owner(question, on, ministries) for question in letter.questions))


def named_in(passage: str, day: TypedDay, today: date, ministries: Sequence[MinistryName]) -> list[MinistryName]:
    """The ministries a passage names; the first may owe the answer, the others concur."""
    return mentioned(passage[:LONGEST_PASSAGE], _day(day, today), ministries)


def _with_owner(question: TypedQuestion, on: date, ministries: Sequence[MinistryName]) -> TypedQuestion:
    named = [] if question.owner else mentioned(question.text, on, ministries)
    if not named:
        return question
    owner, *others = named
    return replace(
        question, owner=owner.code, contributors=question.contributors or tuple(other.code for other in others)
    )


def _day(typed: TypedDay, today: date) -> date:
    try:
        return day_of(typed, "datum") or today
    except Invalid:
        return today
