"""What happened to questions between asking and answer: equal to brute force, and each leads to its questions."""

from datetime import date

from app.domain.statistics import Happening, Selection
from app.store.base import Db
from app.store.figures.on_the_way import Happened, happened, questions_with
from tests.support.counting import is_in
from tests.support.registers import LAST, History, a_random_register

ACTS = {Happening.TRANSFERRED: "doorgeleiden", Happening.DISPUTED: "afwijzen", Happening.OBJECTED: "bezwaar-maken"}


def times(one: History, what: Happening, on: date) -> int:
    """How often it happened to one question, from its history."""
    if what is Happening.POSTPONED:
        struck = {entry["voids"] for entry in one.entries}
        kept = [entry for entry in one.entries if entry["sequence"] not in struck and entry["effective_on"] <= on]
        return sum(entry["kind"] == "uitgesteld" for entry in kept)
    return sum(event["act"] == ACTS[what] and event["on"] <= on for event in one.events)


def test_what_happened_on_the_way_equals_brute_force(db: Db) -> None:
    histories = a_random_register(db, 800)
    for chosen in (
        Selection(LAST),
        Selection(date(2026, 3, 1), date(2025, 6, 1), owner_id=histories[0].owner_id),
        Selection(date(2026, 6, 30), dossier_id=histories[0].dossier_id),
    ):
        selected = [one for one in histories if is_in(one, chosen)]
        with db.reading() as session:
            found = happened(session, chosen)
            for what in Happening:
                by_hand = {one.id: times(one, what, chosen.as_of) for one in selected}
                touched = sorted((number for number, n in by_hand.items() if n), reverse=True)
                assert found[what] == Happened(sum(by_hand.values()), len(touched))
                assert questions_with(session, chosen, what) == touched
    assert found[Happening.TRANSFERRED].times > 0
