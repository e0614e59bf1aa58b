"""Taking over a register: what stands on record afterwards, all or nothing, once."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from app.domain.actors import COMMAND
from app.domain.errors import Invalid
from app.domain.questions import Act, HolderKind, State
from app.store.answering import Answer
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.exchange.exchange_scratch import scratch
from app.store.ladder.escalation import Escalation
from app.store.letters import Letter
from app.store.lists.story import Story, story_of
from app.store.ministries import Ministry
from app.store.outbox import OutboxMail
from app.store.people import Person
from app.store.questions import Question
from app.store.schema import metadata
from app.usecases import audit, closing
from app.usecases.escalation import sweep
from app.usecases.exchange import check
from app.usecases.exchange_writing import take_over
from tests.support.builders import a_register, a_sent_letter, at, secretariat
from tests.support.earlier import NOW, TODAY, a_file, a_large_file, a_line, checked, imported, unheard


def story(db: Db, **where: object) -> Story:
    """The story of the one question that was taken over, or of the one with this text."""
    with db.reading() as s:
        return story_of(s, s.scalars(sa.select(Question).filter_by(**where)).one())


def everything(db: Db) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    with db.reading() as s:
        return {
            table.name: sorted(tuple(map(repr, row)) for row in s.execute(sa.select(table)))
            for table in metadata.sorted_tables
        }


def test_an_answered_question_is_settled_without_a_verdict(db: Db) -> None:
    a_register(db)
    imported(db, a_file([a_line(due_on="2026-10-25", answered_on="2026-10-28", kind="toezegging")]))
    told = story(db)
    answer = told.answers[0].answer
    assert (told.question.state, str(told.number), told.letter.sent_on) == (
        State.SETTLED,
        "2026-001.1",
        date(2026, 10, 5),
    )
    assert (answer.answered_on, answer.received_on, answer.due_on) == (
        date(2026, 10, 28),
        date(2026, 10, 28),
        date(2026, 10, 25),
    )
    assert (answer.verdict, answer.judged_at) == (None, None)
    assert [(event.act, event.on) for event in reversed(told.events)] == [
        (Act.SEND, date(2026, 10, 5)),
        (Act.RECORD, date(2026, 10, 28)),
    ]
    assert [(one.holder, one.ministry, one.from_on, one.until_on) for one in told.holding] == [
        (HolderKind.OWNER, "JenV", date(2026, 10, 5), date(2026, 10, 28))
    ]


def test_the_due_date_on_record_is_the_one_in_force(db: Db) -> None:
    a_register(db)
    imported(db, a_file([a_line(due_on="2026-12-25")]))  # a holiday: no counted term would end there
    told = story(db)
    assert told.standing is not None
    assert told.question.due_on == told.question.original_due_on == told.standing.due_on == date(2026, 12, 25)


def test_without_a_due_date_the_default_term_counts_from_the_asking(db: Db) -> None:
    a_register(db)
    imported(db, a_file([a_line(letter_date="2026-04-14", asked_on="2026-04-14", answered_on="2026-04-20")]))
    told = story(db)
    assert told.standing is not None
    # Three weeks after 14 April is 5 May, Liberation Day (the issue's own example of rolling).
    assert told.question.due_on == told.standing.due_on == date(2026, 5, 6)


def test_an_open_question_waits_for_its_owner_and_its_contact(db: Db) -> None:
    a_register(db)
    imported(db, a_file([a_line(owner="J&V", addressee="")]))
    told = story(db)
    assert (told.question.state, told.owner.code, told.addressee.code) == (State.ASKED, "JENV", "JENV")
    assert told.contact is not None
    assert told.contact.email == "contact@jenv.example"
    assert [(one.holder, one.until_on) for one in told.holding] == [(HolderKind.OWNER, None)]
    assert told.question.handed_over_on is None


def test_a_withdrawn_question_and_one_that_was_never_sent(db: Db) -> None:
    a_register(db)
    imported(
        db,
        a_file(
            [
                a_line(reference="A", question="Ingetrokken", withdrawn_on="2026-10-12"),
                a_line(reference="B", question="Nooit verstuurd", asked_on="", withdrawn_on="2026-10-12"),
                a_line(reference="C", question="Nog een concept", asked_on=""),
            ]
        ),
    )
    withdrawn, unsent, concept = (
        story(db, text=text) for text in ("Ingetrokken", "Nooit verstuurd", "Nog een concept")
    )
    assert (withdrawn.question.state, withdrawn.holding[0].until_on) == (State.WITHDRAWN, date(2026, 10, 12))
    assert (unsent.question.state, unsent.letter.sent_on, list(unsent.holding)) == (State.WITHDRAWN, None, [])
    assert (concept.question.state, concept.standing, concept.question.due_on) == (
        State.DRAFT,
        None,
        date(2026, 10, 26),
    )


def test_a_ministry_that_has_ended_keeps_what_it_answered_and_hands_on_what_is_open(db: Db) -> None:
    a_register(db)
    lines = [
        a_line(owner="A&M", question="Beantwoord", answered_on="2025-11-01"),
        a_line(owner="A&M", question="Nog open"),
    ]
    before = {"letter_date": "2025-10-06", "asked_on": "2025-10-06", "addressee": "A&M"}
    content = a_file([{**line, **before} for line in lines])
    imported(db, content)
    closed, still_open = story(db, text="Beantwoord"), story(db, text="Nog open")
    assert (closed.owner.code, closed.addressee.code) == ("AENM", "AENM")
    assert (still_open.owner.code, still_open.contact and still_open.contact.email) == ("JENV", "contact@jenv.example")
    assert [(one.ministry, one.from_on, one.until_on) for one in still_open.holding] == [
        ("AenM", date(2025, 10, 6), date(2026, 2, 23)),
        ("JenV", date(2026, 2, 23), None),
    ]
    assert [event.act for event in still_open.events] == [Act.SUCCEED, Act.SEND]
    assert still_open.standing is not None
    assert still_open.standing.due_on == still_open.question.due_on
    assert checked(db, content).known == 2


def test_letters_are_numbered_by_date_after_those_already_there(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_sent_letter(s)
    imported(
        db,
        a_file(
            [
                a_line(reference="later", letter_date="2026-03-09", asked_on="2026-03-09"),
                a_line(reference="vorig jaar", letter_date="2025-03-09", asked_on="2025-03-10"),
                a_line(reference="eerder", letter_date="2026-03-02", asked_on="2026-03-03"),
                a_line(reference="later", letter_date="2026-03-09", asked_on="2026-03-09", question="Tweede"),
                a_line(reference="zelfde dag", letter_date="2026-03-09", asked_on="2026-03-09"),
            ]
        ),
    )
    with db.writing() as s:
        numbers = {letter.reference: str(letter.number) for letter in s.scalars(sa.select(Letter))}
        assert numbers == {
            "VNG/2026/118": "2026-001",
            "vorig jaar": "2025-001",
            "eerder": "2026-002",
            "later": "2026-003",
            "zelfde dag": "2026-004",
        }
        assert str(a_sent_letter(s).number) == "2026-005"
    assert str(story(db, text="Tweede").number) == "2026-003.2"


def test_no_mail_goes_out_and_a_sweep_that_day_finds_nothing_to_do(db: Db) -> None:
    a_register(db)
    days = {
        "net gevraagd": ("2026-11-20", "2026-11-27"),
        "herinnerd": ("2026-10-05", "2026-11-27"),
        "een dag te laat": ("2026-10-05", "2026-11-20"),
        "lang te laat": ("2026-01-05", "2026-01-26"),
    }
    imported(
        db,
        a_file(
            a_line(reference=text, question=text, letter_date=asked, asked_on=asked, due_on=due)
            for text, (asked, due) in days.items()
        ),
    )
    with db.reading() as s:
        rungs = dict(s.execute(sa.select(Question.text, Question.rung)).all())
        assert rungs == {"net gevraagd": 0, "herinnerd": 1, "een dag te laat": 2, "lang te laat": 5}
        passed = s.execute(sa.select(Escalation.rung, Escalation.passed)).all()
        assert sorted(rung for rung, _ in passed) == [1, 1, 1, 2, 2, 3, 4, 5]
        assert all(quiet for _, quiet in passed)
    with db.writing() as s:
        result = sweep(s, COMMAND, TODAY, NOW)
        assert (result.climbed, result.recorded, result.mails, result.reminded, result.deemed) == (0, 0, 0, 0, 0)
        assert s.scalars(sa.select(OutboxMail)).all() == []
        later = TODAY + timedelta(days=4)
        assert sweep(s, COMMAND, later, at(later)).climbed == 1  # "een dag te laat" has come to rung 3


def test_an_imported_answer_can_be_found_wanting(db: Db) -> None:
    a_register(db)
    imported(db, a_file([a_line(answered_on="2026-10-20")]))
    with db.writing() as s:
        question = s.scalars(sa.select(Question)).one()
        closing.reopen(s, secretariat(s), question.id, "Het antwoord zegt niets over het bedrag.", NOW)
        assert (question.state, question.round) == (State.ACCEPTED, 2)


def test_new_owners_and_dossiers_are_made_once(db: Db) -> None:
    a_register(db)
    lines = [
        a_line(reference="1", owner="Home Office", addressee="Home Office", dossier="Vreemdelingen"),
        a_line(reference="2", owner="home office", addressee="Home Office", dossier="vreemdelingen"),
        a_line(reference="3", owner="Huis van de Ombudsman voor Alle Gemeenten", dossier="Onderwijs"),
    ]
    imported(db, a_file(lines), create_owners=True)
    with db.reading() as s:
        bodies = s.execute(sa.select(Ministry.code, Ministry.name).where(Ministry.tooi.is_(None))).all()
        letters = s.scalars(sa.select(Letter).order_by(Letter.serial)).all()
    assert sorted(tuple(body) for body in bodies) == [
        ("HOMEOFFICE", "Home Office"),
        ("HVDOVAG", "Huis van de Ombudsman voor Alle Gemeenten"),
    ]
    assert letters[0].dossier_id == letters[1].dossier_id != letters[2].dossier_id
    assert story(db, letter_id=letters[0].id).dossier.slug == "vreemdelingen"  # type: ignore[union-attr]
    assert story(db, letter_id=letters[2].id).dossier.slug == "onderwijs"  # type: ignore[union-attr]


def test_running_it_again_changes_nothing(db: Db) -> None:
    a_register(db)
    content = a_large_file(300, last=a_line(owner="Gemeente Utrecht", dossier="Iets nieuws"))
    assert imported(db, content, create_owners=True).questions == 301
    before = everything(db)
    assert imported(db, content, create_owners=True, now=NOW + timedelta(days=3)).questions == 0
    assert everything(db) == before


def test_only_what_is_new_is_added(db: Db) -> None:
    a_register(db)
    imported(db, a_file([a_line()]))
    taken = imported(db, a_file([a_line(), a_line(reference="VNG/2026/119")]))
    assert (taken.letters, taken.questions) == (1, 1)


def test_one_audit_entry_names_how_many_and_which(db: Db) -> None:
    a_register(db)
    taken = imported(db, a_large_file(30))
    with db.reading() as s:
        entries = s.scalars(sa.select(AuditEntry).where(AuditEntry.act == "importeren")).all()
        assert audit.verify(s).broken_at is None
    assert [entry.detail for entry in entries] == [
        f'{{"brieven":10,"nieuwe_eigenaren":0,"sha256":"{taken.sha256}","vragen":30}}'
    ]


def test_the_hash_depends_on_every_row(db: Db) -> None:
    a_register(db)
    first = imported(db, a_file([a_line()])).sha256
    assert imported(db, a_file([a_line(reference="VNG/2026/119")])).sha256 != first


def test_a_file_checked_twice_is_written_once(db: Db) -> None:
    a_register(db)
    content = a_large_file(90, last=a_line(owner="Gemeente Utrecht"))
    with scratch() as first, scratch() as second:
        checks = []
        for rows in (first, second):
            with db.reading() as s:
                checks.append(check(s, COMMAND, BytesIO(content), rows, TODAY, create_owners=True, tick=unheard))

        def write(turn: int) -> int:
            with db.writing() as s:
                return take_over(s, COMMAND, (first, second)[turn], checks[turn], NOW, tick=unheard).questions

        written = [write(0), write(1)]
    assert written == [91, 0]
    with db.reading() as s:
        assert s.scalars(sa.select(Ministry.code).where(Ministry.code.like("GU%"))).all() == ["GU"]


def test_imports_that_overlap_wait_for_each_other(db: Db) -> None:
    a_register(db)
    content = a_large_file(600)
    with ThreadPoolExecutor(2) as both:
        brought = list(both.map(lambda _: imported(db, content).questions, range(2)))
    assert sorted(brought) == [0, 600]
    with db.reading() as s:
        assert s.execute(sa.select(sa.func.count()).select_from(Question)).scalar_one() == 600


def test_a_letter_registered_since_the_check_stops_all(db: Db) -> None:
    a_register(db)
    with scratch() as rows:
        with db.reading() as s:
            content = a_file([a_line(reference="A"), a_line(question="Andere woorden")])
            findings = check(s, COMMAND, BytesIO(content), rows, TODAY, create_owners=False, tick=unheard)
        with db.writing() as s:
            a_sent_letter(s)
        before = everything(db)
        with pytest.raises(Invalid, match="staat al in Regie"), db.writing() as s:
            take_over(s, COMMAND, rows, findings, NOW, tick=unheard)
    assert everything(db) == before


def test_eight_thousand_questions_need_no_more_memory_than_two_thousand(db: Db) -> None:
    a_register(db)

    def peak(content: bytes) -> int:
        tracemalloc.start()
        imported(db, content)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few, many = a_large_file(2_000), a_large_file(8_000).replace(b"VNG/", b"VNG/nieuw/")
    allowed = peak(few) + 1024 * 1024
    assert peak(many) < allowed
    with db.reading() as s:
        assert s.execute(sa.select(sa.func.count()).select_from(Question)).scalar_one() == 10_000
        answered = s.execute(sa.select(sa.func.count()).select_from(Answer)).scalar_one()
        assert 8_000 < answered < 10_000
        assert s.scalars(sa.select(OutboxMail)).all() == []
        assert s.scalars(sa.select(Person).where(Person.bounced_at.is_not(None))).all() == []
