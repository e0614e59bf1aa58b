"""Who opens which page: the tables of addresses filled in with what there is in the demo's register."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.capabilities import UNSUBSCRIBING, LinkClaims, LinkPurpose, make_personal
from app.domain.questions import State
from app.domain.retention import Kept
from app.store import exports
from app.store.concurrence import Contribution, ContributionState
from app.store.credentials import Enrolment
from app.store.exchange import takeovers
from app.store.figures.digests import FrozenDigest
from app.store.ministries import Dossier, Ministry
from app.store.outbox import OutboxMail
from app.store.people import Person
from app.store.questions import Question
from app.store.retention import Removal
from app.store.term_requests import RequestState, TermRequest
from app.store.terms import DefaultTerm, EquatedDay, TermEntry
from app.store.unfinished import UnfinishedLetter
from tests.support.addresses import CONTACT, LEADERSHIP, ON_A_QUESTION, PAGES
from tests.support.builders import secretariat
from tests.support.demo import add_what_the_demo_lacks
from tests.support.live import Live


@dataclass(frozen=True)
class Address:
    """Where somebody looks; `others` are addresses that do as well where this one doesn't offer the page."""

    who: str
    path: str
    others: Sequence["Address"] = ()


def addresses(live: Live) -> list[Address]:
    """All pages, those of one visitor together; what the demo lacks for them is put into the register first."""
    add_what_the_demo_lacks(live)
    with live.db.reading() as s:
        known = known_parts(live, s)
        found = [Address(who, path.format_map(known)) for who, paths in PAGES.items() for path in paths]
        for ending, state, who in ON_A_QUESTION:
            first, *others = on_questions(s, ending, state, who)
            found.append(Address(first.who, first.path, others))
    return sorted(found, key=lambda one: one.who)


def on_questions(session: Session, ending: str, state: State | None, who: str) -> Iterator[Address]:
    """The same page of all questions in a state (None: in any), each with who opens it there."""
    contributing = sa.select(sa.func.min(Ministry.code)).join(Contribution, Contribution.ministry_id == Ministry.id)
    contributing = contributing.where(
        Contribution.question_id == Question.id, Contribution.state == ContributionState.ASKED
    )
    of_question = sa.select(Question.id, Ministry.code, contributing.scalar_subquery())
    of_question = of_question.join(Ministry, Ministry.id == Question.owner_id)
    of_question = of_question.where(Question.state == state) if state else of_question
    for question_id, owner, contributor in session.execute(of_question.order_by(Question.id)).all():
        asker = who.format(owner=f"{owner.lower()}.example", contributor=f"{(contributor or owner).lower()}.example")
        for number in _numbers(session, ending, question_id):
            yield Address(asker, f"/vragen/{question_id}{ending.format(entry=number, request=number)}")


def _numbers(session: Session, ending: str, question_id: int) -> Sequence[int]:
    """What may stand in the ending: the last booking of a term, or a request that waits."""
    if "{entry}" in ending:
        last = sa.select(sa.func.max(TermEntry.sequence)).where(TermEntry.question_id == question_id)
        return list(session.scalars(last.having(sa.func.count() > 1)))
    if "{request}" in ending:
        waiting = TermRequest.question_id == question_id, TermRequest.state == RequestState.ASKED
        return list(session.scalars(sa.select(TermRequest.id).where(*waiting)))
    return [0]


def known_parts(live: Live, session: Session) -> Mapping[str, object]:
    """What stands in the place of each parameter in PAGES."""

    def one(query: sa.Select[tuple[object]]) -> object:
        found = session.scalars(query.limit(1)).first()
        assert found, str(query)
        return found

    person = session.scalars(sa.select(Person).where(Person.email == LEADERSHIP)).one()
    asked = sa.select(Question).where(Question.contact_id.is_not(None)).order_by(Question.id.desc())
    office, links = live.app.state.office, {}
    for name, state in (("to_answer", State.ACCEPTED), ("to_read_back", State.ANSWERED)):
        question = session.scalars(asked.where(Question.state == state)).first()
        assert question
        assert question.contact_id
        links[name] = LinkClaims(
            LinkPurpose.ANSWER, question.id, question.contact_id, question.round, question.link_serial
        )
    request = session.scalars(sa.select(Contribution).where(Contribution.state == ContributionState.ASKED)).first()
    assert request
    reader = sa.select(Person.id).where(Person.ministry_id == request.ministry_id, Person.ended_at.is_(None))
    concurring = session.scalars(reader.order_by(Person.id)).first() or 0
    links["to_concur"] = LinkClaims(LinkPurpose.CONCUR, request.question_id, concurring, request.round, request.id)
    enrolment_id = session.scalars(sa.select(Enrolment.id).order_by(Enrolment.id.desc())).first() or 0
    return {
        **{name: str(office.answer_link(claims)).rpartition("/")[2] for name, claims in links.items()},
        "personal": make_personal(person.id, 0, office.key_for(UNSUBSCRIBING)),
        "enrolment": str(office.enrolment_link(enrolment_id)).rpartition("/")[2],
        "slug": one(sa.select(Dossier.slug).where(Dossier.slug == "asiel-en-migratie")),
        "week": one(sa.select(FrozenDigest.week).order_by(FrozenDigest.week.desc())),
        "question": one(sa.select(Question.id).where(Question.state == State.ASKED)),
        "letter": one(sa.select(Question.letter_id).where(Question.state == State.ANSWERED)),
        "draft": one(sa.select(Question.letter_id).where(Question.state == State.DRAFT)),
        "unfinished": one(sa.select(UnfinishedLetter.id)),
        "mail": one(sa.select(OutboxMail.id).where(OutboxMail.kind == "escalation").order_by(OutboxMail.id.desc())),
        "export": exports.of_person(live.settings.exports, secretariat(session).person_id)[0].id,
        "takeover": takeovers.recent(live.settings.takeovers)[0].id,
        "person": one(sa.select(Person.id).where(Person.email == CONTACT)),
        "ministry": one(sa.select(Ministry.id).where(Ministry.code == "BZK")),
        "dossier": one(sa.select(Dossier.id)),
        "term": one(sa.select(DefaultTerm.id)),
        "day": one(sa.select(EquatedDay.day)),
        "removal": one(sa.select(Removal.id).where(Removal.kind == Kept.LETTERS)),
    }
