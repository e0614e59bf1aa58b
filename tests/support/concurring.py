"""A question about which its owner asks others to concur, in as many words as the test needs."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.capabilities import LinkClaims, LinkPurpose
from app.store.concurrence import Contribution
from app.store.people import contact_for
from app.store.questions import Question
from app.usecases import concurrence, drafts
from tests.support.builders import a_question, actor, at
from tests.support.live import Live

OWNER, FIN, BZK = "contact@jenv.example", "contact@fin.example", "contact@bzk.example"
ASKED = at(date(2026, 11, 10))
DUE = date(2026, 11, 17)
DRAFT = "Vanaf 5 maart 2027 geldt € 44 per plek per dag.\n\nHet besluit volgt in december."


def a_draft(s: Session, text: str = DRAFT, now: datetime = ASKED, **other: object) -> Question:
    """A question to JenV, sent on 9 November 2026 and due on the 30th, with a draft of its answer."""
    question = a_question(s, sent_on=date(2026, 11, 9), **other)
    drafts.save_draft(s, actor(s, OWNER), question.id, text, "Hoofd Opvang", None, now)
    return question


def a_request(
    s: Session, *ministries: str, due_on: date | None = None, now: datetime = ASKED
) -> tuple[Question, Sequence[Contribution]]:
    """Such a question, about which FIN (or others) were asked to concur by 17 November."""
    question = a_draft(s)
    return question, concurrence.ask(s, actor(s, OWNER), question.id, ministries or ("FIN",), due_on, now)


def concur_link(live: Live, contribution_id: int) -> str:
    """The path of the link that a contributor's contact gets by mail."""
    with live.db.reading() as s:
        one = s.get_one(Contribution, contribution_id)
        person_id = contact_for(s, one.ministry_id, None)
    assert person_id
    claims = LinkClaims(LinkPurpose.CONCUR, one.question_id, person_id, one.round, one.id)
    return str(live.app.state.office.answer_link(claims)).removeprefix(live.url)
