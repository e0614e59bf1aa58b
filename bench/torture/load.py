"""Clients that write without pause and remember what they were promised: every 2xx is a promise."""

import json
import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from bench.torture.scene import OWNERS, Scene

PER_LETTER = 3
RETRY_SECONDS = 0.2
REQUEST_SECONDS = 20


@dataclass
class Promised:
    """What was acknowledged: letters by reference (their id), those that were sent, answers by question (text)."""

    letters: dict[str, int] = field(default_factory=dict)
    sent: set[int] = field(default_factory=set)
    answers: dict[int, str] = field(default_factory=dict)
    questions: list[tuple[int, str]] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)


class Clients:
    """So many clients at once, each with one request under way; a request that got no answer is sent again."""

    def __init__(self, scene: Scene, many: int) -> None:
        self._scene, self._over, self._lock = scene, threading.Event(), threading.Lock()
        self.promised = Promised()
        self._failed: list[str] = []
        self._threads = [threading.Thread(target=self._work, args=(seed,), daemon=True) for seed in range(many)]

    def start(self) -> None:
        """Begin."""
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        """Let each finish what it began, for which somebody must be there to serve it."""
        self._over.set()
        for one in self._threads:
            one.join(120)
            if one.is_alive():
                raise AssertionError("a client never got an answer")
        if self._failed:
            raise AssertionError(self._failed[0])

    def _work(self, seed: int) -> None:
        try:
            self._write(random.Random(seed))
        except Exception as error:  # noqa: BLE001  # told by who waits for this thread
            self._failed.append(repr(error))

    def _write(self, draw: random.Random) -> None:
        with httpx.Client(base_url=f"{self._scene.base}/api/v1", timeout=REQUEST_SECONDS) as client:
            while not self._over.is_set():
                mine = self._pick(draw)
                if mine is None or draw.random() < 0.4:
                    self._register(client, draw)
                else:
                    self._answer(client, *mine)

    def _pick(self, draw: random.Random) -> tuple[int, str] | None:
        with self._lock:
            known = self.promised.questions
            return known.pop(draw.randrange(len(known))) if known else None

    def _register(self, client: httpx.Client, draw: random.Random) -> None:
        key, owners = uuid4().hex, draw.sample(OWNERS, PER_LETTER)
        letter = {
            "onderwerp": "Opvang",
            "kenmerk": key,
            "datum": f"{self._scene.now:%Y-%m-%d}",
            "aan": "AZ",
            "vragen": [
                {"tekst": f"Wanneer komt er duidelijkheid voor {owner}?", "eigenaar": owner} for owner in owners
            ],
        }
        made = self._send(client, "/brieven", "secretariaat@vng.example", letter, key)
        if made is None:
            return
        with self._lock:
            self.promised.letters[key] = made["id"]
        sent = self._send(client, f"/brieven/{made['id']}/verzending", "secretariaat@vng.example", {})
        if sent is None:  # an earlier try was carried out and its answer lost; nothing was promised
            return
        with self._lock:
            self.promised.sent.add(made["id"])
            self.promised.questions += [(one["id"], one["eigenaar"]) for one in sent["vragen"]]

    def _answer(self, client: httpx.Client, question_id: int, owner: str) -> None:
        text = f"Antwoord {uuid4().hex}."
        answer = {"tekst": text, "namens": "Directie"}
        if self._send(client, f"/vragen/{question_id}/antwoorden", f"contact@{owner.lower()}.example", answer):
            with self._lock:
                self.promised.answers[question_id] = text

    def _send(self, client: httpx.Client, path: str, who: str, body: object, key: str = "") -> dict | None:  # type: ignore[type-arg]
        """Send until there is an answer; what was promised, or None where it was refused."""
        headers = {"Authorization": f"Bearer {self._scene.tokens[who]}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        tries = 0
        while True:
            tries += 1
            try:
                answer = client.post(path, content=json.dumps(body), headers=headers)
            except httpx.TransportError:
                answer = None
            with self._lock:
                self.promised.tally["no answer" if answer is None else str(answer.status_code)] += 1
            if answer is not None and answer.status_code < 500:
                if answer.is_success:
                    return dict(answer.json())
                if tries == 1 and answer.status_code != 409:
                    raise AssertionError(f"{path}: {answer.status_code} {answer.text}")
                return None
            threading.Event().wait(RETRY_SECONDS)
