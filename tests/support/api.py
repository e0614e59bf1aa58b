"""What tests of the API send, and what they expect of every problem."""

from typing import Any

import httpx


def a_letter(*questions: dict[str, Any], **other: Any) -> dict[str, Any]:
    """A letter as a client sends it; one question to JenV where none is given."""
    asked = questions or ({"tekst": "Welk bedrag per opvangplek geldt na 4 maart 2027?", "eigenaar": "JENV"},)
    letter = {"onderwerp": "Opvang", "kenmerk": "VNG/2026/118", "datum": "2026-10-19", "aan": "AZ"}
    return {**letter, "vragen": list(asked), **other}


def assert_problem(answer: httpx.Response, status: int, code: str) -> Any:
    """A problem by RFC 9457, of this status and code; gives its body."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["api-version"] == "1.0.0"
    told = answer.json()
    assert set(told) == {"type", "title", "status", "detail", "code", "fouten"}
    assert told["status"] == status
    assert told["code"] == code, told
    assert told["title"]
    assert told["detail"]
    assert "Traceback" not in answer.text
    return told
