"""The scanner's own words, spoken to a real clamd, and to one that is away or says something else."""

import socket
import threading
from pathlib import Path

import pytest

from app.store import scanner
from tests.support import samples
from tests.support.clamav import EICAR, FOUND, Clamd


def written(folder: Path, content: bytes) -> Path:
    path = folder / "bestand"
    path.write_bytes(content)
    return path


def test_clamd_tells_a_virus_from_a_letter(clamd: Clamd, tmp_path: Path) -> None:
    assert scanner.look(clamd.address, written(tmp_path, EICAR)) == FOUND
    assert scanner.look(clamd.address, written(tmp_path, samples.PDF)) == ""
    hidden = samples.packed({**samples.DOCX_MEMBERS, "word/media/beeld.png": EICAR})
    assert scanner.look(clamd.address, written(tmp_path, hidden)) == FOUND, "inside an archive too"


def test_a_file_as_large_as_we_take_goes_over_whole(clamd: Clamd, tmp_path: Path) -> None:
    assert scanner.look(clamd.address, written(tmp_path, samples.PDF + bytes(25 * 1024 * 1024))) == ""


def test_a_file_above_clamds_own_limit_counts_as_not_looked_at(clamd: Clamd, tmp_path: Path) -> None:
    with pytest.raises(scanner.ScannerAway, match="INSTREAM size limit exceeded"):
        scanner.look(clamd.address, written(tmp_path, bytes(40 * 1024 * 1024)))


def test_nobody_there_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, b"x")
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    for address in (str(tmp_path / "geen.ctl"), f"127.0.0.1:{port}", "127.0.0.1:0"):
        with pytest.raises(scanner.ScannerAway):
            scanner.look(address, path)


@pytest.mark.parametrize(
    ("reply", "clean"),
    [
        (b"stream: OK\0", True),
        (b"stream: OK FOUND\0", False),
        (b"stream: Oeps ERROR\0", False),
        (b"stream: OK\nstream: X FOUND\0", False),
        (b"", False),
        (b"x" * 10_000, False),
    ],
)
def test_only_its_own_ok_is_a_clean_file(tmp_path: Path, reply: bytes, clean: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_answer, args=(listening, reply), daemon=True).start()
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        try:
            said = scanner.look(address, written(tmp_path, b"brief"))
        except scanner.ScannerAway:
            said = "away"
    assert (said == "") == clean


def _answer(listening: socket.socket, reply: bytes) -> None:
    line, _ = listening.accept()
    with line:
        taken = b""
        while not taken.endswith(b"brief\0\0\0\0"):
            taken += line.recv(4096)
        line.sendall(reply)
