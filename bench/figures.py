"""P4: the figures as of today from what is kept, and as of another day beside the bare grouped query."""

from datetime import date

import sqlalchemy as sa

from app.domain.actors import COMMAND
from app.domain.statistics import Grouping, Selection, figures, standard_start
from app.store.base import Db
from app.store.figures.observations import FirstRounds
from app.store.figures.statistics import histogram
from app.store.questions import Question, tell
from app.usecases.kept_figures import count, put_away, verify
from app.usecases.statistics import report
from bench.databases import KINDS, Databases, driver_connection
from bench.measure import alone, quickest, timed
from bench.registers import NOW, analyze
from tests.support.registers import LAST, ORDINARY, fill

TIMES = 3
FIRST = date(2018, 11, 26)
OTHER_DAY = date(2026, 6, 30)
STANDARD = Selection(LAST, standard_start(LAST))


def run(databases: Databases, n: int) -> None:
    """Print P4 for both databases, on a register of n questions over eight years and on one of a tenth."""
    for kind in KINDS:
        kept = {}
        for size in (n // 10, n):
            url = databases.copy(kind, f"figures{size}", lambda url, size=size: build(url, size))  # type: ignore[misc]
            kept[size] = alone(from_kept, url)
            other = alone(other_day, url)
            bare, ours = other.outcome
            first, after = kept[size].outcome
            print(
                f"P4 {kind} {size} questions: page as of today {kept[size].seconds:.3f} s, "
                f"the first time {first:.2f} s, after an act {after:.2f} s (+{kept[size].mib:.0f} MiB); "
                f"as of {OTHER_DAY} {ours:.2f} s, bare grouped query {bare:.2f} s: {ours / bare:.2f} times",
                flush=True,
            )
            print(f"P4 {kind} {size} kept equals source: {alone(proof, url).outcome}", flush=True)
            databases.drop(url)
        small, large = kept[n // 10], kept[n]
        ratios = (
            large.seconds / small.seconds,
            *(one / other for one, other in zip(large.outcome, small.outcome, strict=True)),
        )
        told = "{:.2f} times, the first time {:.2f}, after an act {:.2f}".format(*ratios)
        print(f"P4 {kind} as of today, {n // 10} to {n} questions: {told}")


def build(url: str, size: int) -> None:
    """A random register of so many questions, with the histograms kept."""
    db = Db(url)
    for _ in fill(db, size, 118, FIRST, ORDINARY):
        pass
    db.dispose()
    analyze(url)
    db = Db(url)
    with db.reading() as session:
        counted = count(session, LAST, NOW)
    with db.writing() as session:
        put_away(session, counted)
    db.dispose()


def from_kept(url: str) -> tuple[float, tuple[float, float]]:
    """All that the page reads as of today: now and a week before, by ministry and in all.

    And how long the first took after it was counted, which works out the curves, which each worker then holds; and the
    first after something happened to a question.
    """
    db = Db(url)

    def read() -> None:
        with db.reading() as session:
            report(session, COMMAND, STANDARD, Grouping.MINISTRY, LAST)

    first = timed(read)[0]
    seconds = quickest(read, TIMES)
    with db.writing() as session:
        newest = session.scalars(sa.select(Question).order_by(Question.id.desc()).limit(1)).one()
        tell(session, newest, COMMAND, "herinneren", NOW, LAST)
    after = timed(read)[0]
    db.dispose()
    return seconds, (first, after)


def other_day(url: str) -> tuple[float, tuple[float, float]]:
    """The figures of the whole register as of another day; and the bare query that groups it, by the driver."""
    db, chosen = Db(url), Selection(OTHER_DAY)
    grouped = FirstRounds(chosen, Grouping.MINISTRY).grouped
    text = str(grouped.compile(db.engine, compile_kwargs={"literal_binds": True})).replace("%%", "%")
    connection = driver_connection(url)
    cursor = connection.cursor()

    def bare() -> None:
        cursor.execute(text)
        cursor.fetchall()

    def ours() -> None:
        with db.reading() as session:
            for cells in histogram(session, chosen, Grouping.MINISTRY).groups().values():
                figures(cells.answers, cells.concrete)

    seconds = quickest(ours, TIMES)
    limit = quickest(bare, TIMES)
    connection.close()
    db.dispose()
    return seconds, (limit, seconds)


def proof(url: str) -> tuple[float, str]:
    """What is kept beside the source, to the last unit."""
    db = Db(url)
    with db.reading() as session:
        compared = verify(session)
    db.dispose()
    cells, different = sum(one.cells for one in compared), sum(one.different for one in compared)
    return 0.0, f"{cells - different} of {cells} cells, {max(one.questions for one in compared)} questions"
