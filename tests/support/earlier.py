"""Registers kept elsewhere earlier, as CSV files to take over."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from io import BytesIO

from app.domain.actors import COMMAND
from app.domain.calendar import civil_date
from app.domain.exchange_columns import HEADINGS
from app.domain.exchange_findings import Findings, Step
from app.store.base import Db
from app.store.exchange.exchange_scratch import scratch
from app.usecases.exchange import check
from app.usecases.exchange_writing import TakenOver, take_over
from tests.support.builders import at

TODAY = date(2026, 11, 23)
NOW = at(TODAY)
Line = Mapping[str, str]


def a_line(**other: str) -> Line:
    """A line of a register: one question to JenV, asked on 5 October 2026 and not answered yet."""
    line = {
        "reference": "VNG/2026/118",
        "subject": "Opvang van Oekraïners",
        "letter_date": "2026-10-05",
        "addressee": "JenV",
        "question": "Welk bedrag per opvangplek geldt na 4 maart 2027?",
        "owner": "JenV",
        "asked_on": "2026-10-05",
    }
    return {**dict.fromkeys(HEADINGS, ""), **line, **other}


def a_file(lines: Iterable[Line], separator: str = ",", encoding: str = "utf-8") -> bytes:
    """Lines as a CSV file; its headings are those of the first line."""
    lines = list(lines)
    into = io.StringIO()
    writer = csv.DictWriter(into, list(lines[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(lines)
    return into.getvalue().encode(encoding)


def a_large_file(questions: int, *, last: Line | None = None) -> bytes:
    """A register of so many questions, three to a letter, over two years, most of them answered; one line each."""
    owners = ("BZK", "JenV", "A&M", "VWS", "SZW", "EZ", "Fin", "OCW")
    lines = []
    for n in range(questions):
        day = date.fromordinal(date(2024, 9, 2).toordinal() + n // 3 % 730)
        answered = date.fromordinal(day.toordinal() + n * 7 % 60)
        lines.append(
            a_line(
                reference=f"VNG/{n // 3}",
                letter_date=day.isoformat(),
                asked_on=day.isoformat(),
                due_on=date.fromordinal(day.toordinal() + 21).isoformat(),
                answered_on=answered.isoformat() if n % 10 and answered <= TODAY else "",
                question=f"Vraag {n}: welk bedrag geldt hiervoor na 4 maart 2027?",
                owner=owners[n % len(owners)],
            )
        )
    return a_file([*lines, last] if last else lines)


def checked(db: Db, content: bytes, *, today: date = TODAY, create_owners: bool = False) -> Findings:
    """What is found in a file; nothing is written."""
    with scratch() as rows, db.reading() as session:
        return check(session, COMMAND, BytesIO(content), rows, today, create_owners=create_owners, tick=unheard)


def imported(db: Db, content: bytes, *, now: datetime = NOW, create_owners: bool = False) -> TakenOver:
    """Take a file over; fails when something is wrong with it."""
    today = civil_date(now)
    with scratch() as rows:
        with db.reading() as session:
            found = check(session, COMMAND, BytesIO(content), rows, today, create_owners=create_owners, tick=unheard)
        assert [(one.line, str(one.wrong)) for one in found.told()] == []
        with db.writing() as session:
            return take_over(session, COMMAND, rows, found, now, tick=unheard)


def unheard(_step: Step, _done: int, _total: int) -> None:
    """Nobody watches the progress."""
