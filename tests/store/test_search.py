"""The search index follows the register, whoever writes in it, and shows nobody what they may not read."""

from datetime import date
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.letters import NewQuestion
from app.domain.search import terms_of
from app.store import files
from app.store.base import Db
from app.store.documents import AnswerDocument, Document, LetterDocument
from app.store.letters import Letter
from app.store.questions import Question
from app.store.search.entries import Found, SearchEntry
from app.store.search.filling import fill_again
from app.store.search.finding import SearchFilter, count_found, found
from app.usecases import answering, drafts, searching
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of, secretariat

DAY = date(2026, 11, 2)


def kinds(session: Session, typed: str, email: str = "secretariaat@vng.example") -> list[str]:
    wanted = SearchFilter(terms_of(typed))
    rows = found(session, actor(session, email), wanted).rows
    assert len(rows) == count_found(session, actor(session, email), wanted)
    return [row.kind.value for row in rows]


def an_answered_question(db: Db) -> int:
    a_register(db)
    with db.writing() as s:
        new = a_new_letter(
            NewQuestion("Wat kost een noodopvangplek?", "JENV"), subject="Bekostiging", body="Geacht college"
        )
        question = questions_of(s, a_sent_letter(s, new))[0]
        answering.submit(s, actor(s, "contact@jenv.example"), question.id, "Wél 44 euro.", "Hoofd", at(DAY))
        return question.id


def entries(session: Session) -> set[tuple[object, ...]]:
    table = SearchEntry.__table__.c
    columns = (
        table.kind,
        table.about_id,
        table.document_id,
        table.letter_id,
        table.question_id,
        table.text,
        table.is_read,
    )
    return {tuple(row) for row in session.execute(sa.select(*columns))}


def test_letters_questions_and_answers_are_found_as_soon_as_they_are_there(db: Db) -> None:
    an_answered_question(db)
    with db.reading() as s:
        assert kinds(s, "noodopvangplekken") == ["vraag"]
        assert kinds(s, "wel 44") == ["antwoord"]
        assert kinds(s, '"44 euro"') == ["antwoord"]
        assert kinds(s, '"euro 44"') == []
        assert kinds(s, "bekostiging college") == ["brief"]
        assert kinds(s, "bekost*") == ["brief"]
        assert kinds(s, "VNG/2026/118") == ["brief"]
        for broken in ('NEAR("a b", 3)', "a AND NOT", "':* & !", "text: x", "{a b}: c"):
            kinds(s, broken)


def test_changed_words_are_found_and_the_old_ones_are_not(db: Db) -> None:
    question_id = an_answered_question(db)
    with db.writing() as s:
        s.execute(sa.update(Question).where(Question.id == question_id).values(text="Wie betaalt?", title="Geld"))
    with db.reading() as s:
        assert kinds(s, "noodopvangplek") == []
        assert kinds(s, "betaalt") == ["vraag"]


def test_what_is_withdrawn_leaves_the_index_and_comes_back_with_it(db: Db) -> None:
    question_id = an_answered_question(db)
    with db.reading() as s:
        before = entries(s)
    for state, expected in (("ingetrokken", []), ("afgedaan", ["vraag"])):
        with db.writing() as s:
            s.execute(sa.update(Question).where(Question.id == question_id).values(state=state))
        with db.reading() as s:
            assert kinds(s, "noodopvangplek") == expected
            assert bool(kinds(s, '"44 euro"')) == bool(expected)
    with db.reading() as s:
        assert entries(s) == before


def test_nobody_finds_what_they_may_not_read(db: Db) -> None:
    question_id = an_answered_question(db)
    with db.writing() as s:
        new = a_new_letter(NewQuestion("Wat doet het kroonjuweel?", "JENV"), subject="Geheim")
        drafted = questions_of(s, a_sent_letter(s, new))[0]
        drafts.save_draft(s, actor(s, "contact@jenv.example"), drafted.id, "Kladversie", "", None, at(DAY))
    with db.reading() as s:
        for email in ("contact@jenv.example", "regie@az.example", "directie@vng.example"):
            assert kinds(s, "noodopvangplek", email) == ["vraag"]
            assert kinds(s, "bekostiging", email) == ["brief"]
            assert kinds(s, "kladversie", email) == []
        assert kinds(s, "noodopvangplek bekostiging", "contact@bzk.example") == []
        for word in ("noodopvangplek", "bekostiging", '"44 euro"', "geheim"):
            assert kinds(s, word, "contact@bzk.example") == []
        assert question_id


def test_documents_are_found_by_name_and_once_read_by_their_text(db: Db, tmp_path: Path) -> None:
    question_id = an_answered_question(db)
    stored = files.put(tmp_path, BytesIO(b"Bijlage over zonnepanelen"))
    with db.writing() as s:
        document = Document(
            sha256=stored.sha256, size=stored.size, media_type="text/plain", name="brief.txt", added_at=at(DAY)
        )
        gone = Document(sha256="0" * 64, size=1, media_type="text/plain", name="weg.txt", added_at=at(DAY))
        s.add_all([document, gone])
        s.flush()
        letter_id = s.get_one(Question, question_id).letter_id
        answer_id = s.execute(sa.text("SELECT id FROM answers")).scalar_one()
        s.add(LetterDocument(letter_id=letter_id, document_id=document.id))
        s.add_all([AnswerDocument(answer_id=answer_id, document_id=one.id) for one in (document, gone)])
    while True:
        with db.reading() as s:
            texts = searching.next_texts(s, tmp_path)
        if not texts:
            break
        with db.writing() as s:
            searching.keep(s, texts)
    with db.reading() as s:
        assert sorted(kinds(s, "zonnepanelen")) == [Found.ANSWER_DOCUMENT, Found.LETTER_DOCUMENT]
        assert kinds(s, "weg") == [Found.ANSWER_DOCUMENT]
    with db.writing() as s:
        s.execute(sa.delete(LetterDocument))
    with db.reading() as s:
        assert kinds(s, "zonnepanelen") == [Found.ANSWER_DOCUMENT]


def test_an_index_made_anew_is_the_one_that_was_kept(db: Db) -> None:
    an_answered_question(db)
    with db.reading() as s:
        kept = entries(s)
    with db.writing() as s:
        assert fill_again(s) == len(kept) == 3
    with db.reading() as s:
        assert entries(s) == kept
        assert kinds(s, "noodopvangplek") == ["vraag"]


def test_what_is_registered_last_comes_first_and_pages_lead_on_and_back(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_sent_letter(s, a_new_letter(*(NewQuestion(f"Deelvraag {number}?", "JENV") for number in range(120))))
    with db.reading() as s:
        who, wanted, after, seen = secretariat(s), SearchFilter(terms_of("deelvraag")), None, []
        while True:
            page = found(s, who, wanted, after=after)
            seen.append([row.id for row in page.rows])
            if page.next is None:
                break
            after = page.next
        assert [len(ids) for ids in seen] == [50, 50, 20]
        flat = [one for ids in seen for one in ids]
        assert flat == sorted(flat, reverse=True)
        assert [row.id for row in found(s, who, wanted, before=page.previous).rows] == seen[1]
        assert count_found(s, who, wanted) == 120
        assert s.scalar(sa.select(sa.func.count()).select_from(Letter)) == 1
