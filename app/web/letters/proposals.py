"""What the text of a letter proposes for its form: a proposal fills only what is still empty."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.errors import Invalid, mark
from app.domain.mentions import Mention, letter_facts, mentions
from app.domain.ministries import MinistryName
from app.domain.passages import paragraph_of
from app.web.letters.letter_form import TypedDay, TypedLetter, TypedQuestion, day_parts
from app.web.letters.letter_reading import day_of
from app.wording import Wording

READ_TEXT = "lees-tekst"
LONGEST_PASSAGE = 3_000


@dataclass(frozen=True)
class Proposal:
    """Who a passage is for: the first may owe the answer, the others concur.

    `nearby`: the passage names nobody itself, the paragraph around it does.
    """

    named: Sequence[Mention]
    nearby: bool = False


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
    on = day_or(day, today)
    return replace(
        letter, questions=tuple(_with_owner(question, typed.body, on, ministries) for question in letter.questions)
    )


def proposed(passage: str, paragraph: str, on: date, ministries: Sequence[MinistryName]) -> Proposal:
    """Who a passage is for, by the ministries that it names, or else those that its paragraph names."""
    named = mentions(passage[:LONGEST_PASSAGE], on, ministries)
    if named or not paragraph:
        return Proposal(named)
    return Proposal(mentions(paragraph[:LONGEST_PASSAGE], on, ministries), nearby=True)


def reason(words: Wording, mention: Mention, *, nearby: bool) -> str:
    """Why a ministry is proposed, in a few words to stand beside its name."""
    sentence = mark("bij naam genoemd")
    if mention.ended:
        sentence = mark("opvolger van {name}")
    elif mention.written != mention.ministry.display and len(mention.written) <= len(mention.ministry.display) + 4:
        sentence = mark("genoemd als {name}")
    told = words.text(sentence, name=mention.written)
    return words.text(mark("{reason}, in dezelfde alinea"), reason=told) if nearby else told


def reasons(words: Wording, typed: TypedLetter, today: date, ministries: Sequence[MinistryName]) -> Sequence[str]:
    """Why each question has the owner it has, where the letter's text is the reason; else an empty text."""
    on, found = day_or(typed.day, today), []
    for question in typed.questions:
        proposal = proposed(question.text, paragraph_of(typed.body, question.text), on, ministries)
        mention = next((one for one in proposal.named if one.ministry.code == question.owner), None)
        found.append(reason(words, mention, nearby=proposal.nearby) if mention else "")
    return found


def day_or(typed: TypedDay, today: date) -> date:
    """The day that was typed; today where there is none."""
    try:
        return day_of(typed, "datum") or today
    except Invalid:
        return today


def _with_owner(question: TypedQuestion, body: str, on: date, ministries: Sequence[MinistryName]) -> TypedQuestion:
    if question.owner or question.blank:
        return question
    named = proposed(question.text, paragraph_of(body, question.text), on, ministries).named
    if not named:
        return question
    owner, *others = (one.ministry.code for one in named)
    return replace(question, owner=owner, contributors=question.contributors or tuple(others))
