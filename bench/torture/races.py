"""R7: two requests at the same moment on one question, over two web workers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import uuid4

import httpx

from app.domain.actors import CLOCKWORK
from app.usecases.escalation import sweep
from bench.torture.checks import Finding
from bench.torture.scene import OWNERS, Scene, ask, wait

ANSWER = "/vragen/{}/antwoorden"
Racer = Callable[[int], int]


def run(scene: Scene, races: int) -> list[Finding]:
    """So many races of each kind; `good` are those that ended with one winner and nothing lost."""
    scene.open_nursery()
    for _ in range(2):
        scene.start("web")
    with httpx.Client(base_url=f"{scene.base}/api/v1", timeout=120) as client:
        wait(lambda: client.get("/openapi.json").is_success, "the web workers")
        racing = _Racing(scene, client)
        return [
            racing.of("answer against answer", races, racing.answers, racing.answers, (1, 1)),
            racing.of("the same answer twice", races, racing.same, racing.same, (2, 1)),
            racing.of("passing on against answering", races, racing.transfers, racing.answers, None),
            racing.of("a sweep against answering", races, racing.sweeps, racing.answers, (2, 1)),
        ]


class _Racing:
    def __init__(self, scene: Scene, client: httpx.Client) -> None:
        self._scene, self._client = scene, client
        self._questions: list[tuple[int, str]] = []

    def of(self, name: str, races: int, one: Racer, other: Racer, ends: tuple[int, int] | None) -> Finding:
        """Race; `ends` says how many may succeed and how many answers there are then (None: one of the two wins)."""
        good = 0
        with ThreadPoolExecutor(2) as pool:
            for _ in range(races):
                question_id = self._next()
                start = Barrier(2)

                def go(racer: Racer, question_id: int = question_id, start: Barrier = start) -> int:
                    start.wait()
                    return racer(question_id)

                codes = list(pool.map(go, (one, other)))
                won = sum(code < 300 for code in codes)
                answers = self._scene.scalar("SELECT count(*) FROM answers WHERE question_id = :id", id=question_id)
                if ends is not None:
                    good += (won, answers) == ends
                else:
                    good += won == 1 and answers == (codes[1] < 300)
        return Finding(f"races of {name}", good, races)

    def answers(self, question_id: int) -> int:
        """Somebody at the ministry answers, in their own words."""
        return self._post(ANSWER, question_id, {"tekst": f"Antwoord {uuid4().hex}.", "namens": "Directie"})

    def same(self, question_id: int) -> int:
        """The same form sent."""
        return self._post(ANSWER, question_id, {"tekst": "Ja, op 4 maart.", "namens": "Directie"})

    def transfers(self, question_id: int) -> int:
        """The ministry passes the question on."""
        return self._post("/vragen/{}/doorgeleidingen", question_id, {"naar": "EZ", "reden": "Hoort daar."})

    def sweeps(self, _question_id: int) -> int:
        """The clockwork climbs the ladder."""
        now = self._scene.now
        with self._scene.db.writing() as session:
            sweep(session, CLOCKWORK, now.date(), now)
        return 200

    def _post(self, path: str, question_id: int, body: dict[str, str]) -> int:
        owner = self._owner[question_id]
        headers = {"Authorization": f"Bearer {self._scene.tokens[f'contact@{owner.lower()}.example']}"}
        return self._client.post(path.format(question_id), json=body, headers=headers).status_code

    def _next(self) -> int:
        if not self._questions:
            self._questions = list(zip(ask(self._scene, date(2026, 10, 19)), OWNERS, strict=True))
        question_id, owner = self._questions.pop()
        self._owner = {question_id: owner}
        return question_id
