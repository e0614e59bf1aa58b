"""What the log looks like: one line per event, `name=value`, so that a machine finds who did what to which and when.

    at=2026-11-23T09:00:00.123Z level=info event=request who=sessie:12 what="POST /vragen/{question_id}" …

Values that hold more than a word stand in quotes, written as JSON: nothing that somebody typed makes a line of its own.
What has no facts is `event=message`. Tracebacks follow their line, each of their lines behind a bar.
"""

import json
import logging
import re
import socket
from datetime import UTC, datetime

HERE = socket.gethostname()[:40]
_PLAIN = re.compile(r"[A-Za-z0-9_.:/@+…-]+")
_LINK = re.compile(r"(/(?:a|uitnodiging)/)[^/?\s\"\\]+")


class Line(logging.Formatter):
    """Writes a record: the mapping that was logged as its argument `facts`, else its message."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback where there is one; answer links are masked, wherever they come from."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        facts = {"at": at, "level": record.levelname.lower()}
        told = getattr(record, "facts", None) or {
            "event": "message",
            "logger": record.name,
            "message": record.getMessage(),
        }
        facts |= told
        facts.setdefault("from", f"{HERE}:{record.process}")
        line = " ".join(f"{name}={_written(value)}" for name, value in facts.items())
        if record.exc_info:
            line += "".join(f"\n  | {one}" for one in self.formatException(record.exc_info).splitlines())
        return _LINK.sub(r"\1…", line)


def set_up() -> None:
    """Send all that is logged to the error output, in lines like these."""
    handler = logging.StreamHandler()
    handler.setFormatter(Line())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for chatty in ("alembic", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _written(value: object) -> str:
    text = "-" if value in {None, ""} else str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
