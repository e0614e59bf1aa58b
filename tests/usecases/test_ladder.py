"""Keeping the ladder: a preview that the sweep then does, changes that repeat nothing and skip nobody, pauses."""

import random
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK
from app.domain.errors import Invalid, NotAllowed, NotFound, OutOfDate
from app.domain.escalation import DEFAULT_HOURS, DEFAULT_LADDER, Hours, Reader, Rung, RungText
from app.domain.ladder import Recess, TypedRung
from app.domain.letters import NewQuestion
from app.domain.questions import Act, State
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.concurrence import Contribution, ContributionState
from app.store.ladder import preview
from app.store.ladder.climbing import last_escalation, load_reaches
from app.store.ladder.escalation import Escalation, EscalationMail, Pause, load_hours, load_ladder, load_ladders
from app.store.ministries import Ministry
from app.store.outbox import MailState, OutboxMail
from app.store.people import Person
from app.store.questions import Question, tell
from app.store.terms import load_calendar
from app.usecases import ladder
from app.usecases.escalation import sweep
from tests.support.builders import a_new_letter, a_question, a_register, a_sent_letter, actor, at, questions_of

ADMIN = "beheer@vng.example"
CONTACT, MINISTRY = frozenset({Reader.CONTACT}), frozenset({Reader.CONTACT, Reader.COORDINATOR})
OFFICE = MINISTRY | {Reader.SG}
LATE = date(2026, 11, 2)  # rung 3 of a question of 5 October
OWNERS = ("JENV", "BZK", "VWS", "SZW")


def typed(*rungs: tuple[int | None, int, frozenset[Reader]]) -> list[TypedRung]:
    return [TypedRung(*rung) for rung in rungs]


def as_typed(rungs: tuple[Rung, ...]) -> list[TypedRung]:
    return [TypedRung(rung.number, rung.working_days, rung.readers, rung.text) for rung in rungs]


def change(db: Db, new: list[TypedRung], edition: int = 1, on: date = LATE, hours: Hours = DEFAULT_HOURS) -> bool:
    with db.writing() as s:
        return ladder.change(s, actor(s, ADMIN), edition, new, hours, at(on))


def run(db: Db, on: date) -> None:
    with db.writing() as s:
        sweep(s, CLOCKWORK, on, at(on, 6))


def fired(s: Session) -> list[tuple[int, int]]:
    """What was told of so far: (edition, rung), in order."""
    rows = s.execute(sa.select(Escalation.edition, Escalation.rung).where(~Escalation.passed).order_by(Escalation.id))
    return [(row.edition, row.rung) for row in rows]


def told(s: Session, since_id: int) -> set[tuple[int, int, int]]:
    """Who was told of which rung of which question, of what was recorded after `since_id`."""
    rows = s.execute(
        sa.select(Escalation.question_id, Escalation.rung, EscalationMail.person_id)
        .join(EscalationMail, EscalationMail.escalation_id == Escalation.id)
        .where(Escalation.id > since_id)
    )
    return {(question_id, rung, person_id) for question_id, rung, person_id in rows}


def a_contribution(question: Question, due_on: date) -> Contribution:
    """The owner is asked to concur with itself: who hears of it is what matters here."""
    return Contribution(
        question_id=question.id,
        round=question.round,
        ministry_id=question.owner_id,
        draft_version=1,
        text="Vanaf maart.",
        asked_at=at(due_on),
        due_on=due_on,
        state=ContributionState.ASKED,
    )


def wait_for_somebody(s: Session, question: Question, on: date) -> None:
    """For AZ where it is disputed since a day; where it is accepted, for a reply due that day."""
    if question.state is State.DISPUTED:
        tell(s, question, CLOCKWORK, Act.DECLINE, at(on), on)
    elif question.state is State.ACCEPTED:
        s.add(a_contribution(question, due_on=on))


def mails_of(s: Session, kind: str) -> int:
    return s.execute(sa.select(sa.func.count()).where(OutboxMail.kind == kind)).scalar_one()


def a_random_register(db: Db, seed: int) -> date:
    """Questions of all kinds at four ministries, an earlier sweep, pauses, people who left; a day to look at."""
    dice = random.Random(seed)  # noqa: S311  # the same register for the same seed
    a_register(db)
    start = date(2026, 9, 7)
    with db.writing() as s:
        questions = [NewQuestion(text=f"Vraag {n}?", owner=dice.choice(OWNERS)) for n in range(40)]
        for question in questions_of(s, a_sent_letter(s, a_new_letter(*questions, letter_date=start))):
            question.due_on = start + timedelta(days=dice.randrange(5, 70))
            question.term_set_on = question.due_on - timedelta(days=dice.choice((3, 8, 21)))
            question.handed_over_on = dice.choice((None, start + timedelta(days=dice.randrange(60))))
            question.state = dice.choice((*[State.ASKED] * 3, *[State.ACCEPTED] * 3, State.DISPUTED, State.ANSWERED))
            question.suspended = dice.random() < 0.1
            wait_for_somebody(s, question, start + timedelta(days=dice.randrange(60)))
        ids = {row.code: row.id for row in s.execute(sa.select(Ministry.code, Ministry.id))}
        for owner in dice.sample((None, *OWNERS), 2):
            from_on = start + timedelta(days=dice.randrange(60))
            until_on = from_on + timedelta(days=dice.randrange(9))
            s.add(Pause(ministry_id=ids.get(owner), from_on=from_on, until_on=until_on, reason="reces"))
        for person in s.scalars(sa.select(Person).where(Person.ministry_id.in_(ids.values()))).all():
            if dice.random() < 0.15:
                person.bounced_at = at(start)
            elif dice.random() < 0.1:
                person.ended_at = at(start)
    first = start + timedelta(days=dice.randrange(10, 40))
    run(db, first)
    if dice.random() < 0.5:
        with db.writing() as s:
            s.execute(sa.update(OutboxMail).values(state=MailState.SENT))
    if dice.random() < 0.6:
        days = sorted(dice.sample(range(-6, 25), 4))
        new = [TypedRung(dice.choice((None, n)), day, OFFICE) for n, day in enumerate(days, start=1)]
        change(db, new, on=first)
    return first + timedelta(days=dice.randrange(0, 25))


@pytest.mark.parametrize("seed", range(6))
def test_the_sweep_does_what_the_preview_says(db: Db, seed: int) -> None:
    on = a_random_register(db, seed)
    with db.reading() as s:
        rungs = load_ladder(s)
        firing = preview.firing(load_reaches(s, rungs, load_calendar(s), on))
        rung_of = dict(s.execute(sa.select(firing.c.question_id, firing.c.rung)).all())
        expected = {(question, rung_of[question], person) for question, person in preview.pairs(s, rungs, firing)}
        foreseen = ladder.foresee(s, actor(s, ADMIN), on)
        since_id = last_escalation(s)
        before = {kind: mails_of(s, kind) for kind in ("undecided", "stalled")}
    with db.writing() as s:
        done = sweep(s, CLOCKWORK, on, at(on, 6))
    with db.reading() as s:
        assert told(s, since_id) == expected
        assert (foreseen.total, foreseen.reminded, foreseen.deemed) == (done.climbed, done.reminded, done.deemed)
        assert (foreseen.undecided, foreseen.stalled) == (done.undecided, done.stalled)
        assert foreseen.undecided_mails == mails_of(s, "undecided") - before["undecided"]
        assert foreseen.stalled_mails == mails_of(s, "stalled") - before["stalled"]
        assert foreseen.mails == len({person for _, _, person in expected})
        shown = {(line.question_id, line.rung) for line in foreseen.lines}
        assert shown == set(rung_of.items())
        assert {one.person_id: one.questions for one in foreseen.readers} == {
            person: sum(one == person for _, _, one in expected) for _, _, person in expected
        }
        again = ladder.foresee(s, actor(s, ADMIN), on)
        assert (again.total, again.mails, again.reminded, again.deemed) == (0, 0, 0, 0)
        assert (again.undecided, again.stalled) == (0, 0)


def test_a_preview_says_who_hears_of_what_and_when_the_mail_leaves(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_question(s)
    with db.reading() as s:
        foreseen = ladder.foresee(s, actor(s, ADMIN), date(2026, 10, 31))  # a Saturday
        assert foreseen.climbs == {2: 1}
        assert foreseen.lines[0].readers == ("Contact", "Coordinator")
        assert foreseen.leaves_at == at(LATE, 7)
        assert s.execute(sa.select(sa.func.count()).select_from(Escalation)).scalar_one() == 0


def test_only_an_administrator_keeps_the_ladder(db: Db) -> None:
    a_register(db)
    with db.reading() as s:
        for email in ("secretariaat@vng.example", "contact@jenv.example"):
            with pytest.raises(NotAllowed):
                ladder.find(s, actor(s, email))
            with pytest.raises(NotAllowed):
                ladder.foresee(s, actor(s, email), LATE)


def test_a_rung_put_in_between_repeats_nothing_and_skips_nobody(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question_id = a_question(s).id
    run(db, LATE)  # rung 3, five working days late
    new = [*as_typed(DEFAULT_LADDER), TypedRung(None, 3, OFFICE)]
    assert change(db, new)
    with db.reading() as s:
        assert [rung.working_days for rung in load_ladder(s)] == [-5, 1, 3, 5, 10, 20]
        assert s.get_one(Question, question_id).rung == 4
    run(db, LATE)
    run(db, date(2026, 11, 9))
    run(db, date(2026, 11, 23))
    with db.reading() as s:
        assert fired(s) == [(1, 3), (2, 5), (2, 6)]


def test_a_rung_taken_away_repeats_nothing_and_skips_nobody(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question_id = a_question(s).id
    run(db, LATE)
    change(db, as_typed(DEFAULT_LADDER)[1:])
    with db.reading() as s:
        assert s.get_one(Question, question_id).rung == 2
    run(db, LATE)
    run(db, date(2026, 11, 9))
    with db.reading() as s:
        assert fired(s) == [(1, 3), (2, 3)]
        assert load_ladders(s)[1] == DEFAULT_LADDER, "what a rung of then meant can still be told"


def test_a_rung_that_moves_to_a_later_day_is_not_told_twice(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_question(s)
    run(db, LATE)
    moved = [TypedRung(r.number, 7 if r.number == 3 else r.working_days, r.readers) for r in DEFAULT_LADDER]
    change(db, moved)
    run(db, date(2026, 11, 4))
    with db.reading() as s:
        assert fired(s) == [(1, 3)]


def test_the_same_ladder_again_changes_nothing(db: Db) -> None:
    a_register(db)
    assert not change(db, as_typed(DEFAULT_LADDER))
    with db.reading() as s:
        assert s.scalars(sa.select(AuditEntry).where(AuditEntry.object == "escalatieladder")).all() == []


def test_a_change_leaves_an_audit_entry_with_the_rungs(db: Db) -> None:
    a_register(db)
    change(db, typed((1, -3, CONTACT), (2, 2, MINISTRY)))
    with db.reading() as s:
        entry = s.scalars(sa.select(AuditEntry).where(AuditEntry.object == "escalatieladder")).one()
        assert '"werkdagen":-3' in entry.detail
        assert '"editie":2' in entry.detail


def test_texts_and_hours_belong_to_an_edition_and_stand_in_the_log(db: Db) -> None:
    a_register(db)
    said = RungText("Bel ons als u er niet uitkomt.", "Call us if you are stuck.")
    with_text = [*as_typed(DEFAULT_LADDER)[:-1], TypedRung(5, 20, DEFAULT_LADDER[-1].readers, said)]
    assert change(db, with_text)
    assert not change(db, with_text, edition=2)
    assert change(db, with_text, edition=2, hours=Hours(9, 12))
    with db.reading() as s:
        ladders = load_ladders(s)
        assert ladders[1] == DEFAULT_LADDER
        assert [rung.text for rung in ladders[3]] == [*[RungText()] * 4, said]
        assert load_hours(s) == Hours(9, 12)
        in_order = (
            sa.select(AuditEntry.detail).where(AuditEntry.object == "escalatieladder").order_by(AuditEntry.sequence)
        )
        second, third = s.scalars(in_order).all()
        assert said.nl in second
        assert said.en in second
        assert '"verzending":[7,19]' in second
        assert '"verzending":[9,12]' in third
        assert ladder.foresee(s, actor(s, ADMIN), LATE).leaves_at == at(LATE, 9)


def test_of_two_who_change_the_ladder_the_second_is_told(db: Db) -> None:
    a_register(db)
    change(db, typed((1, -3, CONTACT)))
    with pytest.raises(OutOfDate):
        change(db, typed((1, -2, CONTACT)))


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ([], "ladder-empty"),
        (typed((1, 1, CONTACT), (2, 1, MINISTRY)), "ladder-same-day"),
        (typed((1, 1, frozenset())), "ladder-no-reader"),
        (typed((1, -5, CONTACT), (2, 1, frozenset({Reader.COORDINATOR}))), "ladder-contact"),
        ([TypedRung(1, -5, CONTACT, RungText(en="a" * 301))], "text-long"),
    ],
)
def test_a_ladder_nobody_can_climb_is_refused_and_the_old_one_stays(db: Db, new: list[TypedRung], code: str) -> None:
    a_register(db)
    with pytest.raises(Invalid) as refused:
        change(db, new)
    assert refused.value.code == code
    with db.reading() as s:
        assert load_ladder(s) == DEFAULT_LADDER


def test_pauses_that_touch_become_one_and_others_stay(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        admin = actor(s, ADMIN)
        jenv = s.scalars(sa.select(Ministry.id).where(Ministry.code == "JENV")).one()
        for ministry_id, first, last, reason in (
            (jenv, 1, 5, "herfstreces"),
            (None, 3, 4, "feestdagen"),
            (jenv, 20, 22, "verhuizing"),
        ):
            ladder.add_pause(
                s, admin, ministry_id, Recess(date(2026, 12, first), date(2026, 12, last), reason), at(LATE)
            )
        whole = ladder.add_pause(s, admin, jenv, Recess(date(2026, 12, 6), date(2026, 12, 10), "kerstreces"), at(LATE))
        assert whole == Recess(date(2026, 12, 1), date(2026, 12, 10), "herfstreces; kerstreces")
        lines = ladder.find(s, admin).pauses.rows
        assert [(line.ministry, line.recess.from_on.day) for line in lines] == [("JenV", 20), (None, 3), ("JenV", 1)]
        ladder.remove_pause(s, admin, lines[0].id, at(LATE))
        with pytest.raises(NotFound):
            ladder.remove_pause(s, admin, lines[0].id, at(LATE))
        assert len(ladder.find(s, admin).pauses.rows) == 2
