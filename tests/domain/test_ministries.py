"""Which ministry a letter means, with the ministries as they were and are."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.domain.errors import Invalid
from app.domain.ministries import MinistryName, handovers, resolve, succession, successor_on

SOURCE = Path(__file__).parents[2] / "app/store/reference/ministries.csv"
ROWS = list(csv.DictReader(SOURCE.read_text("utf-8").splitlines()))
IDS = {row["code"]: number for number, row in enumerate(ROWS, 1)}
MINISTRIES = [
    MinistryName(
        id=IDS[row["code"]],
        code=row["code"],
        display=row["display"],
        name=row["name"],
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
        successor_id=IDS.get(row["successor"]),
        aliases=tuple(filter(None, row["aliases"].split(";"))),
    )
    for row in ROWS
]
BY_CODE = {ministry.code: ministry for ministry in MINISTRIES}
BEFORE, LAST_DAY, FIRST_DAY, AFTER = date(2025, 10, 2), date(2026, 2, 22), date(2026, 2, 23), date(2026, 11, 23)


def a_ministry(number: int, successor: int | None, until: date | None = LAST_DAY) -> MinistryName:
    return MinistryName(number, f"M{number}", f"M{number}", f"ministerie {number}", None, until, successor)


@pytest.mark.parametrize(
    ("text", "on", "code"),
    [
        ("JENV", AFTER, "JENV"),
        ("jenv", AFTER, "JENV"),
        ("J&V", AFTER, "JENV"),
        ("J & V", AFTER, "JENV"),
        ("j en v", AFTER, "JENV"),
        ("VenJ", AFTER, "JENV"),
        ("Justitie en Veiligheid", AFTER, "JENV"),
        ("ministerie van Justitie & Veiligheid", AFTER, "JENV"),
        ("  Het Ministerie  van  Justitie en Veiligheid ", AFTER, "JENV"),
        ("min. van Financien", AFTER, "FIN"),
        ("Ministerie VWS", AFTER, "VWS"),
        ("Landbouw, Visserij, Voedselzekerheid en Natuur", AFTER, "LVVN"),
        ("MinBZK", AFTER, "BZK"),
        ("Def", AFTER, "DEF"),
        ("I&W", AFTER, "IENW"),
        ("IenW", AFTER, "IENW"),
        ("A&M", BEFORE, "AENM"),
        ("A&M", LAST_DAY, "AENM"),
        ("Asiel en Migratie", BEFORE, "AENM"),
        ("EZ", LAST_DAY, "EZ"),  # the code of a ministry that still was
        ("EZ", FIRST_DAY, "EZK"),  # an alias of the one that came after it
        ("Economische Zaken", BEFORE, "EZ"),
        ("EZK", FIRST_DAY, "EZK"),
    ],
)
def test_a_name_is_read_among_the_ministries_of_the_letters_date(text: str, on: date, code: str) -> None:
    assert resolve(text, on, MINISTRIES).code == code


def test_every_name_of_a_ministry_leads_to_it_while_it_exists() -> None:
    for ministry in MINISTRIES:
        on = ministry.valid_until or AFTER
        for text in (ministry.code, ministry.display, ministry.name, *ministry.aliases):
            assert resolve(text, on, MINISTRIES) == ministry, text


def test_a_code_comes_before_an_alias_whatever_the_order() -> None:
    other = MinistryName(99, "OTHER", "Other", "ministerie van Iets", aliases=("AZ",))
    for ministries in ([other, *MINISTRIES], [*MINISTRIES, other]):
        assert resolve("AZ", AFTER, ministries) == BY_CODE["AZ"]


@pytest.mark.parametrize(
    ("text", "successor"), [("A&M", "JENV"), ("VRO", "BZK"), ("KGG", "EZK"), ("Asiel en Migratie", "JENV")]
)
def test_an_ended_ministry_is_refused_with_its_successor_offered(text: str, successor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        resolve(text, FIRST_DAY, MINISTRIES)
    assert refusal.value.code == "ended-ministry"
    assert refusal.value.facts["successor"] == successor
    assert refusal.value.facts["ended_on"] == LAST_DAY
    assert BY_CODE[successor].name in str(refusal.value)


def test_an_ended_ministry_without_successor_is_refused_without_an_offer() -> None:
    with pytest.raises(Invalid, match="heeft overgenomen") as refusal:
        resolve("M1", AFTER, [a_ministry(1, None)])
    assert refusal.value.code == "ended-ministry"
    assert "successor" not in refusal.value.facts


@pytest.mark.parametrize("text", ["", "  ", "&", "ministerie van", "XYZ", "VNG", "E", "x" * 5000])
def test_an_unknown_name_is_refused_with_the_name_as_typed(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        resolve(text, AFTER, MINISTRIES)
    assert refusal.value.code == "unknown-ministry"
    assert len(str(refusal.value)) < 200


def test_a_ministry_that_did_not_exist_yet_is_refused_with_its_first_day() -> None:
    with pytest.raises(Invalid, match="bestaat pas vanaf 2026-02-23") as refusal:
        resolve("EZK", BEFORE, MINISTRIES)
    assert refusal.value.code == "unknown-ministry"


def test_the_work_goes_to_the_successor_on_the_day_after_the_last() -> None:
    assert successor_on(BY_CODE["AENM"], LAST_DAY, MINISTRIES) == BY_CODE["AENM"]
    assert successor_on(BY_CODE["AENM"], FIRST_DAY, MINISTRIES) == BY_CODE["JENV"]
    assert successor_on(BY_CODE["AZ"], AFTER, MINISTRIES) == BY_CODE["AZ"]


def test_a_chain_of_successors_is_followed_to_the_one_that_exists() -> None:
    chain = [a_ministry(1, 2), a_ministry(2, 3, date(2026, 6, 30)), a_ministry(3, None, None)]
    assert successor_on(chain[0], FIRST_DAY, chain).code == "M2"
    assert successor_on(chain[0], AFTER, chain).code == "M3"
    with pytest.raises(Invalid) as refusal:
        resolve("M1", AFTER, chain)
    assert refusal.value.facts["successor"] == "M3"


def test_a_chain_that_breaks_off_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        successor_on(a_ministry(1, None), AFTER, [a_ministry(1, None)])
    assert refusal.value.code == "no-successor"


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_loop_of_successors_is_refused(length: int) -> None:
    loop = [a_ministry(number, number % length + 1) for number in range(1, length + 1)]
    for act in (
        lambda: successor_on(loop[0], AFTER, loop),
        lambda: resolve("M1", AFTER, loop),
        lambda: list(succession(loop[0], loop)),
    ):
        with pytest.raises(Invalid) as refusal:
            act()
        assert refusal.value.code == "succession-loop"


def test_a_dossier_can_have_a_successor_of_its_own() -> None:
    split = replace(a_ministry(1, 2), by_dossier=((7, 3),))
    known = [split, a_ministry(2, None, None), a_ministry(3, None, None)]
    assert successor_on(split, AFTER, known).code == "M2"
    assert successor_on(split, AFTER, known, 6).code == "M2"
    assert successor_on(split, AFTER, known, 7).code == "M3"


def test_a_loop_in_one_dossier_is_refused_in_that_one_only() -> None:
    known = [replace(a_ministry(1, 3), by_dossier=((7, 2),)), a_ministry(2, 1), a_ministry(3, None, None)]
    assert successor_on(known[0], AFTER, known).code == "M3"
    with pytest.raises(Invalid) as refusal:
        successor_on(known[0], AFTER, known, 7)
    assert refusal.value.code == "succession-loop"


def test_the_steps_of_a_chain_stand_on_the_days_after_each_last_day() -> None:
    later = date(2026, 6, 30)
    chain = [a_ministry(1, 2), a_ministry(2, 3, later), a_ministry(3, None, None)]
    steps = handovers(chain[0], AFTER, chain)
    assert [(one.giver.code, one.taker.code, one.on) for one in steps] == [
        ("M1", "M2", FIRST_DAY),
        ("M2", "M3", date(2026, 7, 1)),
    ]
    assert [one.taker.code for one in handovers(chain[0], FIRST_DAY, chain)] == ["M2"]
    assert handovers(chain[2], AFTER, chain) == []


def test_a_successor_that_had_ended_before_is_passed_over() -> None:
    chain = [a_ministry(1, 2), a_ministry(2, 3, date(2025, 1, 1)), a_ministry(3, None, None)]
    steps = handovers(chain[0], AFTER, chain)
    assert [(one.giver.code, one.taker.code, one.on) for one in steps] == [("M1", "M3", FIRST_DAY)]
