"""What can happen to a question in the demo, each by the use case that does it in earnest."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.demo import concurrence, owners, terms
from app.demo.content import Received, Step
from app.demo.mailboxes import CENTRE, SECRETARIAT, by_link, signed_in
from app.domain.commitments import NewCommitment
from app.domain.questions import Verdict
from app.store.questions import Question
from app.usecases import answering, closing, commitments, drafts, ownership, postponing, releasing, repeats

Deed = Callable[[Session, Question, Step, datetime], object]


def accept(session: Session, question: Question, _step: Step, at: datetime) -> None:
    """The contact takes the question into hand."""
    answering.accept(session, by_link(question), question.id, at)


def transfer(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The contact passes the question on."""
    ownership.transfer(session, by_link(question), question.id, step.to, step.text, at)


def decline(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The contact says it isn't theirs."""
    ownership.decline(session, by_link(question), question.id, step.text, step.to, at)


def assign(session: Session, question: Question, step: Step, at: datetime) -> None:
    """AZ settles who owns it."""
    ownership.assign(session, signed_in(session, CENTRE), question.id, step.to, step.text, at)


def postpone(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The contact names a later day."""
    if step.until is None:
        raise ValueError("a postponement needs its new day")
    postponing.postpone(session, by_link(question), question.id, step.until, step.text, at)


def draft(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The contact leaves an answer half written."""
    drafts.save_draft(session, by_link(question), question.id, step.text, owners.writer(session, question), None, at)


def submit(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The contact answers; where the ministry wants so, the coordinator releases it at once."""
    if releasing.is_needed(session, by_link(question), question.id):
        owners.offer(session, question, step, at)
        owners.release(session, question, step, at)
    else:
        answering.submit(session, by_link(question), question.id, step.text, owners.writer(session, question), at)


def judge(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The secretariat says whether it was an answer."""
    closing.judge(session, signed_in(session, SECRETARIAT), question.id, Verdict(step.to), step.text, at)


def promise(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The secretariat records a promise that the answer makes: its words, what (`to`) and by when (`until`)."""
    new = NewCommitment(step.text, step.to, step.until)
    commitments.record(session, signed_in(session, SECRETARIAT), question.id, new, at)


def withdraw(session: Session, question: Question, step: Step, at: datetime) -> None:
    """VNG takes the question back."""
    closing.withdraw(session, signed_in(session, SECRETARIAT), question.id, step.text, at)


def reopen(session: Session, question: Question, step: Step, at: datetime) -> None:
    """VNG asks it again."""
    closing.reopen(session, signed_in(session, SECRETARIAT), question.id, step.text, at)


def repeat(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The secretariat notes that an earlier question, named by its title, is asked again."""
    same = Question.title == step.text, Question.letter_id != question.letter_id
    earlier = session.scalars(sa.select(Question.id).where(*same).order_by(Question.id).limit(1)).one()
    repeats.link(session, signed_in(session, SECRETARIAT), question.id, earlier, at)


def receive(session: Session, question_ids: dict[int, int], received: Received, at: datetime) -> None:
    """The secretariat records a letter that came by post; `question_ids` by position."""
    answers = [answering.ReceivedAnswer(question_ids[place], text) for place, text in received.answers.items()]
    actor = signed_in(session, SECRETARIAT)
    answering.record_received(session, actor, answers, received.on, received.sender, [], at)


DEEDS: dict[str, Deed] = {
    "accept": accept,
    "transfer": transfer,
    "decline": decline,
    "assign": assign,
    "postpone": postpone,
    "draft": draft,
    "submit": submit,
    "judge": judge,
    "promise": promise,
    "withdraw": withdraw,
    "reopen": reopen,
    "repeat": repeat,
    "ask_concurrence": concurrence.ask,
    "agree": concurrence.agree,
    "object": concurrence.objects,
    "propose": concurrence.propose,
    "recall_concurrence": concurrence.recall,
    "overrule": concurrence.overrule,
    **terms.DEEDS,
    **owners.DEEDS,
}
