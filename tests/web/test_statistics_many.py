"""Ten thousand ministries of which half have ended: every page with figures, lists and files still comes."""

import csv
import io
import re
from datetime import date

import httpx
import sqlalchemy as sa

from app.store.base import Db
from app.store.ministries import Dossier, DossierSuccessor, Ministry
from app.store.questions import HoldingPeriod, Question
from app.timetable import run_job
from tests.support.live import Live
from tests.support.registers import a_random_register
from tests.support.visits import sign_in

MANY, ASKED = 10_000, 900
FIRST = 1_000
"""The first of their numbers; the register's own ministries come before."""

ASKED_OF = 60
LEADERSHIP = "directie@vng.example"
ENDED_ON = date(2026, 9, 30)


def many_ministries(db: Db) -> None:
    """Every second one has ended and its work went to the next, in one dossier to the one after that."""
    a_random_register(db, ASKED)
    with db.writing() as s:
        rows = [
            {
                "id": FIRST + n,
                "code": f"M{n}",
                "display": f"Ministerie {n:05}",
                "name": f"ministerie {n:05}",
                "valid_until": None if n % 2 else ENDED_ON,
                "successor_id": None,
                "releases_answers": False,
            }
            for n in range(MANY)
        ]
        s.execute(sa.insert(Ministry), rows)
        many = sa.and_(Ministry.id >= FIRST, Ministry.valid_until == ENDED_ON)
        s.execute(sa.update(Ministry).where(many).values(successor_id=Ministry.id + 1))
        theme = s.scalars(sa.select(Dossier.id).order_by(Dossier.id)).first()
        heirs = [
            {"ministry_id": FIRST + n, "dossier_id": theme, "successor_id": FIRST + n + 3}
            for n in range(0, MANY - 4, 2)
        ]
        s.execute(sa.insert(DossierSuccessor), heirs)
        owner_id = FIRST + Question.id % ASKED_OF
        s.execute(sa.update(Question).values(owner_id=owner_id), execution_options={"synchronize_session": False})
        theirs = HoldingPeriod.ministry_id.is_not(None)
        moved = sa.update(HoldingPeriod).values(ministry_id=FIRST + HoldingPeriod.question_id % ASKED_OF)
        s.execute(moved.where(theirs), execution_options={"synchronize_session": False})


def test_figures_lists_digest_and_files_come_with_ten_thousand_ministries(live: Live, client: httpx.Client) -> None:
    many_ministries(live.db)
    sign_in(client, live, LEADERSHIP)
    ended, all_of_them = set(range(0, MANY, 2)), set(range(MANY))
    then = counted(client, "ministerie")
    now = counted(client, "ministerie-nu")
    assert sum(then.values()) == sum(now.values()) > ASKED / 2
    assert then.keys() & ended
    assert (now.keys() & ended, now.keys() <= all_of_them) == (set(), True)
    busiest = max(now, key=now.__getitem__)
    for path in (
        f"/statistieken/ministerie/M{busiest}?ligt=nu",
        f"/statistieken/ministerie/M{busiest}.odt?ligt=nu",
        f"/statistieken/vergelijken?ligt=nu&ministerie=M{busiest}&ministerie=M3",
        "/statistieken/bal?ligt=nu",
        "/samenhang.csv",
        "/vragen?eigenaar=M3",
        "/vragen.csv",
    ):
        assert client.get(path, timeout=300).status_code == 200, path
    behind = client.get(
        f"/statistieken/vragen?telling=alles&van=2024-01-01&ligt=nu&ministerie=M{busiest}", timeout=300
    ).text
    assert f"<strong>{now[busiest]} vra" in behind
    assert run_job(live.app.state.office, "digest", date(2026, 11, 23))
    assert client.get("/overzichten/2026-W48", timeout=300).status_code == 200


def counted(client: httpx.Client, grouping: str) -> dict[int, int]:
    """How many questions were asked of each of the many, by the file of the page."""
    answer = client.get(f"/statistieken.csv?groepering={grouping}&van=2024-01-01", timeout=300)
    rows = csv.reader(io.StringIO(answer.raise_for_status().text.removeprefix("\ufeff")), delimiter=";")
    return {int(found[1]): int(row[1]) for row in rows if (found := re.match(r"Ministerie (\d+)$", row[0]))}
