"""The page of the ladder: its rungs and pauses, and what the sweep of a day would do."""

import httpx
import pytest
import sqlalchemy as sa

from app.domain.escalation import DEFAULT_LADDER, Reader
from app.store.base import Db
from app.store.ladder.escalation import Escalation, Pause, load_ladder
from tests.support.builders import a_question, a_register
from tests.support.live import Live
from tests.support.visits import send, sign_in

ADMIN = "beheer@vng.example"
HOME = "/beheer/escalatieladder"


@pytest.fixture
def admin(live: Live, client: httpx.Client) -> httpx.Client:
    a_register(live.db)
    return sign_in(client, live, ADMIN)


def as_posted(**others: object) -> dict[str, str | list[str]]:
    """The ladder as the form sends it, with an empty row for a new rung."""
    fields: dict[str, str | list[str]] = {"edition": "1", "rows": "6", "days-5": "", "side-5": "na"}
    fields |= {"opens": "7", "closes": "19"}
    for place, rung in enumerate(DEFAULT_LADDER):
        fields |= {
            f"was-{place}": str(rung.number),
            f"days-{place}": str(abs(rung.working_days)),
            f"side-{place}": "voor" if rung.working_days < 0 else "na",
            f"readers-{place}": [str(reader) for reader in rung.readers],
        }
    return fields | {name.replace("_", "-"): value for name, value in others.items()}  # type: ignore[dict-item]


def days(db: Db) -> list[int]:
    with db.reading() as s:
        return [rung.working_days for rung in load_ladder(s)]


def test_a_rung_is_added_and_another_taken_away(live: Live, admin: httpx.Client) -> None:
    new = as_posted(
        days_5="15", readers_5=["contactpersoon", "coordinator", "bureau-sg", "az", "secretariaat"], gone_0="ja"
    )
    assert send(admin, f"{HOME}/wijzigen", new).status_code == 303
    assert days(live.db) == [1, 5, 10, 15, 20]
    assert "15 werkdagen na de uiterste antwoorddatum" in admin.get(HOME).text


def test_texts_and_hours_are_changed_on_the_form_and_shown(live: Live, admin: httpx.Client) -> None:
    new = as_posted(nl_1="Bel ons.", en_1="Call us.", opens="8", closes="24")
    assert send(admin, f"{HOME}/wijzigen", new).status_code == 303
    shown = admin.get(HOME).text
    assert '<q lang="nl">Bel ons.</q>' in shown
    assert '<q lang="en">Call us.</q>' in shown
    assert "tussen 08:00 en 24:00 uur" in shown
    form = admin.get(f"{HOME}/wijzigen").text
    assert "Bel ons.</textarea>" in form
    assert 'name="closes" type="text" value="24"' in form


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"days_2": "1"}, "vallen op dezelfde dag"),
        ({"days_5": "", **{f"gone_{n}": "ja" for n in range(5)}}, "ten minste één trede"),
        ({"days_2": "vijf"}, "Vul in hoeveel werkdagen"),
        ({"edition": "7"}, "wijzigde de ladder intussen"),
        ({"nl_0": "a" * 301}, "Deze tekst is 301 tekens lang"),
        ({"en_5": "Call us.", "days_5": ""}, "Vul in hoeveel werkdagen"),
        ({"opens": "20"}, "Kies een later einde"),
        ({"closes": "laat"}, "Vul hier een getal in"),
        ({"days_5": "12", "readers_5": []}, "Kies wie bericht krijgt bij trede 5"),
    ],
)
def test_what_is_no_ladder_is_told_and_what_was_typed_stays(
    live: Live, admin: httpx.Client, wrong: dict[str, str], told: str
) -> None:
    answer = send(admin, f"{HOME}/wijzigen", as_posted(**{"days_5": "33", "readers_5": list(Reader), **wrong}))
    assert answer.status_code in {400, 409}
    assert told in answer.text
    assert f'value="{wrong.get("days_5", "33")}"' in answer.text
    assert all(typed in answer.text for name, typed in wrong.items() if name in {"nl_0", "en_5", "opens", "closes"})
    assert days(live.db) == [rung.working_days for rung in DEFAULT_LADDER]


def pause(**others: str) -> dict[str, str]:
    typed = {"ministry": "", "reason": "kerstreces"}
    for name, day in (("from", "21"), ("until", "24")):
        typed |= {f"{name}-dag": day, f"{name}-maand": "12", f"{name}-jaar": "2026"}
    return typed | {name.replace("_", "-"): value for name, value in others.items()}


def test_a_pause_comes_and_goes(live: Live, admin: httpx.Client) -> None:
    assert send(admin, f"{HOME}/pauzes", pause(), page=HOME).status_code == 303
    shown = admin.get(HOME).text
    assert "kerstreces" in shown
    assert "alle ministeries" in shown
    with live.db.reading() as s:
        pause_id = s.scalars(sa.select(Pause.id)).one()
    assert send(admin, f"{HOME}/pauzes/{pause_id}/verwijdering", page=HOME).status_code == 303
    assert "Er zijn geen pauzes" in admin.get(HOME).text


def test_a_pause_that_ends_before_it_starts_is_refused_and_stays_typed(admin: httpx.Client) -> None:
    answer = send(admin, f"{HOME}/pauzes", pause(until_dag="20", reason="gekke pauze"), page=HOME)
    assert answer.status_code == 400
    assert "eindigt op zo 20 december 2026, vóór zij begint op ma 21 december 2026" in answer.text
    assert "gekke pauze" in answer.text


def test_the_preview_tells_of_any_day_and_writes_nothing(live: Live, admin: httpx.Client) -> None:
    with live.db.writing() as s:
        a_question(s)
    shown = admin.get(f"{HOME}/vooruitblik?dag-dag=9&dag-maand=11&dag-jaar=2026").text
    assert "1 vraag naar trede 4" in shown
    assert "5 lezers krijgen daarover een mail" in shown
    assert "Wanneer komt er duidelijkheid?" in shown
    assert admin.get(f"{HOME}/vooruitblik?dag-dag=31&dag-maand=2&dag-jaar=2026").status_code == 400
    with live.db.reading() as s:
        assert s.execute(sa.select(sa.func.count()).select_from(Escalation)).scalar_one() == 0
