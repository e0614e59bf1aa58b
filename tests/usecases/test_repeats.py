"""The same question asked before: what is proposed, and linking it."""

from datetime import date
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import NotAllowed, NotFound
from app.domain.letters import NewQuestion
from app.domain.questions import Verdict
from app.domain.similarity import Candidate, key_words, most_alike
from app.store.base import Db
from app.store.letters import Letter
from app.store.lists.letter_view import as_typed
from app.store.lists.repeats import Sought, linked, similar_questions
from app.store.ministries import Dossier, Ministry
from app.store.questions import Question, QuestionEvent, QuestionRepeat
from app.usecases import answering, audit, closing, letters, repeats
from tests.support.builders import (
    a_new_letter,
    a_question,
    a_register,
    a_sent_letter,
    actor,
    at,
    questions_of,
    secretariat,
)

TODAY = date(2026, 11, 23)
AMOUNT = "Welk bedrag per opvangplek geldt na 4 maart 2027?"
CONTACT = "contact@jenv.example"


def asked(session: Session, text: str, owner: str = "JENV", sent_on: date = date(2026, 10, 5), **other: object) -> int:
    sent = a_sent_letter(session, a_new_letter(NewQuestion(text, owner), letter_date=sent_on, **other))
    return questions_of(session, sent)[0].id


def proposed(session: Session, text: str, **other: object) -> list[int]:
    found = similar_questions(session, secretariat(session), Sought(text, **other))  # type: ignore[arg-type]
    return [one.id for one in found]


def test_an_earlier_question_is_proposed_with_its_answer_and_the_words_that_are_shared(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        amount = asked(s, AMOUNT, dossier="asiel-en-migratie")
        asked(s, "Wanneer worden de scholen in de regio verbouwd?")
        answering.submit(s, actor(s, CONTACT), amount, "44 euro.", "Directeur", at(date(2026, 10, 20)))
        answer_id = s.scalars(sa.select(Question).where(Question.id == amount)).one().id
        closing.judge(s, secretariat(s), answer_id, Verdict.CONCRETE, "", at(date(2026, 10, 21)))
    with db.reading() as s:
        dossier = s.scalars(sa.select(Dossier.id).where(Dossier.slug == "asiel-en-migratie")).one()
        ministry = s.scalars(sa.select(Ministry.id).where(Ministry.code == "JENV")).one()
        sought = Sought("Wat is het bedrag voor opvangplekken in 2028?", ministry, dossier)
        (found,) = similar_questions(s, secretariat(s), sought)
    assert (found.id, found.answer, found.verdict, found.owner) == (amount, "44 euro.", Verdict.CONCRETE, "JenV")
    assert found.similar
    assert set(found.similar.shared) == {"opvangplek", "bedrag"}
    assert (found.similar.same_ministry, found.similar.same_dossier) == (True, True)


def test_what_the_ministry_before_it_was_asked_counts_as_asked_of_the_same_ministry(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        old = asked(s, AMOUNT, owner="AENM", sent_on=date(2026, 1, 12), addressee="AENM")
        closing.withdraw(s, secretariat(s), old, "dubbel", at(date(2026, 1, 13)))
        ministry = s.scalars(sa.select(Ministry.id).where(Ministry.code == "JENV")).one()
        (found,) = similar_questions(s, secretariat(s), Sought(AMOUNT, ministry))
    assert found.similar
    assert found.similar.same_ministry


def test_concepts_its_own_letter_and_what_was_sent_later_are_not_proposed(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        first = asked(s, AMOUNT)
        later = asked(s, AMOUNT, sent_on=date(2026, 11, 2))
        letters.register(s, secretariat(s), a_new_letter(NewQuestion(AMOUNT, "JENV")), at(TODAY))
        own = s.get_one(Question, first)
        assert proposed(s, AMOUNT) == [later, first]
        assert proposed(s, AMOUNT, letter_id=own.letter_id, until=own.asked_on) == []
        assert proposed(s, AMOUNT, until=date(2026, 10, 5)) == [first]
        assert proposed(s, "En nu?") == []


def test_the_proposals_are_those_of_plain_counting(db: Db) -> None:
    a_register(db)
    draw = Random(118)  # noqa: S311  # the same register each time
    stock = ["opvangplek", "bedrag", "huurcontract", "leerling", "school", "netaansluiting", "warmtenet", "wolf"]
    texts = {}
    with db.writing() as s:
        questions = [
            NewQuestion(" ".join(draw.sample(stock, 3)).capitalize(), draw.choice(["JENV", "BZK"])) for _ in range(60)
        ]
        for question in questions_of(s, a_sent_letter(s, a_new_letter(*questions, dossier="asiel-en-migratie"))):
            texts[question.id] = f"{question.title} {question.text}".lower(), question.owner_id
        ministry = s.scalars(sa.select(Ministry.id).where(Ministry.code == "JENV")).one()
        for _ in range(10):
            text = " ".join(draw.sample(stock, 4))
            words = key_words(text)
            counted = [
                Candidate(
                    number, frozenset(n for n, word in enumerate(words) if word in said), owner == ministry, False
                )
                for number, (said, owner) in texts.items()
            ]
            expected = most_alike(words, (one for one in counted if one.places), len(counted))
            assert proposed(s, text, owner_id=ministry) == [one.id for one in expected]


def test_a_link_is_told_on_both_sides_audited_and_made_once(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        first, again = asked(s, AMOUNT), asked(s, AMOUNT, sent_on=date(2026, 11, 2))
        for _ in range(2):
            repeats.link(s, secretariat(s), again, first, at(TODAY))
        who = secretariat(s)
        assert [one.id for one in linked(s, who, again).before] == [first]
        assert [one.id for one in linked(s, who, first).after] == [again]
        told = s.scalars(sa.select(QuestionEvent.act).where(QuestionEvent.question_id == again)).all()
        assert told.count("herhaling-koppelen") == 1
        repeats.unlink(s, who, again, first, at(TODAY))
        repeats.unlink(s, who, again, first, at(TODAY))
        assert linked(s, who, again) == linked(s, who, first)
        assert audit.verify(s).broken_at is None


def test_a_link_is_refused_to_itself_to_a_later_one_and_to_a_concept(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        first, again = asked(s, AMOUNT), asked(s, AMOUNT, sent_on=date(2026, 11, 2))
        concept = questions_of(s, letters.register(s, secretariat(s), a_new_letter(), at(TODAY)))[0].id
    for question_id, earlier_id in ((first, first), (first, again), (again, concept), (again, 999)):
        with db.writing() as s, pytest.raises(NotFound) as refused:
            repeats.link(s, secretariat(s), question_id, earlier_id, at(TODAY))
        assert refused.value.code == "no-earlier-question"
    with db.writing() as s, pytest.raises(NotAllowed):
        repeats.link(s, actor(s, "directie@vng.example"), again, first, at(TODAY))


def test_a_ministry_sees_no_link_to_a_question_of_another(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        first, again = asked(s, AMOUNT, owner="BZK"), asked(s, AMOUNT, sent_on=date(2026, 11, 2))
        repeats.link(s, secretariat(s), again, first, at(TODAY))
        assert linked(s, actor(s, CONTACT), again).before == []


def test_a_letter_is_registered_with_its_repeats_and_changed_with_others(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        first, second = asked(s, AMOUNT), a_question(s, "BZK").id
        new = a_new_letter(NewQuestion(AMOUNT, "JENV", repeats=(first, second)), NewQuestion("Wie?", "BZK"))
        letter = letters.register(s, secretariat(s), new, at(TODAY))
        assert [one.repeats for one in as_typed(s, letter).questions] == [(first, second), ()]
        fewer = a_new_letter(NewQuestion("Wie?", "BZK", repeats=(second,)))
        letters.revise(s, secretariat(s), letter.id, fewer, letter.version, at(TODAY))
        left = s.execute(sa.select(QuestionRepeat.earlier_id)).scalars().all()
        assert left == [second]
        assert s.get_one(Letter, letter.id)
