"""P1, P2: the sweep beside the same rows by bare SQL, beside the same done as a loop over objects, with memory."""

import contextlib
import multiprocessing
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK
from app.domain.calendar import Calendar
from app.domain.escalation import DEFAULT_LADDER, cutoffs, highest
from app.domain.questions import CLIMBING_STATES
from app.store import audit
from app.store.base import Db
from app.store.ladder.escalation import Escalation, EscalationMail
from app.store.letters import Letter
from app.store.outbox import MailState, OutboxMail, message_id
from app.store.people import Person, PersonRole, contact_for
from app.store.questions import CLIMBING, Question
from app.store.terms import load_calendar
from app.usecases.escalation import sweep
from bench.databases import KINDS, Databases, driver_connection
from bench.measure import Measured, alone, quickest, timed
from bench.registers import NOW, TODAY, build

OBJECTS_MOST = 10_000  # the loop over objects runs on no more open questions than this, and is scaled up
ROUNDS = 2
TOGETHER = 4
TOO_LONG_SECONDS = 600


class UndoneError(Exception):
    """Ends a transaction that is to be undone."""


def run(databases: Databases, n: int) -> None:
    """Print P1 and P2 for both databases."""
    small = min(n, OBJECTS_MOST)
    for kind in KINDS:
        pairs = [(_once(databases, kind, n, by_sweep), _once(databases, kind, n, by_bare_sql)) for _ in range(ROUNDS)]
        ours, bare = (min((pair[place] for pair in pairs), key=lambda one: one.seconds) for place in (0, 1))
        same = "the same rows" if ours.outcome == bare.outcome else f"OTHER ROWS: {ours.outcome} and {bare.outcome}"
        print(
            f"P1 {kind} {ours.seconds / bare.seconds:.2f}x of bare SQL ({ours.seconds:.2f} s and {bare.seconds:.2f} s, "
            f"peak +{ours.mib:.0f} and +{bare.mib:.0f} MiB; {same}: {ours.outcome[0]} rungs, {ours.outcome[1]} told)",
            flush=True,
        )
        together(databases, kind, n, bare)
        loop = _once(databases, kind, small, by_objects)
        scaled = f", scaled from {small} questions" if small < n else ""
        seconds = loop.seconds * n / small
        print(
            f"P1 {kind} a loop over objects takes {seconds / ours.seconds:.1f}x as long "
            f"({seconds:.1f} s{scaled}, peak +{loop.mib:.0f} MiB unscaled)",
            flush=True,
        )


def _once(databases: Databases, kind: str, n: int, work: Any) -> Measured:
    """One run, on a fresh copy and in a process of its own."""
    url = databases.copy(kind, f"open_{n}", lambda url: build(url, n))
    measured = alone(work, url)
    databases.drop(url)
    return measured


def together(databases: Databases, kind: str, n: int, bare: Measured) -> None:
    """Print P1 for four sweeps at the same moment, each in a process of its own; and P2 on what they leave."""
    url = databases.copy(kind, f"open_{n}", lambda url: build(url, n))
    context = multiprocessing.get_context("spawn")
    ready, go = context.Semaphore(0), context.Event()
    sweepers = [context.Process(target=_sweep_when_told, args=(url, ready, go)) for _ in range(TOGETHER)]
    for one in sweepers:
        one.start()
    for _ in sweepers:
        assert ready.acquire(timeout=TOO_LONG_SECONDS)
    go.set()
    seconds, _ = timed(lambda: [one.join(TOO_LONG_SECONDS) for one in sweepers])
    ended = sum(one.exitcode == 0 for one in sweepers)
    db = Db(url)
    with db.reading() as session:
        per_pair = sa.select(sa.func.count(sa.distinct(EscalationMail.outbox_id)).label("mails")).group_by(
            EscalationMail.escalation_id, EscalationMail.person_id
        )
        found = per_pair.subquery()
        once = sa.func.sum(sa.case((found.c.mails == 1, 1), else_=0))
        all_pairs, in_one = session.execute(sa.select(sa.func.count(), once).select_from(found)).one()
        mails = sa.select(sa.func.count()).where(OutboxMail.kind == "escalation")
        readers = sa.select(sa.func.count(sa.distinct(EscalationMail.person_id)))
        counted = [session.execute(query).scalar_one() for query in (mails, readers)]
    same = "the same rows" if outcome(db) == bare.outcome else "OTHER ROWS"
    db.dispose()
    one_each = "" if counted[0] == counted[1] else "MORE THAN ONE EACH: "
    print(
        f"P1 {kind} {seconds / bare.seconds:.2f}x of bare SQL with {TOGETHER} sweeps at once ({ended} of {TOGETHER} "
        f"ended well): {in_one} of {all_pairs} (escalation × reader) in exactly one mail; "
        f"{one_each}{counted[0]} mails to {counted[1]} readers; {same}",
        flush=True,
    )
    idle(url, kind)
    databases.drop(url)


def _sweep_when_told(url: str, ready: Any, go: Any) -> None:
    db = Db(url)
    with db.reading() as session:
        load_calendar(session)
    ready.release()
    go.wait()
    with db.writing() as session:
        sweep(session, CLOCKWORK, TODAY, NOW)
    db.dispose()


def idle(url: str, kind: str) -> None:
    """Print P2: the sweep after the sweep, beside one probe of the index."""
    db = Db(url)

    def again() -> None:
        with db.writing() as session:
            sweep(session, CLOCKWORK, TODAY, NOW)

    seconds = quickest(again, 50)
    connection = driver_connection(url)
    cursor = connection.cursor()
    probe = f"SELECT 1 FROM questions WHERE {CLIMBING} AND rung = 0 AND due_on <= '2000-01-01' LIMIT 1"
    limit = quickest(lambda: cursor.execute(probe).fetchall(), 30)
    print(
        f"P2 {kind} {seconds * 1000:.1f} ms with nothing to do (one index probe by the driver: {limit * 1000:.2f} ms)",
        flush=True,
    )
    connection.close()
    db.dispose()


def by_sweep(url: str) -> tuple[float, tuple[int, int, str]]:
    """The sweep as it is, after one that was undone: the first one in a process also translates its statements."""
    db = Db(url)

    def work(*, undo: bool = False) -> None:
        with db.writing() as session:
            sweep(session, CLOCKWORK, TODAY, NOW)
            if undo:
                raise UndoneError

    with contextlib.suppress(UndoneError):
        work(undo=True)
    seconds, _ = timed(work)
    found = outcome(db)
    db.dispose()
    return seconds, found


def by_objects(url: str) -> tuple[float, tuple[int, int, str]]:
    """What the sweep does, as one would first write it: a loop over questions, with objects."""
    db = Db(url)
    begin = time.perf_counter()
    with db.writing() as session:
        _climb_one_by_one(session)
    seconds, found = time.perf_counter() - begin, outcome(db)
    db.dispose()
    return seconds, found


def _climb_one_by_one(session: Session) -> None:
    calendar = load_calendar(session)
    mails: dict[int, OutboxMail] = {}
    for question in session.scalars(sa.select(Question).where(Question.state.in_(CLIMBING_STATES))):
        top = highest(DEFAULT_LADDER, question.due_on, TODAY, calendar, set_on=question.term_set_on)
        if top is None or top.number <= question.rung:
            continue
        for number in range(question.rung + 1, top.number + 1):
            escalation = Escalation(
                question_id=question.id, round=question.round, term_version=question.term_version, rung=number,
                reached_on=TODAY, recorded_at=NOW, passed=number < top.number,
            )  # fmt: skip
            session.add(escalation)
        session.flush()
        question.rung = top.number
        for person in _readers_of(session, question, top.number):
            if person.id not in mails:
                mails[person.id] = _mail_to(person)
                session.add(mails[person.id])
                session.flush()
            session.add(EscalationMail(escalation_id=escalation.id, person_id=person.id, outbox_id=mails[person.id].id))
        audit.record(session, CLOCKWORK, "escaleren", f"vraag:{question.id}", NOW, trede=top.number)


def _readers_of(session: Session, question: Question, rung: int) -> set[Person]:
    letter = session.get_one(Letter, question.letter_id)
    contact_id = question.contact_id or contact_for(session, question.owner_id, letter.dossier_id)
    roles = {2: ["coordinator"], 3: ["coordinator", "bureau-sg"]}.get(rung, ["coordinator", "bureau-sg"])
    central = {4: ["regie", "secretariaat"], 5: ["regie", "secretariaat", "directie"]}.get(rung, [])
    people = {session.get_one(Person, contact_id)}
    query = sa.select(Person).join(PersonRole, PersonRole.person_id == Person.id)
    if rung > 1:
        people |= set(session.scalars(query.where(PersonRole.role.in_(roles), Person.ministry_id == question.owner_id)))
        people |= set(session.scalars(query.where(PersonRole.role.in_(central))))
    return people


def _mail_to(person: Person) -> OutboxMail:
    key = f"escalation:{TODAY}:{person.id}:0"
    return OutboxMail(
        kind="escalation", key=key, person_id=person.id, address=person.email, language=person.language,
        params={"date": TODAY.isoformat()}, state=MailState.PENDING, not_before=NOW, created_at=NOW,
        message_id=message_id(key),
    )  # fmt: skip


def by_bare_sql(url: str) -> tuple[float, tuple[int, int, str]]:
    """The same rows, by SQL written out by hand and given to the driver."""
    connection = driver_connection(url)
    cursor = connection.cursor()
    *statements, commit = bare_statements(url.startswith("sqlite"))
    for statement in (*statements, "ROLLBACK"):
        cursor.execute(statement)
    statements.append(commit)
    begin = time.perf_counter()
    for statement in statements:
        cursor.execute(statement)
    seconds = time.perf_counter() - begin
    connection.close()
    db = Db(url)
    found = outcome(db)
    db.dispose()
    return seconds, found


def bare_statements(on_sqlite: bool) -> list[str]:
    """Everything the sweep changes, as text: rungs, questions, one mail per reader, and what stands in it."""
    false = "0" if on_sqlite else "false"
    cuts = {cutoff.rung.number: cutoff.due_on_latest for cutoff in cutoffs(DEFAULT_LADDER, TODAY, Calendar())}
    at = f"'{NOW:%Y-%m-%d %H:%M:%S}.000000'" if on_sqlite else f"timestamptz '{NOW.isoformat()}'"
    day = f"'{TODAY}'" if on_sqlite else f"date '{TODAY}'"
    climbs = f"FROM questions q WHERE {CLIMBING}"
    rungs = [
        f"INSERT INTO escalations (question_id, round, term_version, rung, reached_on, recorded_at, passed) "
        f"SELECT id, round, term_version, {rung}, {day}, {at}, "
        f"{f'''due_on <= '{cuts[rung + 1]}' ''' if rung + 1 in cuts else false} "
        f"{climbs} AND rung IN ({', '.join(map(str, range(rung)))}) AND due_on <= '{cuts[rung]}' ORDER BY id"
        for rung in cuts
    ]
    step_up = (
        "UPDATE questions SET rung = (SELECT e.rung FROM escalations e WHERE NOT e.passed AND "
        "e.question_id = questions.id) WHERE id IN (SELECT question_id FROM escalations)"
    )
    contact = "coalesce(q.contact_id, a.person_id)"
    hears = (
        "SELECT e.id AS escalation_id, "
        f"{contact} AS person_id FROM escalations e JOIN questions q ON q.id = e.question_id "
        "LEFT JOIN contact_assignments a ON a.ministry_id = q.owner_id AND a.dossier_id IS NULL WHERE NOT e.passed "
        "UNION ALL SELECT e.id, p.id FROM escalations e JOIN questions q ON q.id = e.question_id "
        "JOIN people p ON p.ministry_id = q.owner_id JOIN person_roles r ON r.person_id = p.id "
        "WHERE NOT e.passed AND (r.role = 'coordinator' AND e.rung >= 2 OR r.role = 'bureau-sg' AND e.rung >= 3) "
        "UNION ALL SELECT e.id, r.person_id FROM escalations e JOIN person_roles r ON "
        "r.role IN ('regie', 'secretariaat') AND e.rung >= 4 OR r.role = 'directie' AND e.rung >= 5 WHERE NOT e.passed"
    )
    mails = (
        "INSERT INTO outbox (kind, key, person_id, address, language, params, state, urgent, not_before, created_at, "
        "attempts, fence, doubts, message_id) SELECT 'escalation', 'escalation:' || id, id, email, language, "
        f"'{{}}', 'wacht', {false}, {at}, {at}, 0, 0, 0, 'escalation:' || id FROM people "
        f"WHERE id IN (SELECT person_id FROM ({hears}) h)"
    )
    told = (
        "INSERT INTO escalation_mails (escalation_id, person_id, outbox_id) SELECT h.escalation_id, h.person_id, o.id "
        f"FROM ({hears}) h JOIN outbox o ON o.person_id = h.person_id"
    )
    begin = "BEGIN IMMEDIATE" if on_sqlite else "BEGIN"
    return [begin, *rungs, step_up, mails, told, "COMMIT"]


def outcome(db: Db) -> tuple[int, int, str]:
    """What a run left behind: rungs recorded, tellings, and where the questions stand."""
    with db.reading() as session:
        rungs = session.execute(sa.select(sa.func.count()).select_from(Escalation)).scalar_one()
        told = session.execute(sa.select(sa.func.count()).select_from(EscalationMail)).scalar_one()
        standing = session.execute(
            sa.select(Question.rung, sa.func.count()).group_by(Question.rung).order_by(Question.rung)
        ).all()
    db.dispose()
    return rungs, told, str([tuple(row) for row in standing])
