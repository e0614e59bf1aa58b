"""Coming in by an answer link."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.domain.actors import Actor, Door
from app.domain.capabilities import LinkClaims, LinkPurpose
from app.domain.errors import NotFound, mark
from app.domain.permissions import Role
from app.domain.questions import State
from app.store.ministries import Ministry
from app.store.people import Person
from app.store.questions import Question


@dataclass(frozen=True)
class Visitor:
    """Somebody who came by an answer link: who, and for which question."""

    actor: Actor
    person: Person
    question: Question


def enter(session: Session, claims: LinkClaims, purpose: LinkPurpose = LinkPurpose.ANSWER) -> Visitor:
    """Let somebody in by a link whose seal was good; reads only, so a scanner's visit leaves no trace.

    Raises NotFound: `link-invalid`; `link-closed` once the question was withdrawn; `link-replaced` where a later mail
    brought another; `link-moved` with who owns the question now; `link-round` after a new round.
    """
    question, person = session.get(Question, claims.question_id), session.get(Person, claims.person_id)
    if claims.purpose is not purpose or question is None or person is None or person.ended_at is not None:
        raise NotFound("link-invalid", mark("Deze link klopt niet. Gebruik de link uit de laatste mail van Regie."))
    if question.state is State.WITHDRAWN:
        raise NotFound("link-closed", mark("De VNG heeft deze vraag ingetrokken. U hoeft niets meer te doen."))
    if person.ministry_id == question.owner_id and claims.serial < question.link_serial:
        sentence = mark("Er is een nieuwere link voor deze vraag. Gebruik de link uit de laatste mail van Regie.")
        raise NotFound("link-replaced", sentence)
    if claims.serial != question.link_serial or person.ministry_id != question.owner_id:
        owner = session.get_one(Ministry, question.owner_id)
        sentence = mark("Deze link geldt niet meer. De vraag ligt nu bij het {ministry}. Vragen? Mail de VNG.")
        raise NotFound("link-moved", sentence, ministry=owner.name)
    if claims.round != question.round:
        sentence = mark("Deze link hoort bij ronde {old}; nu loopt ronde {new}. Gebruik de link uit de laatste mail.")
        raise NotFound("link-round", sentence, old=claims.round, new=question.round)
    actor = Actor(
        person_id=person.id,
        roles=frozenset({Role.CONTACT}),
        ministry_id=person.ministry_id,
        door=Door.LINK,
        only_question_id=question.id,
    )
    return Visitor(actor, person, question)
