"""Each kind of mail: what it says, or why there is nothing left to say."""

import json
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.capabilities import UNSUBSCRIBING, make_personal
from app.domain.digests import Week
from app.domain.errors import mark
from app.domain.escalation import READER_NAMES
from app.domain.questions import Act, State, Verdict
from app.mail.account_kinds import access, code, invitation
from app.mail.alarm_kinds import alarm, virus
from app.mail.concurrence_kinds import concur, concurrence, replied, stalled
from app.mail.content import Content, Dropped, Write
from app.mail.facts import (
    ANSWERABLE_STATES,
    Reader,
    asked_questions,
    escalated_questions,
    page_link,
    read_questions,
    revoke_link,
    told_by_ladder,
)
from app.mail.handover_kinds import commitment, sheet, succession
from app.mail.ownership_kinds import disowned, offered, passed_on, remind, sent_back, undecided
from app.office import Office
from app.store.answering import Answer
from app.store.figures.digests import find_digest, is_subscribed
from app.store.ladder.escalation import load_ladder
from app.store.lists.concurrences import objections
from app.store.ministries import Ministry
from app.store.outbox import Claimed
from app.store.questions import Question, QuestionEvent
from app.store.term_requests import RequestState, TermRequest
from app.store.terms import find_entry

ANSWERED_MEANWHILE = mark("De vragen in deze mail zijn intussen beantwoord, of liggen bij een ander ministerie.")


def asked(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """New questions for a contact, each with its link; or one that the secretariat sends `again`, whatever was told."""
    questions = asked_questions(session, office, reader, mail.params["question_ids"], ANSWERABLE_STATES)
    if not questions:
        return Dropped(ANSWERED_MEANWHILE)
    if mail.params.get("again"):
        return Content(questions)
    told = told_by_ladder(session, reader.person_id, [question.id for question in questions], mail.created_at)
    new = [question for question in questions if question.id not in told]
    return Content(new) if new else Dropped(mark("De vragen in deze mail staan al in een herinnering aan deze lezer."))


def new_round(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """An answer was judged not concrete, or the question reopened: what is missing, by when, and a new link."""
    questions = asked_questions(session, office, reader, [mail.question_id or 0], ANSWERABLE_STATES)
    if not questions or questions[0].round != mail.params["round"]:
        return Dropped(ANSWERED_MEANWHILE)
    before = session.scalars(
        sa.select(Answer).where(Answer.question_id == questions[0].id, Answer.round == questions[0].round - 1)
    ).one_or_none()
    if before is not None and before.verdict is not Verdict.CONCRETE:
        return Content(questions, {"verdict": before.verdict, "reason": before.verdict_reason or ""})
    reopened = _last_event(session, questions[0].id, Act.REOPEN)
    reason = (reopened.reason if reopened else None) or ""
    return Content(questions, {"verdict": None, "reason": reason})


def receipt(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """The answer came in: who gave it, when, and how it begins."""
    answer = session.get(Answer, mail.params["answer_id"])
    if answer is None:
        return Dropped(mark("Dit antwoord bestaat niet meer."))
    query = sa.select(Question).where(Question.id == answer.question_id)
    objecting = objections(session, [answer.question_id]).get((answer.question_id, answer.round), [])
    revoking = revoke_link(office, reader, session.get_one(Question, answer.question_id), answer)
    context = {"answer": answer, "objections": objecting, "revoke_link": revoking}
    return Content(read_questions(session, office, reader, query), context)


def escalation(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """All questions that reached a rung this reader hears of, worst first."""
    questions = escalated_questions(session, office, reader, mail.told_in)
    if not questions:
        return Dropped(ANSWERED_MEANWHILE)
    late = [question for question in questions if question.days_late]
    reached = {question.rung for question in questions}
    rungs = [rung for rung in load_ladder(session) if rung.number in reached]
    texts = {rung.number: rung.text.within(mail.language) for rung in rungs}
    context = {"late": late, "worst": questions[0], "rungs": rungs, "rung_texts": texts, "reader_names": READER_NAMES}
    return Content(questions, context)


def disputed(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """Nobody owns a question: who passed it on, why, and to whom."""
    query = sa.select(Question).where(Question.id == mail.question_id, Question.state == State.DISPUTED)
    questions = read_questions(session, office, reader, query)
    if not questions:
        return Dropped(mark("Intussen is bekend wie de vraag beantwoordt."))
    event = _last_event(session, questions[0].id, Act.DECLINE, Act.TRANSFER_AGAIN)
    proposed = session.get(Ministry, event.to_ministry_id) if event and event.to_ministry_id else None
    reason = (event.reason if event else None) or ""
    facts = {
        "act": event.act if event else str(Act.DECLINE),
        "before": questions[0].owner,
        "after": proposed.display if proposed else "",
        "reason": reason,
    }
    return Content(questions, facts)


def request(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """A ministry asks the secretariat for time, or what is meant."""
    asked_for = session.get(TermRequest, mail.params["request_id"])
    if asked_for is None or asked_for.state is not RequestState.ASKED:
        return Dropped(mark("Op dit verzoek is al beslist, of het is vervallen."))
    query = sa.select(Question).where(Question.id == asked_for.question_id)
    link = f"{page_link(office, asked_for.question_id)}/verzoeken/{asked_for.id}"
    return Content(read_questions(session, office, reader, query), {"asked_for": asked_for, "request_link": link})


def term(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """What became of a question's term: the decision on a request, or what the secretariat wrote in its ledger."""
    questions = asked_questions(session, office, reader, [mail.question_id or 0], ANSWERABLE_STATES)
    if not questions:
        return Dropped(ANSWERED_MEANWHILE)
    if "request_id" in mail.params:
        decided = session.get_one(TermRequest, mail.params["request_id"])
        return Content(questions, {"what": f"{decided.kind}-{decided.state}", "reason": decided.decision or ""})
    entry = find_entry(session, questions[0].id, mail.params["round"], mail.params["sequence"])
    if entry is None or entry.round != questions[0].round:
        return Dropped(ANSWERED_MEANWHILE)
    return Content(questions, {"what": str(entry.kind), "reason": entry.reason or ""})


def accept(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """An owner said nothing: a reminder, or the word that silence now counts as accepting."""
    deemed = mail.params["step"] == "deemed"
    states = frozenset({State.ACCEPTED}) if deemed else frozenset({State.ASKED})
    questions = asked_questions(session, office, reader, mail.params["question_ids"], states)
    if not questions:
        return Dropped(mark("Het ministerie heeft intussen laten weten wat het met de vragen doet."))
    return Content(questions, {"deemed": deemed})


def digest(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """The digest of a week, as it was frozen, to whoever still wants it."""
    if not is_subscribed(session, reader.person_id, reader.roles):
        return Dropped(mark("De lezer heeft zich intussen afgemeld voor het weekoverzicht."))
    written = json.loads(find_digest(session, Week.parse(mail.params["week"])).written)[mail.language]
    return Content(
        frozen=(written["subject"], written["text"], written["html"]),
        unsubscribe=f"{office.settings.base_url}/afmelding/{_own_token(office, reader.person_id)}",
    )


KINDS: Mapping[str, Write] = {
    "asked": asked,
    "succession": succession,
    "commitment": commitment,
    "sheet": sheet,
    "round": new_round,
    "receipt": receipt,
    "code": code,
    "invitation": invitation,
    "access": access,
    "escalation": escalation,
    "disputed": disputed,
    "undecided": undecided,
    "passed_on": passed_on,
    "remind": remind,
    "offered": offered,
    "sent_back": sent_back,
    "disowned": disowned,
    "request": request,
    "term": term,
    "accept": accept,
    "concur": concur,
    "stalled": stalled,
    "concurrence": concurrence,
    "replied": replied,
    "digest": digest,
    "alarm": alarm,
    "virus": virus,
}


def _own_token(office: Office, person_id: int) -> str:
    return make_personal(person_id, 0, office.key_for(UNSUBSCRIBING))


def _last_event(session: Session, question_id: int, *acts: Act) -> QuestionEvent | None:
    return session.scalars(
        sa.select(QuestionEvent)
        .where(QuestionEvent.question_id == question_id, QuestionEvent.act.in_(acts))
        .order_by(QuestionEvent.id.desc())
        .limit(1)
    ).one_or_none()
