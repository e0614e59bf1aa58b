"""Reading the figures: by whom, for which questions, and beside a week before."""

from datetime import date, timedelta

import pytest

from app.domain.errors import Invalid, NotAllowed
from app.domain.letters import NewQuestion
from app.domain.questions import QuestionKind, Verdict
from app.domain.statistics import Bucket, Grouping, Selection
from app.store.base import Db
from app.store.ministries import ministry_names
from app.usecases import answering, closing, ownership
from app.usecases.statistics import behind, report
from tests.support.builders import a_new_letter, a_question, a_register, a_sent_letter, actor, at, secretariat

TODAY = date(2026, 11, 23)
ASKED = date(2026, 10, 5)  # due 26 October
COORDINATOR = "coordinator@jenv.example"


@pytest.fixture
def register(db: Db) -> Db:
    """Six questions of 5 October: four to JenV (in time, late, open, withdrawn) and two to BZK, open."""
    a_register(db)
    with db.writing() as s:
        in_time, late, _open, withdrawn = [a_question(s, "JENV", ASKED) for _ in range(4)]
        _bzk = [a_question(s, "BZK", ASKED) for _ in range(2)]
        jenv = actor(s, "contact@jenv.example")
        answering.submit(s, jenv, in_time.id, "Ja.", "Directeur", at(date(2026, 10, 26)))
        answering.submit(s, jenv, late.id, "Nee.", "Directeur", at(date(2026, 10, 27)))
        closing.withdraw(s, secretariat(s), withdrawn.id, "dubbel", at(date(2026, 10, 12)))
        closing.judge(s, secretariat(s), in_time.id, Verdict.CONCRETE, "", at(date(2026, 11, 2)))
    return db


def buckets(db: Db, as_of: date, who: str = "directie@vng.example", **other: object) -> dict[str, dict[Bucket, int]]:
    with db.reading() as s:
        found = report(s, actor(s, who), Selection(as_of, **other), Grouping.MINISTRY, TODAY)  # type: ignore[arg-type]
        return {
            one.group.code: {bucket: n for bucket, n in one.figures.buckets.items() if n} for one in [*found.groups]
        }


def test_each_question_is_in_the_bucket_it_was_in_at_the_end_of_the_day(register: Db) -> None:
    assert buckets(register, TODAY) == {
        "BZK": {Bucket.OPEN_LATE: 2},
        "JENV": {Bucket.IN_TIME: 1, Bucket.LATE: 1, Bucket.OPEN_LATE: 1, Bucket.WITHDRAWN: 1},
    }
    assert buckets(register, date(2026, 10, 26))["JENV"] == {Bucket.IN_TIME: 1, Bucket.OPEN: 2, Bucket.WITHDRAWN: 1}
    assert buckets(register, date(2026, 10, 11))["JENV"] == {Bucket.OPEN: 4}
    assert buckets(register, date(2026, 10, 4)) == {}


def test_a_week_before_stands_beside_it(register: Db) -> None:
    with register.reading() as s:
        found = report(s, actor(s, "directie@vng.example"), Selection(date(2026, 10, 27)), Grouping.MINISTRY, TODAY)
        young = report(s, actor(s, "directie@vng.example"), Selection(TODAY, TODAY), Grouping.MINISTRY, TODAY)
    assert (found.total.buckets[Bucket.OPEN_LATE], found.before and found.before.buckets[Bucket.OPEN_LATE]) == (3, 0)
    assert [one.before is not None for one in found.groups] == [True, True]
    assert young.before is None


def test_groups_stand_by_name_and_the_total_is_their_sum(register: Db) -> None:
    with register.reading() as s:
        who = actor(s, "directie@vng.example")
        found = report(s, who, Selection(TODAY), Grouping.MINISTRY, TODAY)
        in_all = report(s, who, Selection(TODAY), Grouping.TOTAL, TODAY)
        nothing = report(s, who, Selection(date(2026, 1, 1)), Grouping.TOTAL, TODAY)
    assert [one.group.name for one in found.groups] == ["BZK", "JenV"]
    assert found.total == in_all.total
    assert [one.group.code for one in in_all.groups] == ["totaal"]
    assert [one.figures.asked for one in nothing.groups] == [0]


def test_the_owner_is_whoever_owned_the_question_on_that_day(register: Db) -> None:
    with register.writing() as s:
        moved = a_question(s, "OCW", date(2026, 11, 2))
        ownership.transfer(s, actor(s, "contact@ocw.example"), moved.id, "VWS", "hoort daar", at(date(2026, 11, 10)))
    assert buckets(register, date(2026, 11, 9))["OCW"] == {Bucket.OPEN: 1}
    assert buckets(register, date(2026, 11, 10))["VWS"] == {Bucket.OPEN: 1}
    assert "OCW" not in buckets(register, date(2026, 11, 10))


def test_a_proposal_to_move_a_question_moves_nothing(register: Db) -> None:
    with register.writing() as s:
        kept = a_question(s, "OCW", date(2026, 11, 2))
        ownership.decline(s, actor(s, "contact@ocw.example"), kept.id, "niet van ons", "VWS", at(date(2026, 11, 10)))
    assert buckets(register, TODAY)["OCW"] == {Bucket.OPEN: 1}


def test_commitments_are_left_out(register: Db) -> None:
    with register.writing() as s:
        commitment = NewQuestion(text="U zegt toe.", owner="DEF", kind=QuestionKind.COMMITMENT)
        a_sent_letter(s, a_new_letter(commitment))
    assert "DEF" not in buckets(register, TODAY)


def test_a_concept_is_not_counted_and_one_that_came_back_counts_from_its_sending(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s, "JENV", ASKED)
    assert buckets(db, TODAY)["JENV"] == {Bucket.OPEN_LATE: 1}
    with db.writing() as s:
        closing.withdraw(s, secretariat(s), question.id, "vergissing", at(date(2026, 10, 12)))
        closing.reopen(s, secretariat(s), question.id, "toch", at(date(2026, 10, 14)))
    # Its first round ended with the withdrawal; the second is another observation.
    assert buckets(db, TODAY)["JENV"] == {Bucket.WITHDRAWN: 1}
    assert buckets(db, date(2026, 10, 11))["JENV"] == {Bucket.OPEN: 1}


def test_people_at_a_ministry_see_the_figures_of_their_own(register: Db) -> None:
    assert set(buckets(register, TODAY, COORDINATOR)) == {"JENV"}
    with register.reading() as s:
        ids = {one.code: one.id for one in ministry_names(s)}
        with pytest.raises(NotAllowed):
            report(s, actor(s, COORDINATOR), Selection(TODAY, owner_id=ids["BZK"]), Grouping.TOTAL, TODAY)
        with pytest.raises(NotAllowed):
            report(s, actor(s, "contact@jenv.example"), Selection(TODAY), Grouping.TOTAL, TODAY)
        with pytest.raises(NotAllowed):
            report(s, actor(s, "beheer@vng.example"), Selection(TODAY), Grouping.TOTAL, TODAY)


def test_behind_a_figure_stand_its_questions(register: Db) -> None:
    with register.reading() as s:
        who = actor(s, "directie@vng.example")
        late = behind(s, who, Selection(TODAY), Bucket.OPEN_LATE, TODAY)
        every = behind(s, who, Selection(TODAY), None, TODAY)
        own = behind(s, actor(s, COORDINATOR), Selection(TODAY), Bucket.OPEN_LATE, TODAY)
    assert (len(late), len(every), len(own)) == (3, 6, 1)
    assert list(late) == sorted(late, reverse=True)


def test_a_selection_without_sense_is_refused(register: Db) -> None:
    with register.reading() as s, pytest.raises(Invalid, match="toekomst"):
        report(s, actor(s, "directie@vng.example"), Selection(TODAY + timedelta(days=1)), Grouping.TOTAL, TODAY)
