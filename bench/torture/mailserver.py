"""A mail server that keeps what it takes, and commits one fault after another where it is told to."""

import contextlib
import email
import socket
import threading
from collections import Counter
from email.policy import default as modern

NORMAL = {
    "connect": "220 torture.example",
    "EHLO": "250 torture.example",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 go on",
    "dot": "250 taken",
}
CLOSE, SILENCE, AWAY = "close", "silence", "away"
SILENT_SECONDS = 5
FAULTS: dict[str, tuple[str, str]] = {
    "refused": ("connect", AWAY),
    "time-out at connect": ("connect", SILENCE),
    "time-out at EHLO": ("EHLO", SILENCE),
    "time-out at MAIL": ("MAIL", SILENCE),
    "time-out at RCPT": ("RCPT", SILENCE),
    "time-out at DATA": ("DATA", SILENCE),
    "closed after the final dot": ("dot", CLOSE),
    "421": ("MAIL", "421 closing"),
    "450": ("RCPT", "450 greylisted"),
    "451": ("DATA", "451 not now"),
    "452": ("dot", "452 full"),
    "550": ("RCPT", "550 5.1.1 unknown"),
    "554": ("dot", "554 5.7.1 refused"),
    "mixed RCPT": ("RCPT", "550 5.1.1 unknown, for some"),
}


class MailServer:
    """Listens on one port; `taken` counts the messages by Message-ID whose final dot came in, `to` by reader."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.to: dict[str, str] = {}
        self._stage, self._reply = "", ""
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._port: int = self._listening.getsockname()[1]
        self._serve_port()

    @property
    def url(self) -> str:
        """What to set REGIE_SMTP_URL to."""
        return f"smtp://127.0.0.1:{self._port}"

    def commit(self, name: str | None) -> None:
        """From now on commit this fault at each turn; None: be well."""
        stage, reply = FAULTS[name] if name else ("", "")
        if reply == AWAY:
            self.close()
        elif self._reply == AWAY:
            self._listening = socket.create_server(("127.0.0.1", self._port))
            self._serve_port()
        self._stage, self._reply = stage, reply

    def close(self) -> None:
        """Close the port: who calls is refused."""
        # Closing alone leaves a thread in accept(), and with it the port.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve_port(self) -> None:
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        try:
            while True:
                line, _ = listening.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()
        except OSError:
            return

    def _serve(self, line: socket.socket) -> None:
        line.settimeout(60)
        with contextlib.suppress(OSError, ValueError), line, line.makefile("rwb") as file:
            reader, goes_on = "", self._say(file, "connect")
            while goes_on and (command := file.readline()):
                verb = command.split(maxsplit=1)[0].upper().decode()
                if verb == "RCPT":
                    reader = command.decode().partition("<")[2].partition(">")[0]
                goes_on = self._take(file, reader) if verb == "DATA" else self._say(file, verb, reader)

    def _take(self, file, reader: str) -> bool:  # type: ignore[no-untyped-def]  # the socket's file
        if not self._say(file, "DATA"):
            return False
        if self._stage == "DATA":
            return True
        lines = []
        while (line := file.readline()) != b".\r\n":
            if not line:
                return False  # the sender died before its final dot
            lines.append(line)
        message = email.message_from_bytes(b"".join(lines), policy=modern)
        if not (self._stage == "dot" and self._reply[0] in "45"):
            with self._lock:
                self.taken[message["Message-ID"]] += 1
                self.to[message["Message-ID"]] = reader
        return self._say(file, "dot")

    def _say(self, file, stage: str, reader: str = "") -> bool:  # type: ignore[no-untyped-def]
        some = "for some" not in self._reply or reader.startswith(("contact@b", "contact@o", "contact@s"))
        reply = self._reply if stage == self._stage and some else NORMAL.get(stage, "250 OK")
        if reply == SILENCE:
            threading.Event().wait(SILENT_SECONDS)
        if reply in {CLOSE, SILENCE}:
            return False
        file.write(reply.encode() + b"\r\n")
        file.flush()
        return not reply.startswith("421")
