"""One register with a question in every state and every relation to one ministry, made by the acts themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.letters import NewQuestion
from app.domain.permissions import Relation
from app.domain.questions import State, Verdict
from app.store.base import Db
from app.store.documents import LetterDocument
from app.store.questions import Question
from app.usecases import answering, closing, concurrence, documents, drafts, letters, ownership
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of, secretariat

OURS, THEIRS = "BZK", "JENV"
SENT_ON = date(2026, 11, 2)
SECRET, SENT = "Dit-concept-is-van-de-eigenaar", "Deze-versie-is-verstuurd"


@dataclass(frozen=True)
class Stand:
    """A question in one state, to which OURS stands in one relation; `document_id` is a document of its letter."""

    id: int
    letter_id: int
    document_id: int
    draft_document_id: int | None
    state: State
    relation: Relation
    asked: bool

    @property
    def title(self) -> str:
        """What it is called in every list: nothing else is called so."""
        return title_of(self.state, self.relation)


def title_of(state: State, relation: Relation) -> str:
    """The title of the question in this state and relation."""
    return f"Kop-{state}-{relation}."


def every_stand(db: Db, folder: Path) -> list[Stand]:
    """Fill an empty register. A question that was never sent has no former owner, so that pair is not there."""
    a_register(db)
    pairs = [(state, relation) for relation in Relation for state in State]
    stands = []
    with db.writing() as s:
        for state, relation in pairs:
            if (state, relation) != (State.DRAFT, Relation.FORMER):
                stands.append(_stand(s, folder, state, relation))
    return stands


def _stand(s: Session, folder: Path, state: State, relation: Relation) -> Stand:
    first = OURS if relation in {Relation.OWNER, Relation.FORMER} else THEIRS
    contributors = (OURS,) if relation is Relation.CONTRIBUTOR else ()
    asked = NewQuestion(
        text=f"Tekst van {title_of(state, relation)}",
        owner=first,
        title=title_of(state, relation),
        contributors=contributors,
    )
    new = a_new_letter(asked, letter_date=SENT_ON, addressee="AZ")
    if state is State.DRAFT:
        question = questions_of(s, letters.register(s, secretariat(s), new, at(SENT_ON)))[0]
    else:
        question = questions_of(s, a_sent_letter(s, new))[0]
    if relation is Relation.FORMER:
        ownership.transfer(s, _contact(s, OURS), question.id, THEIRS, "Niet van ons.", at(SENT_ON), with_draft=False)
    document = documents.keep(s, secretariat(s), documents.take(folder, BytesIO(b"Brief"), "brief.txt"), at(SENT_ON))
    s.add(LetterDocument(letter_id=question.letter_id, document_id=document.id))
    owner = OURS if relation is Relation.OWNER else THEIRS
    in_draft = _bring_to(s, folder, question, owner, state, relation)
    s.flush()
    sent = question.asked_on is not None
    return Stand(question.id, question.letter_id, document.id, in_draft, state, relation, sent)


def _bring_to(s: Session, folder: Path, question: Question, owner: str, state: State, relation: Relation) -> int | None:
    """Do what leads to the state, with a draft where one can be; the number of the draft's attachment."""
    who, now, attached = _contact(s, owner), at(SENT_ON + timedelta(days=1)), None
    if state in {State.ACCEPTED, State.CONCURRING, State.ANSWERED, State.SETTLED}:
        answering.accept(s, who, question.id, now)
    if state in {State.ACCEPTED, State.CONCURRING}:
        sent = drafts.save_draft(s, who, question.id, SENT, "Hoofd", None, now)
        if state is State.CONCURRING:
            asked = OURS if relation is Relation.CONTRIBUTOR else "FIN"
            concurrence.ask(s, who, question.id, (asked,), None, now)
        drafts.save_draft(s, who, question.id, SECRET, "Hoofd", sent.version, now)
        document = documents.keep(s, who, documents.take(folder, BytesIO(b"Bijlage"), "bijlage.txt"), now)
        drafts.attach(s, who, question.id, document.id, now)
        attached = document.id
    if state in {State.ANSWERED, State.SETTLED}:
        answering.submit(s, who, question.id, "Het antwoord.", "Hoofd", now)
    if state is State.SETTLED:
        closing.judge(s, secretariat(s), question.id, Verdict.CONCRETE, "", now)
    if state is State.DISPUTED:
        ownership.decline(s, who, question.id, "Niet van ons.", "", now)
    if state is State.WITHDRAWN:
        closing.withdraw(s, secretariat(s), question.id, "Niet meer nodig.", now)
    return attached


def _contact(s: Session, ministry: str) -> Actor:
    return actor(s, f"contact@{ministry.lower()}.example")


MAILBOXES: Mapping[str, str] = {
    "contactpersoon": f"contact@{OURS.lower()}.example",
    "coordinator": f"coordinator@{OURS.lower()}.example",
    "bureau-sg": f"sg@{OURS.lower()}.example",
    "regie": "regie@az.example",
    "secretariaat": "secretariaat@vng.example",
    "directie": "directie@vng.example",
    "beheer": "beheer@vng.example",
}
"""Who has which role, and at a ministry at OURS."""
