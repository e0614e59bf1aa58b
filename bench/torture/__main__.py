"""Run the torture: `python -m bench.torture [MINUTES]`; exit 1 when something didn't hold."""

import sys
import tempfile
import time
from pathlib import Path

from bench.torture.report import run

if __name__ == "__main__":
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 5
    began = time.monotonic()
    # High up and short: names of sockets are.
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        findings = run(Path(folder), minutes)
    wrong = [one for one in findings if not one.holds]
    print(f"{len(findings) - len(wrong)} of {len(findings)} hold, in {time.monotonic() - began:.0f} s", flush=True)
    sys.exit(bool(wrong))
