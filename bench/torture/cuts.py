"""R6: lines to PostgreSQL cut at twenty points of one request; each is carried out once or says that it wasn't."""

from datetime import date
from uuid import uuid4

import httpx
import sqlalchemy as sa

from bench.torture.checks import Finding
from bench.torture.proxy import Proxy
from bench.torture.scene import Scene, ask

POINTS = tuple(range(1, 21))
OWNER = "JENV"


def run(scene: Scene, at_points: tuple[int, ...] = POINTS) -> list[Finding]:
    """At each point, before and after the server saw the message: answer a question, and answer it again."""
    url = sa.make_url(scene.url)
    proxy = Proxy(f"{url.query['host']}/.s.PGSQL.{url.port or 5432}")
    through = url.set(host="127.0.0.1", port=proxy.port, query={}).render_as_string(hide_password=False)
    scene.open_nursery(REGIE_DATABASE_URL=through)
    scene.start("web")
    right = retried = cut = said_error = 0
    points = [(point, passing_on) for point in at_points for passing_on in (False, True)]
    # After a fault the server hangs up; a line that is kept open would take that for an answer to the next request.
    alone = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(base_url=f"{scene.base}/api/v1", timeout=60, limits=alone) as client:
        client.headers["Authorization"] = f"Bearer {scene.tokens['contact@jenv.example']}"
        for point, passing_on in points:
            question_id = ask(scene, date(2026, 11, 23), (OWNER,))[0]
            client.get(f"/vragen/{question_id}").raise_for_status()  # the pool has a line that works
            answer = {"tekst": f"Antwoord {uuid4().hex}.", "namens": "Directie"}
            armed = proxy.arm(point, passing_on=passing_on)
            first = client.post(f"/vragen/{question_id}/antwoorden", json=answer)
            proxy.disarm()
            cut += armed.done
            there = _answers(scene, question_id)
            said_error += first.status_code >= 500
            right += there == 1 if first.is_success else first.status_code >= 500 and there in {0, 1}
            again = client.post(f"/vragen/{question_id}/antwoorden", json=answer)
            retried += again.is_success and _answers(scene, question_id) == 1
    proxy.close()
    return [
        Finding("lines cut", cut, len(points), f"({said_error} requests said so)"),
        Finding("requests carried out once, or showing an error", right, len(points)),
        Finding("retries that made no second answer", retried, len(points)),
    ]


def _answers(scene: Scene, question_id: int) -> int:
    return scene.scalar("SELECT count(*) FROM answers WHERE question_id = :id", id=question_id)
