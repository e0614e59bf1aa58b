"""Time and memory of one piece of work, in a process of its own."""

import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psutil

MIB = 1024 * 1024
LOOK_EVERY_SECONDS = 0.002
IN_PROCESS = False
"""For a trial of the bench itself: all in this process, which costs no new ones and measures nothing."""


@dataclass(frozen=True)
class Measured:
    """Seconds, by how many MiB the process grew at its peak, and what the work gave back."""

    seconds: float
    mib: float
    outcome: Any


def alone(work: Callable[..., Any], *arguments: Any) -> Measured:
    """Do the work, which gives (seconds, outcome), in a new process: no warm caches, no earlier peaks of memory."""
    if IN_PROCESS:
        seconds, outcome = work(*arguments)
        return Measured(seconds, 0.0, outcome)
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measured, (work, arguments))


def _measured(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Measured:
    # Not the kernel's high-water mark: a new process takes over that of the process it was forked from.
    process, over = psutil.Process(), threading.Event()
    before = process.memory_info().rss
    seen = [before]

    def look() -> None:
        while not over.wait(LOOK_EVERY_SECONDS):
            seen.append(process.memory_info().rss)

    looker = threading.Thread(target=look, daemon=True)
    looker.start()
    seconds, outcome = work(*arguments)
    over.set()
    looker.join()
    return Measured(seconds, (max(seen) - before) / MIB, outcome)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what the work gave back."""
    begin = time.perf_counter()
    outcome = work()
    return time.perf_counter() - begin, outcome


def quickest(work: Callable[[], Any], times: int) -> float:
    """The quickest of so many runs, in seconds: what the work takes when the machine does nothing else."""
    return min(timed(work)[0] for _ in range(times))
