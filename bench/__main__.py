"""Run the measurements: `python -m bench [N] [NAME …]`; N is the number of open questions (default 100000, or N=…)."""

import os
import sys
import tempfile
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from bench.databases import Databases

# Each is a module bench.<name> with `run(databases, n)`, which prints a line per figure.
NAMES = (
    "sweep", "exchange", "figures", "lists", "search", "answers", "uploads", "claim", "digests", "web", "starting",
    "replay", "migrating",
)  # fmt: skip


def main() -> None:
    """Run all measurements, or the ones that are named."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    chosen = [word for word in sys.argv[1:] if not word.isdigit()] or NAMES
    n = numbers[0] if numbers else int(os.environ.get("N", "100000"))
    print(f"bench: {n} open questions, {os.cpu_count()} processors", flush=True)
    measure(n, chosen)


def measure(n: int, names: Iterable[str], server: str | None = None) -> None:
    """Run these measurements on registers of n questions; they print their lines. `server`: a PostgreSQL to use."""
    with tempfile.TemporaryDirectory(prefix="regie-bench-") as folder:
        databases = Databases(Path(folder), server)
        try:
            for name in names:
                import_module(f"bench.{name}").run(databases, n)
        finally:
            databases.close()


if __name__ == "__main__":
    main()
