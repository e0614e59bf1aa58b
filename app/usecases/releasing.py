"""Release: at a ministry that wants so, an answer waits for the coordinator before it is given.

Releasing itself is answering (`answering.release`). Until then the question stays where it is and its clock runs.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.answering import check_answer
from app.domain.calendar import civil_date
from app.domain.errors import Invalid, NotAllowed, NotFound, OutOfDate, WrongState, mark
from app.domain.permissions import Relation, Role, Task, may
from app.domain.questions import Act, State, next_state
from app.store import audit
from app.store.access import find_question, question_for_act
from app.store.answering import Draft, draft_of
from app.store.ministries import Ministry
from app.store.outbox import enqueue
from app.store.ownership import present_contact, with_role
from app.store.people import Person
from app.store.questions import Question, tell
from app.store.releasing import has_releaser, needs_release


def is_needed(session: Session, actor: Actor, question_id: int) -> bool:
    """Whether this actor's answer is to be offered for release; not once the question is answered."""
    question = find_question(session, actor, question_id)
    return question.state is not State.ANSWERED and needs_release(session, actor, question)


def offer(
    session: Session,
    actor: Actor,
    question_id: int,
    text: str,
    given_by: str,
    now: datetime,
    *,
    alone_because: str = "",
) -> Draft:
    """Put an answer before the coordinator. The same one offered twice is one offer.

    Raises what giving the answer raises, and WrongState `offered` where another text waits already.
    """
    question = question_for_act(session, actor, question_id, Act.OFFER)
    next_state(question.state, Act.OFFER)
    check_answer(text, given_by)
    if question.state is State.CONCURRING and not alone_because.strip():
        raise Invalid("alone-reason", mark("Nog niet iedereen stemt in. Schrijf waarom u niet wacht."), field="omdat")
    draft = draft_of(session, question)
    if draft is None:
        draft = Draft(question_id=question.id, round=question.round, ministry_id=question.owner_id, version=0)
        session.add(draft)
    elif draft.offered_at is not None:
        if draft.text.strip() != text.strip():
            sentence = mark("Er wacht al een ander antwoord op vrijgave. Neem dat eerst terug.")
            raise WrongState("offered", sentence)
        return draft
    draft.text, draft.given_by = text, given_by.strip()
    draft.saved_at, draft.saved_by_id = now, actor.person_id
    draft.offered_at, draft.offered_by_id = now, actor.person_id
    draft.alone_because, draft.sent_back_because = alone_because.strip() or None, None
    draft.version += 1
    question.version += 1
    session.flush()
    tell(session, question, actor, Act.OFFER, now, civil_date(now))
    for person_id in _releasers(session, question.owner_id):
        key = f"offered:{question.id}:{question.version}:{person_id}"
        person = session.get_one(Person, person_id)
        enqueue(session, person, "offered", key, now, question_id=question.id, draft_id=draft.id, version=draft.version)
    audit.record(session, actor, Act.OFFER, f"vraag:{question.id}", now, ronde=question.round, versie=draft.version)
    return draft


def take_back(session: Session, actor: Actor, question_id: int, now: datetime) -> Draft:
    """Whoever offered it (or a colleague) wants to change something first: it is a draft again."""
    question = question_for_act(session, actor, question_id, Act.TAKE_BACK)
    next_state(question.state, Act.TAKE_BACK)
    draft = _end_offer(session, actor, question, Act.TAKE_BACK, now)
    audit.record(session, actor, Act.TAKE_BACK, f"vraag:{question.id}", now, versie=draft.version)
    return draft


def send_back(
    session: Session, actor: Actor, question_id: int, reason: str, now: datetime, *, version: int | None = None
) -> Draft:
    """The coordinator wants something changed first; the reason stands with the draft, for the ministry's eyes only.

    `version` is the draft that was read. Raises Invalid without a reason, OutOfDate for another version.
    """
    question = question_for_act(session, actor, question_id, Act.SEND_BACK)
    next_state(question.state, Act.SEND_BACK)
    draft = _offered(session, question, version)
    if not reason.strip():
        sentence = mark("Schrijf wat er anders moet. De contactpersoon leest dit bij het concept.")
        raise Invalid("missing", sentence, field="reden")
    _end_offer(session, actor, question, Act.SEND_BACK, now)
    draft.sent_back_because = reason.strip()
    contact_id = present_contact(session, question)
    if contact_id is not None:
        key = f"sent-back:{question.id}:{question.version}"
        person = session.get_one(Person, contact_id)
        enqueue(session, person, "sent_back", key, now, question_id=question.id, round=question.round)
    audit.record(session, actor, Act.SEND_BACK, f"vraag:{question.id}", now, versie=draft.version)
    return draft


def set_required(session: Session, actor: Actor, ministry_id: int, required: bool, now: datetime) -> Ministry:
    """Let answers of a ministry wait for its coordinator's release, or no longer; by that coordinator or an admin.

    What waits already goes on waiting. Raises Invalid (`no-releaser`) where nobody could give it.
    """
    ministry = session.get(Ministry, ministry_id)
    if ministry is None:
        raise NotFound("no-ministry", mark("Dit ministerie staat niet in Regie."))
    own = actor.ministry_id == ministry_id and may(actor.roles, Act.RELEASE, Relation.OWNER)
    if not own and not may(actor.roles, Task.MANAGE_REFERENCE):
        sentence = mark("U mag dit niet instellen. Vraag het de coördinator van het ministerie, of de beheerder.")
        raise NotAllowed("not-allowed", sentence)
    if required and not has_releaser(session, ministry_id):
        sentence = mark("Dit ministerie heeft nog geen coördinator. Voeg die eerst toe.")
        raise Invalid("no-releaser", sentence, field="vrijgave")
    if ministry.releases_answers is not required:
        ministry.releases_answers = required
        audit.record(session, actor, "vrijgave-instellen", f"ministerie:{ministry_id}", now, aan=required)
    return ministry


def _offered(session: Session, question: Question, version: int | None = None) -> Draft:
    """The draft that waits. Raises WrongState (`not-offered`), OutOfDate where another version was read."""
    draft = draft_of(session, question)
    if draft is None or draft.offered_at is None:
        sentence = mark("Er wacht nu geen antwoord op vrijgave: het is teruggenomen of teruggestuurd.")
        raise WrongState("not-offered", sentence)
    if version not in {None, draft.version}:
        sentence = mark("Het antwoord is intussen gewijzigd. Lees het opnieuw en beslis dan.")
        raise OutOfDate("draft-moved-on", sentence, version=draft.version)
    return draft


def _end_offer(session: Session, actor: Actor, question: Question, act: Act, now: datetime) -> Draft:
    draft = _offered(session, question)
    draft.end_offer()
    draft.version += 1
    question.version += 1
    session.flush()
    tell(session, question, actor, act, now, civil_date(now))
    return draft


def _releasers(session: Session, ministry_id: int) -> list[int]:
    """The coordinators; where there is none, the office of the secretary-general."""
    return [*(with_role(session, Role.COORDINATOR, ministry_id) or with_role(session, Role.SG, ministry_id))]
