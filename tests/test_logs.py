"""The log: one line per event, that a machine can read and that nobody can forge or read secrets from."""

import logging
import shlex

import pytest

from app.logs import Line


def written(message: str = "request", *, facts: dict | None = None, **other: object) -> str:
    record = logging.LogRecord("app.web", logging.INFO, "x.py", 1, message, None, None)
    if facts is not None:
        record.facts = facts
    record.__dict__.update(other)
    return Line().format(record)


def test_a_line_says_when_and_what() -> None:
    line = written(facts={"event": "request", "who": "sessie:12", "what": "GET /vragen", "object": "", "result": 200})
    names = dict(part.split("=", 1) for part in shlex.split(line))
    assert names["at"].endswith("Z")
    assert names.pop("from")
    del names["at"]
    assert names == {
        "level": "info",
        "event": "request",
        "who": "sessie:12",
        "what": "GET /vragen",
        "object": "-",
        "result": "200",
    }


def test_a_message_without_facts_is_a_line_too() -> None:
    assert 'event=message logger=app.web message="the scheduler ticks"' in written("the scheduler ticks")


@pytest.mark.parametrize("typed", ["a\nat=2026 level=info", 'quote" who=sessie:1', "\x1b[2J", "\u2028at=2026", "a=b"])
def test_nothing_that_was_typed_makes_a_line_or_a_name_of_its_own(typed: str) -> None:
    line = written(facts={"event": "mail", "why": typed})
    assert line.isprintable()
    assert len(line.splitlines()) == 1
    assert line.count(" who=") == 0 or '\\" who=' in line


def test_a_traceback_follows_its_line_and_holds_no_link() -> None:
    try:
        raise ValueError("https://regie.example/a/1.answer.geheim\nat=2026 event=request")
    except ValueError as error:
        line = written("job failed", exc_info=(ValueError, error, error.__traceback__))
    first, *others = line.splitlines()
    assert 'message="job failed"' in first
    assert all(one.startswith("  | ") for one in others)
    assert "geheim" not in line
