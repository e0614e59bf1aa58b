"""Answer links as the mails hold them, and what a visit left behind in the register."""

import sqlalchemy as sa

from app.domain.capabilities import LinkClaims, LinkPurpose
from app.store.base import Db
from app.store.people import Person
from app.store.questions import Question
from app.store.schema import metadata
from tests.support.live import Live


def link_to(live: Live, question_id: int, email: str | None = None) -> str:
    """The path of the link that a question's contact (or another person) gets by mail now."""
    with live.db.reading() as s:
        question = s.get_one(Question, question_id)
        person_id = question.contact_id
        if email is not None:
            person_id = s.scalars(sa.select(Person.id).where(Person.email == email)).one()
    assert person_id
    claims = LinkClaims(LinkPurpose.ANSWER, question_id, person_id, question.round, question.link_serial)
    return str(live.app.state.office.answer_link(claims)).removeprefix(live.url)


def everything(db: Db) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, for comparing before and after."""
    with db.reading() as s:
        return {
            table.name: sorted((tuple(row) for row in s.execute(sa.select(table))), key=repr)
            for table in metadata.sorted_tables
        }
