"""Run the measurements: `python -m bench [N] [NAME …]`; N is the number of open questions (default 100000, or N=…)."""

import os
import sys
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from bench.databases import Databases

# Each is a module bench.<name> with `run(databases, n)`, which prints a line per figure; those not there are left out.
NAMES = ("sweep", "claim", "web", "exchange", "figures", "digests", "replay", "migrating")


def main() -> None:
    """Run all measurements, or the ones that are named."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    chosen = [word for word in sys.argv[1:] if not word.isdigit()] or NAMES
    n = numbers[0] if numbers else int(os.environ.get("N", "100000"))
    print(f"bench: {n} open questions, {os.cpu_count()} processors", flush=True)
    with tempfile.TemporaryDirectory(prefix="regie-bench-") as folder:
        databases = Databases(Path(folder))
        try:
            for name in chosen:
                if find_spec(f"bench.{name}"):
                    import_module(f"bench.{name}").run(databases, n)
        finally:
            databases.close()


if __name__ == "__main__":
    main()
