"""Coming in by an answer link."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.domain.actors import Actor, Door
from app.domain.capabilities import LinkClaims, LinkPurpose
from app.domain.errors import NotFound, mark
from app.domain.permissions import Role
from app.domain.questions import State
from app.store.concurrence import Contribution, ContributionState
from app.store.lists.concurrences import ended_by
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
    brought another; `link-colleague` where that went to somebody else at the ministry; `link-moved` with who owns the
    question now; `link-round` after a new round.
    """
    question, person = session.get(Question, claims.question_id), session.get(Person, claims.person_id)
    if claims.purpose is not purpose or question is None or person is None or person.ended_at is not None:
        raise NotFound("link-invalid", mark("Deze link klopt niet. Gebruik de link uit de laatste mail van Regie."))
    if question.state is State.WITHDRAWN:
        raise NotFound("link-closed", mark("De VNG heeft deze vraag ingetrokken. U hoeft niets meer te doen."))
    if person.ministry_id == question.owner_id and claims.serial < question.link_serial:
        _refuse_unless_contact(session, person, question)
        sentence = mark("Er is een nieuwere link voor deze vraag. Gebruik de link uit de laatste mail van Regie.")
        raise NotFound("link-replaced", sentence)
    if claims.serial != question.link_serial or person.ministry_id != question.owner_id:
        owner = session.get_one(Ministry, question.owner_id)
        sentence = mark("Deze link geldt niet meer. De vraag ligt nu bij het {ministry}. Vragen? Mail de VNG.")
        raise NotFound("link-moved", sentence, ministry=owner.name)
    if claims.round != question.round:
        sentence = mark("Deze link hoort bij ronde {old}; nu loopt ronde {new}. Gebruik de link uit de laatste mail.")
        raise NotFound("link-round", sentence, old=claims.round, new=question.round)
    return Visitor(_by_link(person, question), person, question)


def _refuse_unless_contact(session: Session, person: Person, question: Question) -> None:
    """Raise NotFound where the newer link went to a colleague: who that is."""
    contact = session.get(Person, question.contact_id) if question.contact_id else None
    if contact is not None and contact.id != person.id:
        sentence = mark("Deze link geldt niet meer. {name} is nu de contactpersoon voor deze vraag en heeft een link.")
        raise NotFound("link-colleague", sentence, name=contact.name)


@dataclass(frozen=True)
class Reviewer:
    """Somebody who came by a link to concur: who, for which question, and what was asked of their ministry."""

    actor: Actor
    person: Person
    question: Question
    request: Contribution


def enter_to_concur(session: Session, claims: LinkClaims) -> Reviewer:
    """Let a contributor in by a link whose seal was good; its serial is the number of the request. Reads only.

    A request that was replied to lets its ministry in, to read back what it said. Raises NotFound: `link-invalid`;
    `link-moved` where the request went to another ministry; `concurrence-ended` with what ended it.
    """
    request, person = session.get(Contribution, claims.serial), session.get(Person, claims.person_id)
    known = request is not None and request.question_id == claims.question_id
    if claims.purpose is not LinkPurpose.CONCUR or not known or person is None or person.ended_at is not None:
        raise NotFound("link-invalid", mark("Deze link klopt niet. Gebruik de link uit de laatste mail van Regie."))
    if request is None or person.ministry_id != request.ministry_id:
        sentence = mark(
            "Deze link geldt niet meer: dit verzoek is niet aan uw ministerie gericht. Vragen? Mail de VNG."
        )
        raise NotFound("link-moved", sentence)
    if request.state is ContributionState.LAPSED:
        raise NotFound("concurrence-ended", ended_by(session, request))
    question = session.get_one(Question, claims.question_id)
    return Reviewer(_by_link(person, question), person, question, request)


def _by_link(person: Person, question: Question) -> Actor:
    return Actor(
        person_id=person.id,
        roles=frozenset({Role.CONTACT}),
        ministry_id=person.ministry_id,
        door=Door.LINK,
        only_question_id=question.id,
    )
