"""In which encoding a file is written, and what parts its cells."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.exchange_columns import HEADINGS
from app.domain.exchange_text import LONGEST_LINE, SEPARATORS, Encoding, encoding_of, separator_of


@pytest.mark.parametrize(
    ("lines", "encoding"),
    [
        ([b"reference\n", b"x\n"], Encoding.UTF_8),
        (["reference\n".encode("utf-8-sig"), "Oekraïne\n".encode()], Encoding.UTF_8),
        (["Oekraïne\n".encode()], Encoding.UTF_8),
        (["Oekraïne\n".encode("cp1252"), b"x\n"], Encoding.WINDOWS),
        (["€ 80\n".encode("cp1252")], Encoding.WINDOWS),
    ],
)
def test_the_encoding_shows_in_the_bytes(lines: list[bytes], encoding: Encoding) -> None:
    assert encoding_of(lines) is encoding
    assert b"".join(lines).decode(encoding)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "file-empty"),
        ([b"\n", b" \r\n"], "file-empty"),
        ([b"\xef\xbb\xbf"], "file-empty"),
        (["reference\n".encode("utf-16")], "file-not-csv"),
        ([b"ref\x00erence\n"], "file-not-csv"),
        ([b"x" * LONGEST_LINE], "line-too-long"),
        ([b"\x81\x8d\n"], "unknown-encoding"),
        (["\ufeffreference\n".encode(), "Oekraïne\n".encode("cp1252")], "mixed-encoding"),
    ],
)
def test_what_is_no_such_file_is_refused(lines: list[bytes], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        encoding_of(lines)
    assert refused.value.code == code
    assert "{" not in str(refused.value)


def test_one_line_in_another_encoding_does_not_spoil_the_rest() -> None:
    # Read as windows-1252, every é before the last line would become Ã©.
    lines = ["café\n".encode()] * 1000 + ["café\n".encode("cp1252")]
    with pytest.raises(Invalid) as refused:
        encoding_of(lines)
    assert (refused.value.code, refused.value.facts["number"]) == ("mixed-encoding", 1001)


@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_separator_is_the_one_that_yields_the_columns(separator: str) -> None:
    assert separator_of([separator.join(HEADINGS)]) == separator
    assert separator_of([separator.join(f'"{heading}"' for heading in HEADINGS)]) == separator


@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_separator_shows_below_a_title_too(separator: str) -> None:
    lines = [f"Register, bijgewerkt; nu{separator * 11}", separator.join(HEADINGS)]
    assert separator_of(lines) == separator


@settings(deadline=None)
@given(st.text(max_size=200).filter(lambda text: text.strip() and "\0" not in text))
def test_any_text_in_utf_8_is_seen_as_such(text: str) -> None:
    assert encoding_of([text.encode("utf-8", "ignore") + b"x"]) is Encoding.UTF_8
