"""What is past its period goes once people said so; numbers, figures and the audit chain stay right."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK
from app.domain.errors import Invalid, NotAllowed, NotFound, WrongState
from app.domain.permissions import Relation
from app.domain.questions import Act, Verdict
from app.domain.retention import REMOVED, Kept
from app.domain.statistics import Selection
from app.store import files
from app.store.access_log import AccessEntry, Reads, Seen
from app.store.accounts import UserSession
from app.store.answering import Answer, Draft
from app.store.base import Db
from app.store.credentials import Enrolment
from app.store.documents import Document, LetterDocument
from app.store.figures.statistics import bucket_counts
from app.store.letters import Letter
from app.store.mail_copies import MailCopy, keep_copy
from app.store.outbox import OutboxMail
from app.store.people import Person, PersonRole
from app.store.questions import Question, QuestionEvent
from app.store.retention import Removal
from app.store.unfinished import UnfinishedDocument, UnfinishedLetter
from app.usecases import answering, audit, closing, documents, drafts, people, retention, tidying, unfinished
from app.usecases.accounts import enrolments
from app.web.questions.offers import offers
from app.wording import wording
from tests.support.builders import a_question, a_register, actor, at

OLD, NOW = date(2014, 3, 3), at(date(2026, 11, 23))
SECRETARIAT, ADMIN, CONTACT = "secretariaat@vng.example", "beheer@vng.example", "contact@jenv.example"


def a_closed_letter(db: Db, on: date = OLD, text: str = "Geheim geworden tekst.") -> int:
    """The number of a question that was asked, answered and judged within a month."""
    with db.writing() as s:
        question_id = a_question(s, sent_on=on).id
        drafts.save_draft(s, actor(s, CONTACT), question_id, text, "Hoofd", None, at(on + timedelta(days=5)))
        answering.submit(s, actor(s, CONTACT), question_id, text, "Hoofd Opvang", at(on + timedelta(days=8)))
        closing.judge(s, actor(s, SECRETARIAT), question_id, Verdict.CONCRETE, "Helder.", at(on + timedelta(days=9)))
    return question_id


def proposed(db: Db, kind: Kept) -> Removal:
    with db.writing() as s:
        retention.propose(s, CLOCKWORK, NOW)
        return s.scalars(sa.select(Removal).where(Removal.kind == kind, Removal.dropped_at.is_(None))).one()


def carried_out(db: Db, kind: Kept) -> int:
    removal = proposed(db, kind)
    with db.writing() as s:
        if kind is Kept.LETTERS:
            retention.agree(s, actor(s, SECRETARIAT), removal.id, NOW)
        return retention.confirm(s, actor(s, ADMIN), removal.id, NOW)


def acts_offered(session: Session, question_id: int) -> set[Act]:
    """What the secretariat's page of a question offers."""
    question, who = session.get_one(Question, question_id), actor(session, SECRETARIAT)
    return {one.act for one in offers(wording("nl"), who, Relation.OTHER, question)}


def everything_said(db: Db) -> str:
    """All text of the tables a letter's words stand in."""
    with db.reading() as s:
        tables: list[Any] = [Letter, Question, Answer, Draft, QuestionEvent]
        return "".join(str(row) for table in tables for row in s.execute(sa.select(table.__table__)))


def test_a_closed_letter_goes_with_its_texts_and_files_and_the_figures_stay(db: Db, tmp_path: Path) -> None:
    a_register(db)
    old, young = a_closed_letter(db), a_closed_letter(db, date(2025, 3, 3), "Deze blijft.")
    taken = documents.take(tmp_path, BytesIO(b"Geheime bijlage"), "bijlage.txt")
    with db.writing() as s:
        document = documents.keep(s, actor(s, SECRETARIAT), taken, at(OLD))
        s.add(LetterDocument(letter_id=s.get_one(Question, old).letter_id, document_id=document.id))
    selection = Selection(date(2026, 11, 22), asked_from=date(2010, 1, 1))
    with db.reading() as s:
        before = bucket_counts(s, selection)
    assert carried_out(db, Kept.LETTERS) == 1
    said = everything_said(db)
    assert "Geheim" not in said
    assert "Hoofd Opvang" in said, "of the young one"
    with db.writing() as s:
        assert s.get_one(Question, old).title == REMOVED
        assert s.get_one(Question, young).title != REMOVED
        assert s.get_one(Letter, s.get_one(Question, old).letter_id).removed_at == NOW
        assert bucket_counts(s, selection) == before
        assert audit.verify(s).fault is None
        tidying.forget_documents(s, CLOCKWORK, NOW)
        assert s.scalars(sa.select(Document.id)).all() == []
    with db.reading() as s:
        assert tidying.clear_files(s, tmp_path, NOW + timedelta(days=3650)) == 1
    with pytest.raises(NotFound):
        files.find(tmp_path, taken.sha256)
    with db.reading() as s:
        stone = s.scalars(sa.select(Removal)).one()
    assert (stone.removed, len(stone.sha256 or "")) == (1, 64)


def test_a_question_without_its_text_does_not_open_again(db: Db) -> None:
    a_register(db)
    old = a_closed_letter(db)
    with db.reading() as s:
        assert Act.REOPEN in acts_offered(s, old)
    carried_out(db, Kept.LETTERS)
    with db.reading() as s:
        assert Act.REOPEN not in acts_offered(s, old)
    with db.writing() as s, pytest.raises(WrongState, match="nieuwe brief"):
        closing.reopen(s, actor(s, SECRETARIAT), old, "Toch nog iets.", NOW)


def test_letters_need_the_secretariat_and_the_administrator(db: Db) -> None:
    a_register(db)
    a_closed_letter(db)
    removal = proposed(db, Kept.LETTERS)
    with db.writing() as s, pytest.raises(WrongState, match="nog niet"):
        retention.confirm(s, actor(s, ADMIN), removal.id, NOW)
    for act in (retention.agree, retention.confirm):
        with db.writing() as s, pytest.raises(NotAllowed):
            act(s, actor(s, CONTACT), removal.id, NOW)
    with db.writing() as s, pytest.raises(NotAllowed):
        retention.agree(s, actor(s, ADMIN), removal.id, NOW)
    with db.writing() as s, pytest.raises(NotAllowed):
        retention.confirm(s, actor(s, SECRETARIAT), removal.id, NOW)
    assert carried_out_after(db, removal.id) == 1
    with db.writing() as s, pytest.raises(NotFound):
        retention.confirm(s, actor(s, ADMIN), removal.id, NOW)


def carried_out_after(db: Db, removal_id: int) -> int:
    with db.writing() as s:
        retention.agree(s, actor(s, SECRETARIAT), removal_id, NOW)
        return retention.confirm(s, actor(s, ADMIN), removal_id, NOW)


def test_a_letter_that_somebody_keeps_and_one_that_is_open_stay(db: Db) -> None:
    a_register(db)
    kept = a_closed_letter(db)
    with db.writing() as s:
        a_question(s, sent_on=OLD)
    removal = proposed(db, Kept.LETTERS)
    with db.writing() as s:
        letter_id = s.get_one(Question, kept).letter_id
        assert [one.id for one in retention.letters_due(s, removal).rows] == [letter_id]
        with pytest.raises(Invalid):
            retention.keep_longer(s, actor(s, SECRETARIAT), [letter_id], " ", NOW)
        retention.keep_longer(s, actor(s, SECRETARIAT), [letter_id], "Loopt een zaak.", NOW)
    assert carried_out_after(db, removal.id) == 0
    assert "Geheim" in everything_said(db)


def test_of_one_kind_one_proposal_waits_and_a_changed_period_ends_it(db: Db) -> None:
    a_register(db)
    a_closed_letter(db)
    with db.writing() as s:
        assert retention.propose(s, CLOCKWORK, NOW) == {Kept.LETTERS: 1}
        assert retention.propose(s, CLOCKWORK, NOW) == {}
        assert s.scalars(sa.select(OutboxMail.kind).where(OutboxMail.kind == "alarm")).all() == ["alarm"]
        assert retention.change_periods(s, actor(s, ADMIN), {Kept.LETTERS: "360"}, NOW)
        assert retention.propose(s, CLOCKWORK, NOW) == {}
        with pytest.raises(Invalid):
            retention.change_periods(s, actor(s, ADMIN), {Kept.LETTERS: "1"}, NOW)


def test_old_readings_go_by_a_removal_and_by_nothing_else(db: Db) -> None:
    a_register(db)
    reads = Reads(db)
    for day in (date(2020, 1, 1), date(2026, 11, 1)):
        reads.note(Seen(at(day), "sessie:1", "vraag:1", "/vragen/{question_id}"))
    reads.write()
    assert carried_out(db, Kept.READS) == 1
    with db.reading() as s:
        assert s.scalars(sa.select(AccessEntry.at)).all() == [at(date(2026, 11, 1))]
    with pytest.raises(sa.exc.DBAPIError, match="never changed or removed"), db.writing() as s:
        s.execute(sa.delete(AccessEntry))


def test_somebody_who_stopped_long_ago_loses_name_address_and_roles(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        gone = actor(s, "sg@bzk.example").person_id
        assert gone
        people.end(s, actor(s, ADMIN), gone, at(date(2023, 1, 2)))
    assert carried_out(db, Kept.PEOPLE) == 1
    with db.reading() as s:
        assert s.get_one(Person, gone).email == f"verwijderd-{gone}@verwijderd.invalid"
        assert s.scalars(sa.select(PersonRole.role).where(PersonRole.person_id == gone)).all() == []
    with db.writing() as s:
        assert retention.propose(s, CLOCKWORK, NOW) == {}, "nobody goes twice"


def test_copies_of_mail_and_ended_sessions_go_and_the_outbox_stays(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_question(s, sent_on=date(2023, 3, 6))
        mail = s.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)).first()
        assert mail
        keep_copy(s, mail.id, "Onderwerp", "Tekst", with_code=False)
        old = at(date(2023, 3, 6))
        s.add(UserSession(digest="x", person_id=1, created_at=old, seen_at=old, expires_at=old))
    assert carried_out(db, Kept.MAIL) == 1
    assert carried_out(db, Kept.ACCESS) == 1
    with db.reading() as s:
        assert s.scalars(sa.select(MailCopy.outbox_id)).all() == []
        assert s.get_one(OutboxMail, mail.id).kind == mail.kind
        assert s.scalars(sa.select(UserSession.id)).all() == []


def test_the_number_of_a_link_to_add_a_passkey_is_never_given_to_somebody_else(db: Db) -> None:
    """A link is derived from its number; SQLite gives the next row the number of a last one that was removed."""
    a_register(db)
    with db.writing() as s:
        links = [enrolments.make_by_command(s, ADMIN, at(date(2023, 3, day))) for day in (6, 7)]
    assert carried_out(db, Kept.ACCESS) == 1
    with db.writing() as s:
        assert s.scalars(sa.select(Enrolment.id)).all() == links[1:]
        assert enrolments.make_by_command(s, SECRETARIAT, NOW) > links[1]


def an_unfinished_letter(s: Session, key: str, on: date, document_id: int | None = None) -> int:
    files_of = (document_id,) if document_id else ()
    typed = unfinished.Typed(key, f"{key}-2", "blad", 0, None, f"Onderwerp {key}", 1, [("onderwerp", key)], files_of)
    return unfinished.keep(s, actor(s, SECRETARIAT), typed, at(on)).id


def test_a_letter_that_was_never_finished_goes_once_both_agreed_unless_somebody_types_in_it(
    db: Db, tmp_path: Path
) -> None:
    a_register(db)
    taken = documents.take(tmp_path, BytesIO(b"Geheime bijlage"), "bijlage.txt")
    with db.writing() as s:
        document = documents.keep(s, actor(s, SECRETARIAT), taken, at(OLD)).id
        old = an_unfinished_letter(s, "oud", date(2026, 5, 22), document)
        taken_up = an_unfinished_letter(s, "verder", date(2026, 5, 22))
        young = an_unfinished_letter(s, "jong", date(2026, 5, 23))
    removal = proposed(db, Kept.UNFINISHED)
    assert removal.found == 2
    with db.writing() as s:
        assert [one.id for one in retention.unfinished_due(s, removal).rows] == [old, taken_up]
        with pytest.raises(WrongState):
            retention.confirm(s, actor(s, ADMIN), removal.id, NOW)
    with db.writing() as s:
        typed = unfinished.Typed("verder", "x", "blad", 1, None, "Toch", 1, [("onderwerp", "Toch")], ())
        unfinished.keep(s, actor(s, SECRETARIAT), typed, NOW)
        retention.agree(s, actor(s, SECRETARIAT), removal.id, NOW)
        assert retention.confirm(s, actor(s, ADMIN), removal.id, NOW) == 1
    with db.reading() as s:
        assert list(s.scalars(sa.select(UnfinishedLetter.id).order_by(UnfinishedLetter.id))) == [taken_up, young]
        assert s.scalars(sa.select(UnfinishedDocument.unfinished_id)).all() == []
