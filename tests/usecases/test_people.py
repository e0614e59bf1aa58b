"""People and who is contact for what."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import Invalid, NotAllowed, NotFound
from app.domain.people import PersonFacts, read_person
from app.domain.permissions import Role
from app.domain.questions import Verdict
from app.store.base import Db
from app.store.lists.reference_lists import Turn
from app.store.ministries import Dossier, Ministry
from app.store.outbox import OutboxMail
from app.store.people import Person, contact_for, roles_of
from app.usecases import answering, closing, letters, people
from tests.support.builders import a_new_letter, a_question, a_register, actor, at, questions_of, secretariat

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ADMIN = "beheer@vng.example"


def facts(**other: object) -> PersonFacts:
    typed = {
        "email": "nieuw@vng.example",
        "name": "Nieuw",
        "language": "nl",
        "roles": frozenset({Role.SECRETARIAT}),
        "ministry_id": None,
    }
    return read_person(**{**typed, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "code", "field"),
    [
        ({"email": "geen adres"}, "bad-email", "email"),
        ({"name": "  "}, "bad-name", "name"),
        ({"name": "x" * 121}, "bad-name", "name"),
        ({"language": "de"}, "bad-language", "language"),
        ({"roles": frozenset()}, "no-role", "roles"),
        ({"roles": frozenset({Role.CONTACT})}, "ministry-needed", "ministry"),
        ({"ministry_id": 1}, "ministry-not-needed", "ministry"),
        ({"roles": frozenset({Role.CONTACT, Role.SECRETARIAT}), "ministry_id": 1}, "mixed-roles", "roles"),
        ({"roles": frozenset({Role.REGIE, Role.ADMIN}), "ministry_id": 1}, "mixed-roles", "roles"),
    ],
)
def test_what_is_wrong_about_a_person_is_said(typed: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        facts(**typed)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        facts(email="", name="", language="", roles=frozenset())
    assert [one.field for one in refused.value.all()] == ["email", "name", "language", "roles"]


def test_somebody_is_added_with_roles(db: Db) -> None:
    a_register(db)
    with db.writing() as session:
        added = people.add(session, actor(session, ADMIN), facts(email="Nieuw@VNG.example"), NOW)
    with db.reading() as session:
        assert session.get_one(Person, added.id).email == "nieuw@vng.example"
        assert roles_of(session, added.id) == {Role.SECRETARIAT}


def test_an_address_belongs_to_one_person(db: Db) -> None:
    a_register(db)
    with db.writing() as session, pytest.raises(Invalid) as refused:
        people.add(session, actor(session, ADMIN), facts(email="directie@vng.example"), NOW)
    assert refused.value.code == "email-taken"


def test_only_an_administrator_may_do_this(db: Db) -> None:
    a_register(db)
    with db.writing() as session:
        who = secretariat(session)
        for act in (
            lambda: people.listing(session, who),
            lambda: people.find(session, who, 1),
            lambda: people.add(session, who, facts(), NOW),
            lambda: people.change(session, who, 1, facts(), NOW),
            lambda: people.end(session, who, 1, NOW),
            lambda: people.bring_back(session, who, 1, NOW),
            lambda: people.name_contact(session, who, 1, None, 1, NOW),
            lambda: people.drop_contact(session, who, 1, 1, NOW),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_changing_somebody_changes_roles_and_takes_the_bounce_away(db: Db) -> None:
    a_register(db)
    with db.writing() as session:
        admin = actor(session, ADMIN)
        person = session.scalars(sa.select(Person).where(Person.email == "directie@vng.example")).one()
        person.bounced_at = NOW
        new = facts(email="bestuur@vng.example", name="Bestuur", language="en", roles=frozenset({Role.ADMIN}))
        people.change(session, admin, person.id, new, NOW)
    with db.reading() as session:
        changed = session.get_one(Person, person.id)
        assert (changed.email, changed.name, changed.language) == ("bestuur@vng.example", "Bestuur", "en")
        assert changed.bounced_at is None
        assert roles_of(session, person.id) == {Role.ADMIN}


def test_the_last_administrator_stays(db: Db) -> None:
    a_register(db)
    with db.writing() as session:
        admin = actor(session, ADMIN)
        assert admin.person_id
        for act in (
            lambda: people.end(session, admin, admin.person_id or 0, NOW),
            lambda: people.change(session, admin, admin.person_id or 0, facts(email=ADMIN), NOW),
        ):
            with pytest.raises(Invalid) as refused:
                act()
            assert refused.value.code == "last-admin"
        second = people.add(session, admin, facts(roles=frozenset({Role.ADMIN})), NOW)
        people.end(session, admin, admin.person_id, NOW)
        with pytest.raises(Invalid):
            people.end(session, admin, second.id, NOW)


def test_who_ended_is_contact_no_more_and_can_come_back(db: Db) -> None:
    a_register(db)
    with db.writing() as session:
        question = a_question(session)
        contact = question.contact_id or 0
        assert people.open_questions(session, contact) == 1
        admin = actor(session, ADMIN)
        people.end(session, admin, contact, NOW)
        people.end(session, admin, contact, NOW)
        assert contact_for(session, question.owner_id, None) is None
        assert session.get_one(Person, contact).ended_at == NOW
        assert question.contact_id is None
        people.bring_back(session, admin, contact, NOW)
        assert session.get_one(Person, contact).ended_at is None


def successor_of(session: Session, contact: int) -> Person:
    """Somebody else is the ministry's contact from now on; this one stopped."""
    admin, gone = actor(session, ADMIN), session.get_one(Person, contact)
    new = facts(email="nieuw@jenv.example", roles=frozenset({Role.CONTACT}), ministry_id=gone.ministry_id)
    added = people.add(session, admin, new, NOW)
    people.end(session, admin, contact, NOW)
    people.name_contact(session, admin, gone.ministry_id or 0, None, added.id, NOW)
    return added


def mailed(session: Session, kind: str) -> list[int | None]:
    return list(session.scalars(sa.select(OutboxMail.person_id).where(OutboxMail.kind == kind)))


def test_a_letter_whose_contact_stopped_before_it_went_out_is_mailed_to_the_next(db: Db) -> None:
    a_register(db)
    with db.writing() as session:
        letter = letters.register(session, secretariat(session), a_new_letter(), NOW)
        added = successor_of(session, questions_of(session, letter)[0].contact_id or 0)
        letters.send(session, secretariat(session), letter.id, NOW.date(), NOW)
        assert mailed(session, "asked") == [added.id]
        assert questions_of(session, letter)[0].contact_id == added.id


def test_a_new_round_is_mailed_to_who_is_contact_by_then(db: Db) -> None:
    a_register(db)
    with db.writing() as session:
        question = a_question(session)
        contact = actor(session, "contact@jenv.example")
        answering.submit(session, contact, question.id, "Wellicht.", "Hoofd", at(date(2026, 10, 12)))
        added = successor_of(session, question.contact_id or 0)
        closing.judge(session, secretariat(session), question.id, Verdict.EVASIVE, "Geen datum.", NOW)
        assert mailed(session, "round") == [added.id]


def test_a_contact_for_a_dossier_goes_before_the_general_one(db: Db) -> None:
    a_register(db)
    with db.writing() as session:
        admin = actor(session, ADMIN)
        ministry = session.scalars(sa.select(Ministry).where(Ministry.code == "JENV")).one()
        dossier = session.scalars(sa.select(Dossier).order_by(Dossier.id)).first()
        assert dossier
        person = session.scalars(sa.select(Person).where(Person.email == "coordinator@jenv.example")).one()
        general = contact_for(session, ministry.id, dossier.id)
        for _ in range(2):
            people.name_contact(session, admin, ministry.id, dossier.id, person.id, NOW)
        assert contact_for(session, ministry.id, dossier.id) == person.id
        assert contact_for(session, ministry.id, None) == general
        people.name_contact(session, admin, ministry.id, None, person.id, NOW)
        assert contact_for(session, ministry.id, None) == person.id
        lines = people.contact_lines(session, ministry_id=ministry.id)
        assert [line.dossier for line in lines] == [None, dossier.name]
        people.drop_contact(session, admin, ministry.id, lines[1].id, NOW)
        people.drop_contact(session, admin, ministry.id, lines[1].id, NOW)
        assert len(people.contact_lines(session, person_id=person.id)) == 1


def test_a_contact_works_at_the_ministry(db: Db) -> None:
    a_register(db)
    with db.writing() as session:
        admin = actor(session, ADMIN)
        stranger = session.scalars(sa.select(Person).where(Person.email == "contact@bzk.example")).one()
        ministry = session.scalars(sa.select(Ministry).where(Ministry.code == "JENV")).one()
        for dossier_id, person_id, code in ((None, stranger.id, "not-there"), (None, 0, "not-there")):
            with pytest.raises(Invalid) as refused:
                people.name_contact(session, admin, ministry.id, dossier_id, person_id, NOW)
            assert refused.value.code == code
        own = people.candidates(session, ministry.id)[0]
        with pytest.raises(Invalid) as refused:
            people.name_contact(session, admin, ministry.id, 999, own.id, NOW)
        assert refused.value.code == "no-dossier"


def test_the_list_goes_on_where_it_stopped(db: Db) -> None:
    a_register(db, date(2026, 1, 5))
    with db.reading() as session:
        admin = actor(session, ADMIN)
        total = len(session.scalars(sa.select(Person.id)).all())
        first = people.listing(session, admin)
        assert first.next
        rest = people.listing(session, admin, Turn(after=first.next))
        assert rest.previous
        assert people.listing(session, admin, Turn(before=rest.previous)).rows == first.rows
        seen = [line.id for page in (first, rest) for line in page.rows]
        assert len(seen) == len(set(seen)) == total
        with pytest.raises(Invalid):
            people.listing(session, admin, Turn(after="onzin"))


def test_the_list_finds_by_part_of_a_name_by_ministry_and_leaves_out_who_ended(db: Db) -> None:
    a_register(db)
    with db.writing() as session:
        admin = actor(session, ADMIN)
        found = people.listing(session, admin, Turn("jenv")).rows
        assert {line.email for line in found} == {f"{who}@jenv.example" for who in ("contact", "coordinator", "sg")}
        assert people.listing(session, admin, Turn("%")).rows == []
        assert len(people.listing(session, admin, ministry_id=1).rows) == 4
        people.end(session, admin, found[0].id, NOW)
        assert len(people.listing(session, admin, Turn("jenv")).rows) == 2
        assert len(people.listing(session, admin, Turn("jenv"), ended=True).rows) == 3


def test_nobody_by_that_number_is_not_found(db: Db) -> None:
    a_register(db)
    with db.reading() as session, pytest.raises(NotFound):
        people.find(session, actor(session, ADMIN), 10**9)
