"""Taking over a register on pages: choose, say which column is which, see what would happen, have it done."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import httpx
import openpyxl
import pytest
import sqlalchemy as sa

from app import taking_over
from app.store.exchange import takeovers
from app.store.letters import Letter
from app.store.questions import Question
from app.store.work_folders import alone
from tests.support.builders import a_register
from tests.support.live import Live
from tests.support.visits import send, sign_in
from tests.support.workbooks import DUTCH, ROWS, a_document, a_workbook

HOME, SECRETARIAT = "/beheer/overnemen", "secretariaat@vng.example"


@pytest.fixture
def desk(live: Live, client: httpx.Client) -> httpx.Client:
    a_register(live.db)
    return sign_in(client, live, SECRETARIAT)


def chosen(desk: httpx.Client, content: bytes, name: str = "register.xlsx") -> str:
    answer = send(desk, HOME, files={"bestand": (name, content)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def typed(headings: Sequence[str] = DUTCH, **others: int) -> dict[str, str]:
    """The form of columns as it stands when nothing is changed in it."""
    places = {
        "reference": 1, "subject": 2, "letter_date": 3, "addressee": 4, "question": 5, "owner": 6, "asked_on": 7,
        "due_on": 8, "answered_on": 9,
    } | others  # fmt: skip
    assert len(headings) == 10
    fields = {f"kolom-{column}": str(place) if place else "" for column, place in places.items()}
    return {**fields, "tabblad": "Brieven", "was-tabblad": "Brieven", "kopregel": "4", "was-kopregel": "4"}


def counts(live: Live) -> tuple[int, int]:
    with live.db.reading() as s:
        return tuple(s.execute(sa.select(sa.func.count()).select_from(one)).scalar_one() for one in (Letter, Question))  # type: ignore[return-value]


@pytest.mark.parametrize("make", [a_workbook, a_document])
def test_an_untidy_list_is_looked_at_checked_and_taken_over(live: Live, desk: httpx.Client, make: Any) -> None:
    here = chosen(desk, make())
    shown = desk.get(here).text
    assert "A: Ons kenmerk" in shown
    assert "Welk bedrag per plek?" in shown
    assert send(desk, f"{here}/controleren", typed(), page=here).status_code == 303
    assert "binnen tien seconden" in desk.get(here).text
    assert taking_over.run(live.app.state.office) == "1 bestanden behandeld"
    shown = desk.get(here).text
    assert "3 vragen in 2 brieven" in shown
    assert "Op 2 regels" in shown
    assert counts(live) == (0, 0)
    assert send(desk, f"{here}/schrijven", page=here).status_code == 303
    taking_over.run(live.app.state.office)
    assert "Overgenomen: 3 vragen in 2 brieven" in desk.get(here).text
    assert counts(live) == (2, 3)
    assert taking_over.run(live.app.state.office) == taking_over.NOTHING_TO_TAKE


def test_what_is_wrong_is_told_per_line_and_nothing_can_be_written(live: Live, desk: httpx.Client) -> None:
    unknown = [*ROWS[2][:5], "Ministerie van Toverij", "2026-09-14", "", "", ""]
    undated = [*ROWS[2][:4], "Wanneer?", "VWS", "gisteren", "", "", ""]
    here = chosen(desk, a_workbook([unknown, undated]))
    send(desk, f"{here}/controleren", typed(), page=here)
    taking_over.run(live.app.state.office)
    shown = desk.get(here).text
    assert "Ministerie van Toverij" in shown
    assert "“gisteren” in kolom Uitgezet op is geen datum" in shown
    assert "Neem" not in shown
    assert send(desk, f"{here}/schrijven", page=here).status_code == 409


def test_columns_that_were_told_apart_once_are_known_the_next_time(live: Live, desk: httpx.Client) -> None:
    headings = [*DUTCH[:5], "Wie is aan zet", *DUTCH[6:]]
    here = chosen(desk, a_workbook(headings=headings))
    assert "Kies een kolom" in send(desk, f"{here}/controleren", typed(owner=0), page=here).text
    send(desk, f"{here}/controleren", typed(), page=here)
    taking_over.run(live.app.state.office)
    send(desk, f"{here}/schrijven", page=here)
    taking_over.run(live.app.state.office)
    assert counts(live) == (2, 3)
    again = chosen(desk, a_workbook(headings=headings))
    assert 'value="6" selected>F: Wie is aan zet' in desk.get(again).text


def test_another_line_of_headings_is_shown_at_once(desk: httpx.Client) -> None:
    here = chosen(desk, a_workbook())
    send(desk, f"{here}/controleren", {**typed(), "kopregel": "5"}, page=here)
    assert "A: VNG/26/1" in desk.get(here).text


def test_what_is_no_register_is_refused_where_it_was_chosen(live: Live, desk: httpx.Client) -> None:
    for content in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), a_workbook()[:3000], b""):
        answer = send(desk, HOME, files={"bestand": ("register.xlsx", content)})
        assert answer.status_code == 400
        assert 'id="bestand-error"' in answer.text
    for name, content, told in (
        ("register.xlsx", b"Dit is een verslag.", "register.xlsx is geen rekenblad, al heet het zo."),
        ("register.csv", b"kenmerk;vraag;eigenaar\r\n", "Onder de koppen van dit bestand staat niets."),
    ):
        answer = send(desk, HOME, files={"bestand": (name, content)})
        assert answer.status_code == 400
        assert told in answer.text
    assert send(desk, HOME).status_code == 400
    assert takeovers.recent(live.settings.takeovers) == []


def test_a_second_file_waits_for_the_first(live: Live, desk: httpx.Client) -> None:
    here = chosen(desk, a_workbook())
    send(desk, f"{here}/controleren", typed(), page=here)
    with alone(live.settings.takeovers) as mine:
        assert mine
        assert taking_over.run(live.app.state.office) == taking_over.NOTHING_TO_TAKE
    assert send(desk, f"{here}/anders", page=HOME).status_code == 409
    assert taking_over.run(live.app.state.office) == "1 bestanden behandeld"


def test_a_full_disk_is_told_and_leaves_nothing(
    live: Live, desk: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = chosen(desk, a_workbook())
    send(desk, f"{here}/controleren", typed(), page=here)

    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(taking_over, "check", full)
        taking_over.run(live.app.state.office)
    assert "De schijf is vol" in desk.get(here).text
    monkeypatch.setattr(takeovers, "begin", full)
    answer = send(desk, HOME, files={"bestand": ("register.xlsx", a_workbook())})
    assert "De schijf is vol" in answer.text
    assert counts(live) == (0, 0)


def test_a_workbook_of_which_another_tab_holds_the_lines_is_shown(desk: httpx.Client) -> None:
    """Where no tab has headings that are known, the first is looked at; the page lets another be chosen."""
    book = openpyxl.Workbook()
    book.active.title = "Toelichting"  # type: ignore[union-attr]
    book.active.append(["Lijst van vragen"])  # type: ignore[union-attr]
    sheet = book.create_sheet("Gegevens")
    for line in (["nr.", "wat", "wie"], ["1", "Welk bedrag geldt er?", "BZK"]):
        sheet.append(line)
    made = BytesIO()
    book.save(made)
    shown = desk.get(chosen(desk, made.getvalue())).text
    assert "Toelichting" in shown
    assert "Gegevens" in shown
