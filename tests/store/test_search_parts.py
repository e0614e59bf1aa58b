"""What is found equals what a look at every text finds: the newest first, page by page, for whoever asks."""

from collections.abc import Iterator
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.letters import NewQuestion
from app.domain.search import fold, terms_of
from app.store.base import Db
from app.store.lists.paging import PAGE_SIZE
from app.store.questions import Question
from app.store.search.entries import Found, SearchEntry
from app.store.search.finding import SearchFilter, count_found, found
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor

READERS = ("secretariaat@vng.example", "regie@az.example", "contact@jenv.example", "contact@bzk.example")
# Everywhere, in most, in some, in one, in old ones, in new ones, nowhere; together, as a phrase, as beginnings.
TYPED = (
    "alfa", "bravo", "charlie", "delta", "vroeger", "straks", "nergens", "alfa bravo", "alfa delta", "vroeger straks",
    "charlie bravo alfa", '"alfa bravo"', '"bravo alfa"', "alf*", "ch* alfa", "vroe*", "straks str*", "niets*",
)  # fmt: skip
KINDS = (frozenset[Found](), frozenset({Found.LETTER}), frozenset({Found.QUESTION, Found.ANSWER}))
TEXTS = 330
APART = 1_987  # so that the numbers run through many parts of the index, small and large


@pytest.fixture
def register(db: Db) -> Db:
    """Two letters, to one ministry and to two, and many texts about them with numbers that lie far apart."""
    a_register(db)
    random = Random(118)  # noqa: S311  # for trying out, not for secrets
    with db.writing() as s:
        for owners in (("JENV", "JENV"), ("JENV", "BZK"), ("BZK",)):
            a_sent_letter(s, a_new_letter(*(NewQuestion("Wat kost het?", owner) for owner in owners)))
        questions = s.scalars(sa.select(Question).order_by(Question.id)).all()
        s.execute(sa.delete(SearchEntry))
        s.add_all(_entry(number, random, questions) for number in range(TEXTS))
    return db


def _entry(number: int, random: Random, questions: list[Question]) -> SearchEntry:
    question = random.choice(questions)
    kind = random.choice([Found.LETTER, Found.QUESTION, Found.QUESTION, Found.ANSWER])
    words = ["alfa"]
    words += ["bravo"] * (random.random() < 0.7) + ["charlie"] * (random.random() < 0.1)
    words += ["delta"] * (number == TEXTS // 2) + ["vroeger" if number < TEXTS // 2 else "straks"]
    random.shuffle(words)
    return SearchEntry(
        id=(number + 1) * APART,
        kind=kind,
        about_id=number,
        document_id=0,
        letter_id=question.letter_id,
        question_id=None if kind is Found.LETTER else question.id,
        text=" ".join(words),
        is_read=True,
    )


def by_hand(session: Session, email: str, wanted: SearchFilter) -> list[int]:
    """The numbers of all texts that hold the terms and that this person may read, by a look at each."""
    who = actor(session, email)
    questions = session.scalars(sa.select(Question)).all()
    own = [one for one in questions if email in READERS[:2] or one.owner_id == who.ministry_id]
    of_questions, of_letters = {one.id for one in own}, {one.letter_id for one in own}
    return [
        entry.id
        for entry in session.scalars(sa.select(SearchEntry).order_by(SearchEntry.id.desc()))
        if (entry.question_id in of_questions if entry.question_id else entry.letter_id in of_letters)
        and (not wanted.kinds or entry.kind in wanted.kinds)
        and _holds(entry.text, wanted)
    ]


def _holds(text: str, wanted: SearchFilter) -> bool:
    held = f" {fold(text)} "
    return all(f" {' '.join(term.words)}{'' if term.starts else ' '}" in held for term in wanted.terms)


def page_by_page(session: Session, email: str, wanted: SearchFilter) -> Iterator[list[int]]:
    """The numbers of each page, and on the way whether turning back gives the page before."""
    who, after, before = actor(session, email), None, []
    while True:
        page = found(session, who, wanted, after=after)
        ids = [row.id for row in page.rows]
        if page.previous is not None:
            assert [row.id for row in found(session, who, wanted, before=page.previous).rows] == before
        yield ids
        if page.next is None:
            return
        after, before = page.next, ids


@pytest.mark.parametrize("email", READERS)
def test_what_is_found_equals_a_look_at_every_text(register: Db, email: str) -> None:
    pages = 0
    with register.reading() as s:
        for typed in TYPED:
            for kinds in KINDS:
                wanted = SearchFilter(terms_of(typed), kinds)
                expected, seen = by_hand(s, email, wanted), list(page_by_page(s, email, wanted))
                assert [one for ids in seen for one in ids] == expected, (typed, kinds)
                assert all(len(ids) == PAGE_SIZE for ids in seen[:-1])
                assert count_found(s, actor(s, email), wanted) == len(expected)
                pages += len(seen)
    assert pages > len(TYPED) * len(KINDS)


def test_words_that_say_nothing_by_themselves_find_not_everything(register: Db) -> None:
    with register.reading() as s:
        for typed in ("de", "het*", '"de het"'):
            wanted = SearchFilter(terms_of(typed))
            assert [row.id for row in found(s, actor(s, READERS[0]), wanted).rows] == []
            assert count_found(s, actor(s, READERS[0]), wanted) == 0
