"""Earlier questions in the form of a letter: proposed on request, and those that were ticked, with their answers."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.ministries import MinistryName
from app.store.lists.repeats import Earlier, Sought, chosen_questions, similar_questions
from app.store.ministries import Dossier, dossier_list
from app.web.letters.letter_form import TypedLetter, TypedQuestion

_SEARCH = re.compile(r"vragen-(\d{1,3})-eerder")


def place_of(act: str, typed: TypedLetter) -> int | None:
    """Of which question earlier ones are asked for by this button; None by any other."""
    found = _SEARCH.fullmatch(act)
    return int(found[1]) if found and int(found[1]) < len(typed.questions) else None


def shown(
    session: Session,
    who: Actor,
    typed: TypedLetter,
    letter_id: int | None,
    ministries: Sequence[MinistryName],
    asked_at: int | None,
) -> Mapping[int, Sequence[Earlier]]:
    """What is shown at each place: the questions that were ticked, and where it was asked for what else is alike."""
    dossiers = dossier_list(session) if asked_at is not None else ()
    found = {}
    for place, question in enumerate(typed.questions):
        ticked = chosen_questions(session, who, question.repeats)
        if place == asked_at:
            sought = _sought(typed, question, letter_id, ministries, dossiers)
            alike = similar_questions(session, who, sought)
            ticked += [one for one in alike if one.id not in question.repeats]
        found[place] = ticked
    return found


def _sought(
    typed: TypedLetter,
    question: TypedQuestion,
    letter_id: int | None,
    ministries: Sequence[MinistryName],
    dossiers: Sequence[Dossier],
) -> Sought:
    return Sought(
        text=f"{question.title} {question.text}",
        owner_id=next((one.id for one in ministries if one.code == question.owner), None),
        dossier_id=next((one.id for one in dossiers if one.slug == typed.dossier), None),
        letter_id=letter_id,
    )
