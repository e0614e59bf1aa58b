"""The audit chain: what an entry's hash covers."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.audit import GENESIS, detail_text, link, rows_hash
from app.domain.calendar import AMSTERDAM
from app.domain.canonical import length_prefixed

AT = datetime(2026, 11, 23, 6, 0, 0, 1, tzinfo=UTC)
ENTRY = (GENESIS, 1, AT, "sessie:12", "verzenden", "brief:4", '{"datum":"2026-11-23"}')


def test_the_hash_of_an_entry_is_the_same_for_ever() -> None:
    assert link(*ENTRY) == "81b1207bf807312e22e9886de3d11d3f27e0b8940883bf26aa04bce83b7441bc"


@pytest.mark.parametrize(
    ("place", "other"),
    [
        (0, "1" + GENESIS[1:]),
        (1, 2),
        (2, AT + timedelta(microseconds=1)),
        (3, "sessie:13"),
        (4, "verzende"),
        (5, "brief:5"),
        (6, '{"datum": "2026-11-23"}'),
    ],
)
def test_any_change_to_an_entry_changes_its_hash(place: int, other: object) -> None:
    changed = [*ENTRY]
    changed[place] = other
    assert link(*changed) != link(*ENTRY)


def test_text_can_not_slip_from_one_field_into_the_next() -> None:
    slipped = (*ENTRY[:3], "sessie:12v", "erzenden", *ENTRY[5:])
    assert link(*slipped) != link(*ENTRY)
    assert length_prefixed("a", "bc") != length_prefixed("ab", "c") != length_prefixed("abc")


def test_one_moment_gives_one_hash_in_whatever_zone_it_is_told() -> None:
    assert link(*ENTRY[:2], AT.astimezone(AMSTERDAM), *ENTRY[3:]) == link(*ENTRY)
    with pytest.raises(ValueError, match="aware"):
        link(*ENTRY[:2], AT.replace(tzinfo=None), *ENTRY[3:])


def test_a_chain_built_again_after_a_change_ends_otherwise() -> None:
    def head(acts: list[str]) -> str:
        last = GENESIS
        for sequence, act in enumerate(acts, 1):
            last = link(last, sequence, AT, "taak", act, "vraag:1", "{}")
        return last

    acts = ["verzenden", "aanvaarden", "indienen", "oordelen-concreet"]
    others = [acts[:-1], acts[1:], [*acts, "heropenen"], [acts[1], acts[0], *acts[2:]]]
    assert len({head(acts), *map(head, others)}) == 5


def test_detail_has_one_spelling() -> None:
    assert detail_text({"reden": "geen", "aan": AT.date()}) == '{"aan":"2026-11-23","reden":"geen"}'
    assert detail_text({"b": "é", "a": 1}) == detail_text({"a": 1, "b": "é"})


def test_the_rows_of_a_run_are_counted_and_hashed_in_order() -> None:
    assert rows_hash([(1, "x"), (2, "y")])[0] == 2
    hashes = {
        rows_hash(rows)[1] for rows in ([], [(1, "x")], [(1, "x"), (2, "y")], [(2, "y"), (1, "x")], [(1,), ("x",)])
    }
    assert len(hashes) == 5
