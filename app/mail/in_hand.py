"""What a sender has in hand, and how it lets go when it is told to stop: within seconds, whatever the server does."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from app.mail.wire import Wire
from app.office import Office
from app.store.outbox import Claimed, give_back

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
# How long the mail in hand may still take once the sender is told to stop; then its line is cut.
PATIENCE_SECONDS = 5
CUT_SECONDS = 1


class Batch:
    """Mails that one sender claimed: the first of them under way, the rest waiting. Two threads look at it."""

    def __init__(self, mails: Sequence[Claimed]) -> None:
        self._waiting = list(mails)
        self._under_way: Claimed | None = None
        self._lock = threading.Lock()

    def next(self) -> Claimed | None:
        """Take the next one in hand; None when none is left."""
        with self._lock:
            self._under_way = self._waiting.pop(0) if self._waiting else None
            return self._under_way

    def untried(self) -> list[Claimed]:
        """Take away those that are not under way: nobody else gets them after this."""
        with self._lock:
            left, self._waiting = self._waiting, []
            return left

    def under_way(self) -> list[Claimed]:
        """The one that is under way, if any."""
        with self._lock:
            return [self._under_way] if self._under_way else []


@contextmanager
def watched(office: Office, wire: Wire, batch: Batch, stopping: Callable[[], bool]) -> Iterator[None]:
    """While the block sends, look whether to stop: then let go of what is untried at once, and soon of the rest.

    When the block is left, what was not tried has been let go of.
    """
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(office, wire, batch, stopping, over), daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()
        _let_go(office, batch.untried())


def _watch(office: Office, wire: Wire, batch: Batch, stopping: Callable[[], bool], over: threading.Event) -> None:
    while not stopping():
        if over.wait(LOOK_SECONDS):
            return
    try:
        _let_go(office, batch.untried())
        if over.wait(PATIENCE_SECONDS):
            return
        # The sender wakes up and marks its mail: as lost where the final dot was out, else as not tried.
        wire.cut()
        if not over.wait(CUT_SECONDS):
            # It still waits for a line; the wire sees to it that nothing goes out over that any more.
            _let_go(office, batch.under_way())
    except Exception:
        log.exception("mail in hand could not be let go of; its lease ends by itself")


def _let_go(office: Office, mails: list[Claimed]) -> None:
    if mails:
        with office.db.writing() as session:
            give_back(session, mails)
