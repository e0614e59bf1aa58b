"""Two people at the same moment, each in a transaction of their own.

`RACES=1000` before pytest runs each race so many times; `-o junit_family=xunit1 --junit-xml=FILE` tells how they ended.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Refusal
from app.store.base import Db
from tests.support.builders import actor

RACES = int(os.environ.get("RACES", "25"))
Record = Callable[[str, object], None]
Deed = Callable[[Session, Actor], Any]


def race(db: Db, *acts: tuple[str, Deed]) -> tuple[str, ...]:
    """Do the acts at the same moment, each in its own transaction; tell how each ended: `done`, or why not."""
    start = Barrier(len(acts))

    def run(email: str, act: Deed) -> str:
        with db.reading() as s:
            who = actor(s, email)
        start.wait()
        try:
            with db.writing() as s:
                act(s, who)
        except Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return tuple(pool.map(lambda one: run(*one), acts))
