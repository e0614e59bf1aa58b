"""Ministries named in a text, and what a letter says about itself."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.mentions import LetterFacts, letter_facts, mentioned, mentions
from app.domain.ministries import MinistryName

ENDED = date(2026, 2, 22)
MINISTRIES = [
    MinistryName(1, "AZ", "AZ", "ministerie van Algemene Zaken"),
    MinistryName(2, "BZK", "BZK", "ministerie van Binnenlandse Zaken en Koninkrijksrelaties", aliases=("MinBZK",)),
    MinistryName(3, "JENV", "JenV", "ministerie van Justitie en Veiligheid", aliases=("J&V", "J en V")),
    MinistryName(4, "FIN", "Fin", "ministerie van Financiën"),
    MinistryName(5, "EZK", "EZK", "ministerie van Economische Zaken en Klimaat", date(2026, 2, 23), aliases=("EZ",)),
    MinistryName(6, "EZ", "EZ", "ministerie van Economische Zaken", date(2024, 7, 2), ENDED, 5),
    MinistryName(7, "AENM", "AenM", "ministerie van Asiel en Migratie", date(2024, 7, 2), ENDED, 3, ("A&M",)),
    MinistryName(8, "OUD", "Oud", "ministerie van Oude Zaken", None, date(2000, 1, 1)),
]


@pytest.mark.parametrize(
    ("text", "on", "codes"),
    [
        ("de ministeries van A&M en BZK", date(2025, 11, 3), ["AENM", "BZK"]),
        ("de ministeries van A & M en BZK", date(2026, 11, 3), ["JENV", "BZK"]),
        ("het Ministerie van justitie en\n veiligheid, en J&V", date(2026, 11, 3), ["JENV"]),
        ("Economische Zaken en Klimaat (EZK)", date(2026, 11, 3), ["EZK"]),
        ("de minister van Economische Zaken", date(2025, 11, 3), ["EZ"]),
        ("EZ betaalt", date(2026, 11, 3), ["EZK"]),
        ("het definitieve plan van de financiële man in Azië", date(2026, 11, 3), []),
        ("de Oud-minister en AZ-medewerkers", date(2026, 11, 3), ["AZ"]),
        ("", date(2026, 11, 3), []),
    ],
)
def test_a_text_names_ministries(text: str, on: date, codes: list[str]) -> None:
    assert [one.code for one in mentioned(text, on, MINISTRIES)] == codes


def test_a_mention_tells_how_the_text_writes_it_and_whether_that_ministry_had_ended() -> None:
    found = mentions("A &  M, het ministerie van Algemene Zaken en J en V", date(2026, 11, 3), MINISTRIES)
    assert [(one.ministry.code, one.written, one.ended) for one in found] == [
        ("JENV", "A & M", True),
        ("AZ", "Algemene Zaken", False),
    ]


@given(st.text(max_size=200), st.lists(st.sampled_from(MINISTRIES[:5]), max_size=4))
def test_each_is_found_once_wherever_it_stands(noise: str, named: list[MinistryName]) -> None:
    plain = "".join(sign for sign in noise if not sign.isalnum())
    text = f" {plain} ".join(["", *(one.display for one in named), ""])
    found = mentioned(text, date(2026, 11, 3), MINISTRIES)
    assert [one.id for one in found] == list(dict.fromkeys(one.id for one in named))


LETTER = """Ministerie van Justitie en Veiligheid
t.a.v. de minister
Postbus 20301

Datum: 3 november 2026
Ons kenmerk: TIB/U202600118
Betreft: Opvang na 4 maart 2027

Geachte minister,

Op 1 oktober 2026 schreef BZK ons. Onderwerp: iets anders.
"""


def test_a_letter_says_what_it_is() -> None:
    assert letter_facts(LETTER, date(2026, 11, 23), MINISTRIES) == LetterFacts(
        subject="Opvang na 4 maart 2027",
        reference="TIB/U202600118",
        letter_date=date(2026, 11, 3),
        addressee=MINISTRIES[2],
        attention="de minister",
    )


def test_one_line_above_the_salutation_is_the_subject() -> None:
    letter = "Coördinatie en samenhang\n\nGeachte heer,\n\nMet deze brief vragen wij iets."
    assert letter_facts(letter, date(2026, 11, 23), MINISTRIES).subject == "Coördinatie en samenhang"
    assert letter_facts("Coördinatie en samenhang", date(2026, 11, 23), MINISTRIES).subject == ""


def test_what_a_letter_does_not_say_stays_empty() -> None:
    assert letter_facts("Wij vragen u om 31 februari 2026.", date(2026, 11, 23), MINISTRIES) == LetterFacts()


@given(st.text(max_size=500))
def test_any_text_can_be_read(text: str) -> None:
    facts = letter_facts(text, date(2026, 11, 23), MINISTRIES)
    assert facts.letter_date is None or facts.letter_date <= date(2026, 11, 23)
