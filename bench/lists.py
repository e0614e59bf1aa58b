"""P5: a page of the list of questions, anywhere in it, beside the bare query by the driver with the same template."""

import statistics
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.store.base import Db
from app.store.lists.paging import PAGE_SIZE, write_mark
from app.store.people import Person
from app.store.questions import Question
from app.web.frame import render
from bench.databases import KINDS, Databases, driver_connection
from bench.measure import timed
from bench.registers import TODAY, build
from bench.visitor import cookies_of

TIMES = 15
PATH = "/vragen?stand=open&volgorde=termijn"


def run(databases: Databases, n: int) -> None:
    """Print P5 for both databases, on a register of n open questions."""
    for kind in KINDS:
        url = databases.copy(kind, f"lists{n}", lambda url: build(url, n))
        with TemporaryDirectory() as var:
            first, bare, last = _measure(url, n, Path(var))
        print(
            f"P5 {kind} {n} questions: a page in {first * 1000:.1f} ms, bare query and the same template "
            f"{bare * 1000:.1f} ms: {bare / first:.2f} of its requests/s; page {n // PAGE_SIZE:,} takes "
            f"{last / first:.2f} times page 1",
            flush=True,
        )
        databases.drop(url)


def _measure(url: str, n: int, var: Path) -> tuple[float, float, float]:
    """Seconds of page 1, of the bare query with its template, and of the last page; the middle one of TIMES each."""
    db = Db(url)
    app = create_app(Settings(var=var, database_url=url), db, clock=_now)
    with TestClient(app, base_url="http://localhost:8000") as client:
        client.cookies.update(cookies_of(app.state.office, Person.name == "secretariaat", _now()))
        context = _context(client)
        deep = f"{PATH}&na={_mark(db, n)}"
        connection, statement = driver_connection(url), _statement(db, client)
        cursor = connection.cursor()
        template = render.TEMPLATES.get_template("questions/list.html")

        def bare() -> None:
            cursor.execute(*statement)
            cursor.fetchall()
            template.render(context)

        def view(path: str) -> None:
            assert client.get(path).status_code == 200

        rounds = [(timed(lambda: view(PATH))[0], timed(bare)[0], timed(lambda: view(deep))[0]) for _ in range(TIMES)]
        connection.close()
    db.dispose()
    first, raw, last = (statistics.median(one) for one in zip(*rounds, strict=True))
    return first, raw, last


def _now() -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)


def _context(client: TestClient) -> dict[str, Any]:
    """What the page gives its template."""
    template, told = render.TEMPLATES.get_template("questions/list.html"), {}
    with patch.object(template, "render", side_effect=lambda context: told.update(context) or ""):
        assert client.get(PATH).status_code == 200
    return told


def _mark(db: Db, n: int) -> str:
    """The mark before the last page."""
    with db.reading() as s:
        query = sa.select(Question.due_on, Question.id).order_by(Question.due_on.desc(), Question.id.desc())
        row = s.execute(query.offset(min(PAGE_SIZE, n - 1)).limit(1)).one()
    return write_mark([row.due_on.isoformat(), row.id])


def _statement(db: Db, client: TestClient) -> tuple[str, Any]:
    """The statement that lists the rows of the page, with its parameters, as the driver gets them."""
    told: list[tuple[str, Any]] = []

    def hear(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        told.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", hear)
    assert client.get(PATH).status_code == 200
    sa.event.remove(db.engine, "before_cursor_execute", hear)
    return next(one for one in told if "holder_ministry" in one[0])
