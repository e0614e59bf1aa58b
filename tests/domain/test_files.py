"""Names, kinds and sizes of files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.files import (
    ACCEPT,
    EXTENSIONS,
    LARGEST,
    LONGEST_NAME,
    MEDIA_TYPES,
    FileKind,
    check_size,
    kind_of,
    safe_name,
)

NAMES = [
    ("brief.pdf", "brief.pdf"),
    ("../../etc/passwd.txt", "passwd.txt"),
    ("C:\\Users\\iemand\\Bureaublad\\Brief VNG.docx", "Brief VNG.docx"),
    ("brief\u202efdp.exe.pdf", "brieffdp.exe.pdf"),  # right-to-left override
    ("bri\x00ef\r\n.pdf", "brief.pdf"),
    ("zero\u200bwidth.pdf", "zerowidth.pdf"),
    ("  veel   spaties .pdf ", "veel spaties.pdf"),
    ("wat?:is|dit*.pdf", "wat__is_dit_.pdf"),
    ("cafe\u0301.txt", "caf\u00e9.txt"),
    (".pdf", "document.pdf"),
    ("...", "document"),
    ("", "document"),
    ("/", "document"),
]


@pytest.mark.parametrize(("typed", "shown"), NAMES)
def test_a_name_loses_its_path_and_what_cannot_be_seen(typed: str, shown: str) -> None:
    assert safe_name(typed) == shown


def test_a_long_name_keeps_its_extension() -> None:
    name = safe_name("é" * 400 + ".docx")
    assert name.endswith("é.docx")
    assert LONGEST_NAME - 1 <= len(name.encode()) <= LONGEST_NAME


@given(st.text(max_size=400))
def test_every_name_becomes_a_short_visible_one_that_stays_as_it_is(typed: str) -> None:
    name = safe_name(typed)
    assert 1 <= len(name.encode()) <= LONGEST_NAME
    assert not set(name) & set('/\\<>:"|?*\x00\n\r\u202e')
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("brief.pdf", FileKind.PDF),
        ("BRIEF.PDF", FileKind.PDF),
        ("foto.jpg", FileKind.JPEG),
        ("foto.JPEG", FileKind.JPEG),
        ("mail.eml", FileKind.EML),
    ],
)
def test_the_extension_says_the_kind(name: str, kind: FileKind) -> None:
    assert kind_of(name) is kind


@pytest.mark.parametrize(
    "name", ["beeld.svg", "macro.docm", "pagina.html", "pdf", "brief.pdf.exe", "brief.", "oud.doc"]
)
def test_other_kinds_are_refused_with_what_is_taken(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        kind_of(name)
    assert refused.value.code == "file-type"
    assert "ODT" in str(refused.value)


def test_every_kind_has_a_media_type_and_can_be_chosen() -> None:
    assert set(MEDIA_TYPES) == set(FileKind) == set(EXTENSIONS.values())
    assert ".odt" in ACCEPT.split(",")


@pytest.mark.parametrize(("size", "code"), [(0, "file-empty"), (LARGEST + 1, "file-too-large")])
def test_empty_and_too_large_files_are_refused(size: int, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_size("brief.pdf", size)
    assert refused.value.code == code
    assert "brief.pdf" in str(refused.value)


def test_exactly_25_megabytes_is_taken() -> None:
    check_size("brief.pdf", 25 * 1024 * 1024)
    check_size("brief.pdf", 1)
