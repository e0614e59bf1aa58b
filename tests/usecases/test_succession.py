"""When a ministry ends: what it had open goes to its successor, by one run."""

import json
from collections.abc import Sequence
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK
from app.domain.errors import Invalid, NotAllowed
from app.domain.letters import NewQuestion
from app.domain.questions import Act, HolderKind, State, Verdict
from app.store.answering import Draft
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.concurrence import Contribution, ContributionState
from app.store.ladder.escalation import Pause
from app.store.letters import Letter
from app.store.ministries import Dossier, DossierSuccessor, Ministry, ministry_names
from app.store.outbox import OutboxMail
from app.store.people import ContactAssignment, Person, roles_of
from app.store.questions import Contributor, FormerOwner, HoldingPeriod, Question, QuestionEvent, move
from app.store.term_requests import RequestKind, RequestState, TermRequest
from app.store.terms import EntryKind, TermEntry
from app.usecases import answering, closing, drafts, letters, succession
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of, secretariat

ASKED, CHANGE, LATER = date(2025, 10, 2), date(2026, 2, 23), date(2026, 3, 9)
# The letter on the coherence of migration policy (VNG, 2 October 2025), in the questions it comes down to.
REAL_LETTER = (
    NewQuestion(text="Versterk de regie op dit dossier.", owner="AZ", contributors=("A&M", "VRO")),
    NewQuestion(text="Hoe stemt u de huisvesting van statushouders af?", owner="VRO", contributors=("A&M",)),
    NewQuestion(text="Hoe wordt de wijziging van de Vreemdelingenwet in de keten getoetst?", owner="A&M"),
    NewQuestion(text="Betrek gemeenten bij de scenario’s voor Oekraïne.", owner="A&M", contributors=("JenV", "SZW")),
    NewQuestion(text="Wat betekenen de wachttijden voor de inburgering?", owner="SZW", contributors=("A&M",)),
)


def the_letter(s: Session, **other: object) -> list[Question]:
    new = a_new_letter(*REAL_LETTER, letter_date=ASKED, addressee="AZ", reference="TIB/U202500690", **other)
    return questions_of(s, a_sent_letter(s, new))


def code(s: Session, ministry_id: int | None) -> str:
    return s.get_one(Ministry, ministry_id).code


def id_of(s: Session, wanted: str) -> int:
    return s.scalars(sa.select(Ministry.id).where(Ministry.code == wanted)).one()


def person(s: Session, email: str) -> Person:
    return s.scalars(sa.select(Person).where(Person.email == email)).one()


def the_dossier(s: Session) -> Dossier:
    return s.scalars(sa.select(Dossier).where(Dossier.slug == "asiel-en-migratie")).one()


def contacts_of(s: Session, ministry: str) -> list[str]:
    query = sa.select(Person.email).join(ContactAssignment, ContactAssignment.person_id == Person.id)
    return list(s.scalars(query.where(ContactAssignment.ministry_id == id_of(s, ministry)).order_by(Person.id)))


def owners(s: Session, questions: Sequence[Question]) -> list[str]:
    return [code(s, s.get_one(Question, one.id, populate_existing=True).owner_id) for one in questions]


def run(s: Session, on: date = CHANGE, at_day: date | None = None) -> succession.Result:
    result = succession.run(s, CLOCKWORK, on, at(at_day or on, 0))
    s.flush()
    s.expire_all()
    return result


def contribution(s: Session, question: Question, ministry: str) -> Contribution:
    one = Contribution(
        question_id=question.id,
        round=question.round,
        ministry_id=id_of(s, ministry),
        draft_version=1,
        text="Concept.",
        asked_at=at(ASKED),
        due_on=date(2025, 10, 9),
        state=ContributionState.ASKED,
    )
    s.add(one)
    s.flush()
    return one


def concurring(s: Session, question: Question, *ministries: str) -> list[Contribution]:
    """A question of which these ministries are asked to concur."""
    answering.accept(s, actor(s, f"contact@{code(s, question.owner_id).lower()}.example"), question.id, at(ASKED))
    move(s, question, Act.REQUEST_CONCURRENCE, ASKED)
    return [contribution(s, question, one) for one in ministries]


def test_questions_of_the_real_letter_stand_with_the_successors_after_the_change_and_the_clock_runs_on(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        asked = the_letter(s)
        dates = [(one.due_on, one.original_due_on, one.term_version) for one in asked]
        serials = [one.link_serial for one in asked]
        assert owners(s, asked) == ["AZ", "VRO", "AENM", "AENM", "SZW"]
        assert not run(s, date(2026, 2, 22)).questions, "on its last day a ministry still owns what it owes"
        result = run(s)
        assert (result.questions, result.mails) == (3, 2)
        assert owners(s, asked) == ["AZ", "BZK", "JENV", "JENV", "SZW"]
        assert [(one.due_on, one.original_due_on, one.term_version) for one in asked] == dates
        assert [one.link_serial - before for one, before in zip(asked, serials, strict=True)] == [0, 1, 1, 1, 0]
        assert {one.transfers for one in asked} == {0}
        assert {(s.get_one(Person, one.contact_id).email) for one in asked[1:4]} == {
            "contact@bzk.example",
            "contact@jenv.example",
        }
        letter = s.get_one(Letter, asked[0].letter_id)
        assert letter.letter_date == ASKED
        ledger = s.scalars(sa.select(TermEntry).where(TermEntry.question_id == asked[2].id).order_by(TermEntry.id))
        assert [(one.sequence, one.kind, one.effective_on, one.due_on) for one in ledger] == [
            (1, EntryKind.SET, ASKED, asked[2].due_on),
            (2, EntryKind.TRANSFERRED, CHANGE, asked[2].due_on),
        ]
        held = s.scalars(sa.select(HoldingPeriod).where(HoldingPeriod.question_id == asked[2].id))
        assert [(one.holder, code(s, one.ministry_id), one.from_on, one.until_on) for one in held] == [
            (HolderKind.OWNER, "AENM", ASKED, CHANGE),
            (HolderKind.OWNER, "JENV", CHANGE, None),
        ]
        kept = s.scalars(sa.select(FormerOwner.ministry_id).where(FormerOwner.question_id == asked[2].id))
        assert [code(s, one) for one in kept] == ["AENM"]


def test_it_is_one_entry_in_the_audit_chain_and_a_second_run_does_nothing(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        the_letter(s)
        run(s)
        entries = s.scalars(sa.select(AuditEntry).where(AuditEntry.act == Act.SUCCEED.value)).all()
        detail = json.loads(entries[0].detail)
        assert len(entries) == 1
        assert (detail["vragen"], detail["afstemmingen"], detail["dag"]) == (3, 4, "2026-02-23")
        assert detail["rijen"] == detail["vragen"] + detail["afstemmingen"] + detail["mensen"]
        assert len(detail["sha256"]) == 64
        events = s.scalar(sa.select(sa.func.count(QuestionEvent.id)))
        again = run(s)
        assert str(again) == "er is niets over te dragen"
        assert s.scalar(sa.select(sa.func.count(QuestionEvent.id))) == events
        assert len(s.scalars(sa.select(AuditEntry).where(AuditEntry.act == Act.SUCCEED.value)).all()) == 1


def test_each_new_contact_gets_one_mail_with_all_questions_in_office_hours(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        asked = the_letter(s)
        run(s)
        mails = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "succession").order_by(OutboxMail.id)).all()
        assert {one.address: one.params["question_ids"] for one in mails} == {
            "contact@bzk.example": [asked[1].id],
            "contact@jenv.example": [asked[2].id, asked[3].id],
        }
        assert {one.not_before for one in mails} == {at(CHANGE, 7)}


def test_a_contribution_to_oneself_falls_and_one_of_the_ended_ministry_goes_to_its_successor(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        asked = the_letter(s)
        own, others = concurring(s, asked[3], "JENV", "SZW")
        (housing,) = concurring(s, asked[1], "AENM")
        (inburgering,) = concurring(s, asked[4], "AENM")
        run(s)
        assert [one.state for one in (own, others, housing, inburgering)] == [
            ContributionState.LAPSED,
            ContributionState.ASKED,
            ContributionState.ASKED,
            ContributionState.ASKED,
        ]
        assert [code(s, one.ministry_id) for one in (housing, inburgering)] == ["JENV", "JENV"]
        mails = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "concur").order_by(OutboxMail.id)).all()
        assert [(one.address, one.params) for one in mails] == [
            ("contact@jenv.example", {"contribution_id": one.id}) for one in (housing, inburgering)
        ]
        assert [one.state for one in (asked[1], asked[3], asked[4])] == [State.CONCURRING] * 3
        there = s.execute(sa.select(Contributor.question_id, Contributor.ministry_id))
        by_question: dict[int, set[str]] = {}
        for question_id, ministry_id in there:
            by_question.setdefault(question_id, set()).add(code(s, ministry_id))
        assert by_question == {
            asked[0].id: {"JENV", "BZK"},
            asked[1].id: {"JENV"},
            asked[3].id: {"SZW"},
            asked[4].id: {"JENV"},
        }


def test_the_last_open_contribution_that_falls_ends_the_concurrence(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        asked = the_letter(s)
        concurring(s, asked[3], "JENV")
        run(s)
        assert asked[3].state is State.ACCEPTED
        holders = s.scalars(
            sa.select(HoldingPeriod).where(HoldingPeriod.question_id == asked[3].id, HoldingPeriod.until_on.is_(None))
        ).all()
        assert [(one.holder, code(s, one.ministry_id)) for one in holders] == [(HolderKind.OWNER, "JENV")]


def test_of_two_ended_ministries_with_one_successor_one_request_goes_on(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        new = a_new_letter(
            NewQuestion(text="Wie betaalt?", owner="SZW", contributors=("EZ", "KGG")), letter_date=ASKED, addressee="AZ"
        )
        question = questions_of(s, a_sent_letter(s, new))[0]
        concurring(s, question, "EZ", "KGG")
        run(s)
        states = s.execute(sa.select(Contribution.ministry_id, Contribution.state).order_by(Contribution.state))
        assert sorted((code(s, one), state) for one, state in states) in (
            [("EZ", ContributionState.LAPSED), ("EZK", ContributionState.ASKED)],
            [("EZK", ContributionState.ASKED), ("KGG", ContributionState.LAPSED)],
        )


def test_the_draft_and_what_was_asked_about_the_term_go_along(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = the_letter(s)[2]
        drafts.save_draft(s, actor(s, "contact@aenm.example"), question.id, "Half af.", "A&M", None, at(ASKED))
        s.add(
            TermRequest(
                question_id=question.id,
                round=1,
                ministry_id=question.owner_id,
                kind=RequestKind.CLARIFICATION,
                reason="Welke wijziging?",
                asked_at=at(ASKED),
                state=RequestState.ASKED,
            )
        )
        run(s)
        assert [(code(s, one.ministry_id), one.text) for one in s.scalars(sa.select(Draft))] == [("JENV", "Half af.")]
        assert [code(s, one.ministry_id) for one in s.scalars(sa.select(TermRequest))] == ["JENV"]
        after = actor(s, "contact@jenv.example")
        answering.submit(s, after, question.id, "Vóór de zomer.", "JenV", at(CHANGE))
        assert question.state is State.ANSWERED


def test_a_draft_that_the_successor_had_itself_stays_below_the_one_that_came(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = the_letter(s)[2]
        for ministry, text in (("AENM", "Van A&M."), ("JENV", "Van JenV.")):
            s.add(
                Draft(question_id=question.id, round=1, ministry_id=id_of(s, ministry), text=text, saved_at=at(ASKED))
            )
        s.flush()
        run(s)
        assert [one.text for one in s.scalars(sa.select(Draft))] == ["Van A&M.\n\nVan JenV."]


def test_an_answer_that_waits_for_its_verdict_moves_along_and_the_next_round_is_the_successors(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = the_letter(s)[2]
        answering.submit(s, actor(s, "contact@aenm.example"), question.id, "Binnenkort.", "A&M", at(ASKED))
        run(s)
        assert (question.state, owners(s, [question])) == (State.ANSWERED, ["JENV"])
        closing.judge(s, secretariat(s), question.id, Verdict.EVASIVE, "Wanneer?", at(LATER))
        s.flush()
        mail = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "round")).one()
        assert mail.address == "contact@jenv.example"


def test_a_closed_question_stays_where_it_was_until_it_is_opened_again(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = the_letter(s)[2]
        closing.withdraw(s, secretariat(s), question.id, "Vervallen.", at(ASKED))
        run(s)
        assert owners(s, [question]) == ["AENM"]
        closing.reopen(s, secretariat(s), question.id, "Toch nodig.", at(LATER))
        s.flush()
        assert owners(s, [question]) == ["JENV"]
        mail = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "round")).one()
        assert mail.address == "contact@jenv.example"


def test_people_go_along_and_give_up_an_office_that_the_successor_has(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        contact, coordinator = person(s, "contact@aenm.example"), person(s, "coordinator@aenm.example")
        s.execute(sa.update(Person).where(Person.email == "sg@jenv.example").values(ended_at=at(ASKED)))
        assert run(s).people == 12
        assert {code(s, one.ministry_id) for one in (contact, coordinator)} == {"JENV"}
        assert set(roles_of(s, contact.id)) == {"contactpersoon"}
        assert set(roles_of(s, coordinator.id)) == {"contactpersoon"}
        assert set(roles_of(s, person(s, "sg@aenm.example").id)) == {"bureau-sg"}
        there = s.scalars(
            sa.select(ContactAssignment.person_id).where(ContactAssignment.ministry_id == id_of(s, "JENV"))
        )
        assert [s.get_one(Person, one).email for one in there] == ["contact@jenv.example"]


def test_a_contact_for_a_dossier_stays_it_where_the_successor_has_none_and_so_does_one_chosen_for_a_question(
    db: Db,
) -> None:
    a_register(db)
    with db.writing() as s:
        ended, dossier = (
            id_of(s, "AENM"),
            s.scalars(sa.select(Dossier).where(Dossier.slug == "asiel-en-migratie")).one(),
        )
        expert, chosen = person(s, "coordinator@aenm.example"), person(s, "sg@aenm.example")
        s.add(ContactAssignment(ministry_id=ended, dossier_id=dossier.id, person_id=expert.id))
        asked = the_letter(s, dossier="asiel-en-migratie")
        asked[3].contact_id = chosen.id
        s.flush()
        run(s)
        assert [asked[2].contact_id, asked[3].contact_id] == [expert.id, chosen.id]


def test_one_dossier_can_go_to_another_ministry_with_the_people_who_do_only_that(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        ended, dossier = (
            id_of(s, "AENM"),
            s.scalars(sa.select(Dossier).where(Dossier.slug == "asiel-en-migratie")).one(),
        )
        expert = person(s, "sg@aenm.example")
        s.add_all(
            [
                DossierSuccessor(ministry_id=ended, dossier_id=dossier.id, successor_id=id_of(s, "SZW")),
                ContactAssignment(ministry_id=ended, dossier_id=dossier.id, person_id=expert.id),
            ]
        )
        inside, outside = the_letter(s, dossier="asiel-en-migratie"), the_letter(s)
        run(s)
        assert owners(s, inside) == ["AZ", "BZK", "SZW", "SZW", "SZW"]
        assert owners(s, outside) == ["AZ", "BZK", "JENV", "JENV", "SZW"]
        assert code(s, expert.ministry_id) == "SZW"
        assert inside[2].contact_id == expert.id
        assert code(s, person(s, "contact@aenm.example").ministry_id) == "JENV"


def test_a_deputy_who_went_another_way_no_longer_stands_in(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        away, apart = person(s, "contact@aenm.example"), person(s, "contact@vro.example")
        away.absent_from, away.absent_until, away.deputy_id = CHANGE, LATER, person(s, "sg@aenm.example").id
        apart.absent_from, apart.absent_until, apart.deputy_id = CHANGE, LATER, person(s, "sg@aenm.example").id
        s.flush()
        run(s)
        assert away.deputy_id == person(s, "sg@aenm.example").id
        assert apart.deputy_id is None


def test_a_pause_that_still_runs_goes_along(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        ended = id_of(s, "AENM")
        over = Pause(ministry_id=ended, from_on=date(2025, 12, 20), until_on=date(2026, 1, 4), reason="Kerstreces")
        runs = Pause(ministry_id=ended, from_on=date(2026, 2, 14), until_on=date(2026, 3, 1), reason="Voorjaar")
        s.add_all([over, runs])
        s.flush()
        run(s)
        assert [code(s, one.ministry_id) for one in (over, runs)] == ["AENM", "JENV"]


def test_a_chain_is_followed_to_the_one_that_exists_and_each_step_is_told(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        jenv = s.scalars(sa.select(Ministry).where(Ministry.code == "JENV")).one()
        jenv.valid_until, jenv.successor_id = date(2026, 6, 30), id_of(s, "SZW")
        asked = the_letter(s)
        run(s, date(2026, 7, 8))
        assert owners(s, asked[2:3]) == ["SZW"]
        told = s.scalars(
            sa.select(QuestionEvent)
            .where(QuestionEvent.question_id == asked[2].id, QuestionEvent.act == Act.SUCCEED.value)
            .order_by(QuestionEvent.id)
        ).all()
        assert [(code(s, one.ministry_id), code(s, one.to_ministry_id), one.on) for one in told] == [
            ("AENM", "JENV", CHANGE),
            ("JENV", "SZW", date(2026, 7, 1)),
        ]
        held = s.scalars(sa.select(HoldingPeriod).where(HoldingPeriod.question_id == asked[2].id))
        assert [(code(s, one.ministry_id), one.from_on, one.until_on) for one in held.all()] == [
            ("AENM", ASKED, CHANGE),
            ("JENV", CHANGE, date(2026, 7, 1)),
            ("SZW", date(2026, 7, 1), None),
        ]
        assert asked[2].link_serial == 2


def test_a_run_that_comes_late_leaves_what_people_did_meanwhile_as_it_was(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = the_letter(s)[2]
        day = date(2026, 3, 2)
        answering.submit(s, actor(s, "contact@aenm.example"), question.id, "Ja.", "A&M", at(day))
        run(s, LATER)
        moved = s.scalars(sa.select(QuestionEvent).where(QuestionEvent.act == Act.SUCCEED.value)).all()
        assert {one.on for one in moved if one.question_id == question.id} == {day}
        assert {one.on for one in moved if one.question_id != question.id} == {CHANGE}


def test_a_loop_or_a_missing_successor_leaves_those_questions_and_moves_the_others(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        asked = the_letter(s)
        s.execute(sa.update(Ministry).where(Ministry.code == "AENM").values(successor_id=None))
        result = run(s)
        assert (result.questions, result.left) == (1, 2)
        assert owners(s, asked) == ["AZ", "BZK", "AENM", "AENM", "SZW"]
        plan = succession.preview(s, actor(s, "beheer@vng.example"), ministry_names(s), CHANGE)
        assert [(one.ministry.code, one.questions, one.why.code) for one in plan.left] == [("AENM", 2, "no-successor")]
        ended = {"JENV": "AENM", "AENM": "JENV"}
        for one, heir in ended.items():
            values = {"successor_id": id_of(s, heir), "valid_until": date(2026, 2, 22)}
            s.execute(sa.update(Ministry).where(Ministry.code == one).values(**values))
        assert run(s).questions == 0
        s.execute(sa.update(Ministry).where(Ministry.code == "JENV").values(valid_until=None, successor_id=None))
        assert run(s, LATER).questions == 2


def test_the_preview_is_what_the_run_does_and_changes_nothing(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        asked = the_letter(s)
    with db.reading() as s:
        plan = succession.preview(s, actor(s, "beheer@vng.example"), ministry_names(s), CHANGE)
    with db.writing() as s:
        assert owners(s, asked) == ["AZ", "VRO", "AENM", "AENM", "SZW"]
        run(s)
        for one in plan.questions:
            question = s.get_one(Question, one.id)
            assert (question.owner_id, question.contact_id) == (one.to_id, one.contact_id)
        told = succession.past(s, actor(s, "beheer@vng.example"), id_of(s, "AENM"))
        assert [(one.on, one.to, one.questions) for one in told] == [(CHANGE, "JenV", 2)]


def test_a_concept_waits_for_its_sending_and_then_goes_to_the_successor_of_its_dossier(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        dossier = the_dossier(s)
        values = {"ministry_id": id_of(s, "AENM"), "dossier_id": dossier.id, "successor_id": id_of(s, "SZW")}
        s.add(DossierSuccessor(**values))
        new = a_new_letter(*REAL_LETTER[2:3], letter_date=ASKED, addressee="AZ", dossier="asiel-en-migratie")
        letter = letters.register(s, secretariat(s), new, at(ASKED))
        run(s)
        assert owners(s, questions_of(s, letter)) == ["AENM"]
        letters.send(s, secretariat(s), letter.id, ASKED, at(LATER))
        assert owners(s, questions_of(s, letter)) == ["SZW"]


def test_it_never_runs_ahead_and_not_for_everybody(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        with pytest.raises(Invalid) as refused:
            succession.run(s, CLOCKWORK, CHANGE, at(date(2026, 2, 22)))
        assert refused.value.code == "on-in-future"
        with pytest.raises(NotAllowed):
            succession.run(s, secretariat(s), CHANGE, at(CHANGE))
        with pytest.raises(NotAllowed):
            succession.preview(s, secretariat(s), ministry_names(s), CHANGE)


def test_the_number_of_statements_does_not_grow_with_the_questions(db: Db) -> None:
    a_register(db)
    counts = []
    for many in (3, 60):
        with db.writing() as s:
            asked = [NewQuestion(text=f"Vraag {n}?", owner="A&M") for n in range(many)]
            a_sent_letter(s, a_new_letter(*asked, letter_date=ASKED, addressee="AZ"))
            s.execute(sa.update(Ministry).where(Ministry.code == "AENM").values(valid_until=date(2026, 2, 22)))
            statements: list[str] = []
            sa.event.listen(s.connection(), "before_cursor_execute", lambda *told, _s=statements: _s.append(told[2]))
            run(s)
            counts.append(len(statements))
    assert counts[1] <= counts[0]
