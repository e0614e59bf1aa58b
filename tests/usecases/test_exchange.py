"""Checking a file from an earlier register: everything that is wrong is told, and nothing changes."""

from io import BytesIO

import pytest
import sqlalchemy as sa

from app.domain.errors import NotAllowed
from app.domain.exchange_findings import MOST_TOLD
from app.domain.exchange_text import Encoding
from app.store.base import Db
from app.store.exchange.exchange_scratch import scratch
from app.store.letters import Letter
from app.store.ministries import Ministry
from app.usecases.exchange import check
from tests.support.builders import a_register, a_sent_letter, actor
from tests.support.earlier import TODAY, a_file, a_large_file, a_line, checked, imported
from tests.support.workbooks import ROWS, a_document, a_workbook


def told(db: Db, content: bytes, *, create_owners: bool = False) -> list[tuple[int, str]]:
    """Line and code of what is wrong, in order; every sentence has its fields filled in."""
    findings = checked(db, content, create_owners=create_owners)
    assert all("{" not in str(one.wrong) for one in findings.told())
    return [(one.line, one.wrong.code) for one in findings.told()]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", Encoding.UTF_8), ("utf-8-sig", Encoding.UTF_8), ("cp1252", Encoding.WINDOWS)],
)
def test_a_file_is_read_as_its_program_saved_it(db: Db, separator: str, encoding: str, found: Encoding) -> None:
    a_register(db)
    findings = checked(db, a_file([a_line(dossier="Coördinatie; of, zoiets")], separator, encoding))
    assert (findings.wrong, findings.rows, findings.letters) == (0, 1, 1)
    assert (findings.encoding, findings.separator) == (found, separator)
    assert findings.new_dossiers == ["Coördinatie; of, zoiets"]


def test_a_check_leaves_the_register_alone(db: Db) -> None:
    a_register(db)
    findings = checked(db, a_file([a_line(owner="Gemeente Utrecht")]), create_owners=True)
    assert [body.code for body in findings.new_bodies] == ["GU"]
    with db.reading() as s:
        assert s.scalars(sa.select(Ministry).where(Ministry.code == "GU")).all() == []
        assert s.scalars(sa.select(Letter)).all() == []


def test_dutch_dates_are_read_and_said_so(db: Db) -> None:
    a_register(db)
    findings = checked(db, a_file([a_line(), a_line(question="Nog een", asked_on="6-10-2026")]))
    assert (findings.wrong, findings.odd_dates, findings.odd_date) == (0, 1, "6-10-2026")


def test_columns_nobody_knows_are_named(db: Db) -> None:
    a_register(db)
    assert checked(db, a_file([{**a_line(), "paraaf": "x", "map": "3"}])).ignored == ("paraaf", "map")


def test_blank_lines_and_text_over_several_lines_keep_their_numbers(db: Db) -> None:
    a_register(db)
    content = a_file([a_line(question="Eerste regel\nen de tweede"), a_line(owner="")])
    assert told(db, content.replace(b"VNG/2026/118", b"\r\n,,,\r\nVNG/2026/118", 1)) == [(6, "missing")]


def test_an_unknown_owner_is_told_and_may_be_made(db: Db) -> None:
    a_register(db)
    content = a_file([a_line(owner="Home Office", addressee="Home Office")])
    assert told(db, content) == [(2, "unknown-owner"), (2, "unknown-owner")]
    assert told(db, content, create_owners=True) == []


def test_an_open_question_of_a_ministry_without_successor_is_told(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        s.execute(sa.update(Ministry).where(Ministry.code == "AENM").values(successor_id=None))
    line = a_line(owner="A&M", letter_date="2025-10-01", asked_on="2025-10-01")
    assert told(db, a_file([line])) == [(2, "no-successor")]
    assert told(db, a_file([{**line, "answered_on": "2025-11-01"}])) == []


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({"subject": "Iets anders"}, "letter-differs"),
        ({"letter_date": "2026-10-04"}, "letter-differs"),
        ({"addressee": "BZK"}, "letter-differs"),
        ({"dossier": "Onderwijs"}, "letter-differs"),
        ({"question": a_line()["question"]}, "question-twice"),
    ],
)
def test_lines_of_one_letter_must_agree(db: Db, second: dict[str, str], code: str) -> None:
    a_register(db)
    content = a_file([a_line(), a_line(question="Een andere vraag"), a_line(**{"question": "Nog een", **second})])
    assert told(db, content) == [(4, code)]


def test_a_letter_was_sent_or_it_was_not(db: Db) -> None:
    a_register(db)
    half = a_line(question="Nog niet gesteld", asked_on="")
    assert told(db, a_file([a_line(), half])) == [(2, "half-sent")]
    assert told(db, a_file([a_line(), {**half, "withdrawn_on": "2026-10-05"}])) == []
    assert told(db, a_file([{**half, "question": "a"}, half])) == []


def test_a_letter_on_record_is_not_added_to(db: Db) -> None:
    a_register(db)
    imported(db, a_file([a_line()]))
    findings = checked(db, a_file([a_line(), a_line(question="Vergeten vraag")]))
    assert findings.known == 1
    assert [(one.line, one.wrong.code, one.wrong.facts["number"]) for one in findings.told()] == [
        (3, "reference-taken", "2026-001")
    ]


def test_a_letter_registered_here_keeps_its_reference(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_sent_letter(s)
    assert told(db, a_file([a_line(question="Andere woorden")])) == [(2, "reference-taken")]


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (b"", 0, "file-empty"),
        (b"PK\x03\x04", 0, "file-broken"),
        (b"kenmerk;onderwerp\n", 0, "heading-missing"),
        (a_file([a_line()]).splitlines()[0], 0, "no-rows"),
        (a_file([a_line()]) + b'VNG/1,"nooit gesloten', 3, "bad-quotes"),
        (a_file([a_line()]) + b'VNG/1,"fout"gesloten"\n', 3, "bad-quotes"),
        (a_file([a_line()]) + b'"' + b"x" * 140_000, 3, "bad-quotes"),
    ],
)
def test_what_is_no_register_is_told(db: Db, content: bytes, line: int, code: str) -> None:
    a_register(db)
    assert told(db, content) == [(line, code)]


def test_a_wrong_last_line_is_found(db: Db) -> None:
    a_register(db)
    assert told(db, a_large_file(1200, last=a_line(letter_date="2026-13-01"))) == [(1202, "bad-date")]


def test_the_first_problems_are_told_and_all_are_counted(db: Db) -> None:
    a_register(db)
    lines = [a_line(question=f"Vraag {n}", owner="" if n % 2 else "JenV") for n in range(400)]
    findings = checked(db, a_file(lines))
    assert (findings.wrong, findings.rows) == (200, 200)
    assert [one.line for one in findings.told()] == list(range(3, 3 + 2 * MOST_TOLD, 2))


def test_only_who_registers_letters_may_take_over_a_register(db: Db) -> None:
    a_register(db)
    with scratch() as rows, db.reading() as s, pytest.raises(NotAllowed):
        check(
            s,
            actor(s, "contact@jenv.example"),
            BytesIO(),
            rows,
            TODAY,
            create_owners=False,
            tick=lambda *_: None,
        )


def test_what_stands_on_a_letters_first_line_need_not_be_said_again_below_it(db: Db) -> None:
    a_register(db)
    again = a_line(question="En voor hoe lang?", addressee="", dossier="")
    findings = checked(db, a_file([a_line(dossier="Visserij"), again]))
    assert (findings.wrong, findings.letters, findings.new_dossiers) == (0, 1, ["Visserij"])


def test_a_spreadsheet_is_checked_like_any_other_file_and_told_in_its_own_words(db: Db) -> None:
    a_register(db)
    for content in (a_workbook(), a_document()):
        findings = checked(db, content)
        assert [str(one.wrong) for one in findings.told()] == []
        assert (findings.rows, findings.letters, findings.odd_dates) == (3, 2, 2)
    other = [*ROWS[0][:1], "Iets anders", *ROWS[0][2:4], "En verder?", *ROWS[0][5:]]
    told = checked(db, a_workbook([ROWS[0], other])).told()
    assert (told[0].wrong.code, told[0].wrong.facts["columns"]) == ("letter-differs", "Betreft")
