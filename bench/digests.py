"""P10: the digest of a week in which one question in twenty is late, for 500 readers, beside one grouped query."""

import contextlib
import time
from datetime import timedelta

import sqlalchemy as sa

from app.digest_press import press
from app.domain.actors import COMMAND
from app.domain.digests import Week
from app.domain.permissions import Role
from app.settings import Settings
from app.store.base import Db
from app.store.outbox import OutboxMail
from app.store.people import Person, PersonRole
from app.store.questions import HoldingPeriod, Question, Round
from app.usecases.digests import draw_up, freeze
from app.usecases.escalation import sweep
from bench.databases import KINDS, Databases, driver_connection
from bench.measure import alone, quickest
from bench.registers import NOW, TODAY, analyze, build
from tests.support.statements import heard

READERS = 500
LATE_SHARE = 20
WEEK = Week.of(TODAY)
TIMES = 3

GROUPED = f"""
SELECT m.display, h.holder, o.display, r.original_due_on, l.year,
  (SELECT max(e.rung) FROM escalations e WHERE e.question_id = q.id AND e.round = r.number
    AND e.reached_on <= '{WEEK.monday}' AND (q.round <> r.number OR e.term_version = q.term_version)) AS rung, count(*)
FROM questions q JOIN letters l ON l.id = q.letter_id JOIN holding_periods h ON h.question_id = q.id
JOIN rounds r ON r.question_id = q.id AND r.number =
  (SELECT max(number) FROM rounds x WHERE x.question_id = q.id AND x.asked_on <= '{WEEK.as_of}')
JOIN ministries m ON m.id = coalesce(
  (SELECT v.ministry_id FROM question_events v WHERE v.question_id = q.id AND v."on" > '{WEEK.as_of}'
    AND v.act IN ('doorgeleiden', 'toewijzen', 'opvolgen') ORDER BY v.id LIMIT 1), q.owner_id)
LEFT JOIN ministries o ON o.id = h.ministry_id
WHERE h.from_on <= '{WEEK.as_of}' AND (h.until_on IS NULL OR h.until_on > '{WEEK.as_of}') AND h.holder <> 'vng'
  AND r.original_due_on < '{WEEK.as_of}' GROUP BY 1, 2, 3, 4, 5, 6
"""


class UndoneError(Exception):
    """Ends a transaction that is to be undone."""


def run(databases: Databases, n: int) -> None:
    """Print P10 for both databases; 5 % of the n questions are late."""
    for kind in KINDS:
        url = databases.copy(kind, f"digest{n}", lambda url: fill(url, n))
        bare = alone(by_bare_sql, url)
        ours = alone(by_digest, url)
        late, mails, statements, parts = ours.outcome
        print(
            f"P10 {kind} {ours.seconds / bare.seconds:.2f}x of one grouped query ({ours.seconds:.2f} s and "
            f"{bare.seconds:.2f} s, peak +{ours.mib:.0f} and +{bare.mib:.0f} MiB): {late} late, {mails} mails, "
            f"{statements} statements; {parts}",
            flush=True,
        )
        databases.drop(url)


def fill(url: str, n: int) -> None:
    """Some of the questions late, each with its round, holder and rung, and many readers."""
    build(url, n, LATE_SHARE, range(1, 61))
    db = Db(url)
    columns = (Question.id, Question.round, Question.asked_on, Question.original_due_on, Question.term_kind)
    holders = (Question.id, sa.literal("eigenaar"), Question.owner_id, Question.asked_on)
    with db.writing() as session:
        rounds = ("question_id", "number", "asked_on", "original_due_on", "term_kind")
        session.execute(sa.insert(Round).from_select(rounds, sa.select(*columns)))
        held = ("question_id", "holder", "ministry_id", "from_on")
        session.execute(sa.insert(HoldingPeriod).from_select(held, sa.select(*holders)))
        sweep(session, COMMAND, TODAY, NOW)
        people = [
            Person(email=f"lezer{one}@vng.example", name=f"Lezer {one}", created_at=NOW) for one in range(READERS)
        ]
        session.add_all(people)
        session.flush()
        session.add_all(PersonRole(person_id=one.id, role=Role.LEADERSHIP) for one in people)
    db.dispose()
    analyze(url)


def by_digest(url: str) -> tuple[float, tuple[int, int, int, str]]:
    """The digest from register to outbox: drawn up, written out in two languages, frozen, a mail for each reader.

    Of the week before first, and undone: the first one in a process also reads templates and translates statements.
    """
    db, write = Db(url), press(Settings())
    with contextlib.suppress(UndoneError), db.writing() as session:
        earlier = draw_up(session, Week.of(TODAY - timedelta(weeks=1)), NOW)
        freeze(session, COMMAND, earlier, write(earlier), NOW, tell=True)
        raise UndoneError
    begin = time.perf_counter()
    with heard(db) as statements:
        with db.reading() as session:
            digest = draw_up(session, WEEK, NOW)
        drawn = time.perf_counter()
        written = write(digest)
        pressed = time.perf_counter()
        with db.writing() as session:
            freeze(session, COMMAND, digest, written, NOW, tell=True)
    ended = time.perf_counter()
    with db.reading() as session:
        of_digest = sa.select(sa.func.count()).where(OutboxMail.kind == "digest")
        mails = session.execute(of_digest).scalar_one()
    parts = f"drawn up {drawn - begin:.2f} s, written out {pressed - drawn:.2f} s, frozen {ended - pressed:.2f} s"
    db.dispose()
    return ended - begin, (digest.figures.late, mails, len(statements), parts)


def by_bare_sql(url: str) -> tuple[float, None]:
    """The late questions of that Sunday, grouped by owner, holder, due date and rung, as they stood that day."""
    connection = driver_connection(url)
    cursor = connection.cursor()

    def work() -> None:
        cursor.execute(GROUPED)
        cursor.fetchall()

    seconds = quickest(work, TIMES)
    connection.close()
    return seconds, None
