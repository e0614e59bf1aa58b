"""Who read what, and when: append-only, beside the audit chain. Only a confirmed removal takes old rows away.

Rows are gathered in memory and written a second later in one go, so that nobody who reads waits for the disk, nor for
whoever writes just then. What a process that is killed had not written yet stands in the log stream all the same.
"""

import logging
import threading
from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Base, Db, Id, Instant

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
AT_ONCE = 500
MOST_WAITING = 20_000
"""How many rows wait at most while the database can't be reached; older ones are let go, and the log counts them."""


class AccessEntry(Base):
    """Somebody opened one thing, or took a file along. Triggers refuse UPDATE, and DELETE outside a removal."""

    __tablename__ = "access_log"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor: Mapped[str] = mapped_column(sa.String(80), index=True)
    object: Mapped[str] = mapped_column(sa.String(80), index=True)
    page: Mapped[str] = mapped_column(sa.String(120))


@dataclass(frozen=True)
class Seen:
    """One reading: when, by whom (as in the audit chain), of what (`vraag:12`), and at which address of ours."""

    at: datetime
    actor: str
    object: str
    page: str


class Reads:
    """The readings that wait to be written, and the thread that writes them once it was started."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._waiting: deque[Seen] = deque(maxlen=MOST_WAITING)
        self._lost = 0
        self._one_writes = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, seen: Seen) -> None:
        """Remember one reading; costs no database."""
        if len(self._waiting) == MOST_WAITING:
            self._lost += 1
        self._waiting.append(seen)

    def write(self) -> int:
        """Write all that waits; how many rows. What can't be written goes on waiting, and the fault is raised."""
        written = 0
        with self._one_writes:
            while self._waiting:
                some = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
                try:
                    with self._db.writing() as session:
                        session.execute(sa.insert(AccessEntry), [asdict(one) for one in some])
                except sa.exc.SQLAlchemyError:
                    self._waiting.extendleft(reversed(some))
                    raise
                written += len(some)
        return written

    def start(self) -> None:
        """Write every second from now on."""
        self._thread = threading.Thread(target=self._go_on, name="reads", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, and end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _go_on(self) -> None:
        while not self._stopping.wait(EVERY_SECONDS):
            self._try()
        self._try()

    def _try(self) -> None:
        try:
            self.write()
        except sa.exc.SQLAlchemyError:
            log.warning("reads wait to be written", extra={"facts": {"waiting": len(self._waiting)}})
        if self._lost:
            log.error("reads were lost", extra={"facts": {"lost": self._lost}})
            self._lost = 0
