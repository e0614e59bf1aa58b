from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actors import COMMAND
from app.domain.errors import Invalid
from app.domain.escalation import DEFAULT_LADDER, check_ladder
from app.domain.ministries import resolve
from app.domain.permissions import Role
from app.domain.terms import TermKind, Unit
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.ladder.escalation import load_ladder
from app.store.ministries import Dossier, Ministry, MinistryAlias, ministry_names
from app.store.people import Person, roles_of
from app.store.terms import DefaultTerm, EquatedDay, default_term, load_calendar
from app.usecases import reference
from tests.support.builders import a_register
from tests.support.clock import NOW

TODAY = NOW.date()


@pytest.fixture
def loaded(db: Db) -> Db:
    with db.writing() as s:
        reference.load(s, COMMAND, NOW)
    return db


def test_there_are_twelve_ministries_today_and_four_that_ended(loaded: Db) -> None:
    with loaded.reading() as s:
        names = ministry_names(s)
    assert sorted(one.code for one in names if one.is_valid(TODAY)) == [
        *("AZ", "BZ", "BZK", "DEF", "EZK", "FIN", "IENW", "JENV", "LVVN", "OCW", "SZW", "VWS")
    ]
    ended = {one.code: one.valid_until for one in names if not one.is_valid(TODAY)}
    assert ended == dict.fromkeys(("AENM", "VRO", "KGG", "EZ"), date(2026, 2, 22))


@pytest.mark.parametrize(
    ("written", "on", "code"),
    [
        ("A&M", date(2025, 10, 1), "AENM"),
        ("J&V", date(2025, 10, 1), "JENV"),
        ("EZ", date(2025, 10, 1), "EZ"),
        ("EZ", date(2026, 10, 1), "EZK"),
        ("I en W", date(2026, 10, 1), "IENW"),
        ("Def", date(2026, 10, 1), "DEF"),
    ],
)
def test_a_ministry_is_read_by_what_letters_called_it_then(loaded: Db, written: str, on: date, code: str) -> None:
    with loaded.reading() as s:
        assert resolve(written, on, ministry_names(s)).code == code


def test_who_took_over_is_on_record(loaded: Db) -> None:
    with loaded.reading() as s:
        codes = {one.id: one.code for one in s.scalars(sa.select(Ministry))}
        followed = s.scalars(sa.select(Ministry).where(Ministry.successor_id.is_not(None))).all()
    assert {one.code: codes[one.successor_id or 0] for one in followed} == {
        "AENM": "JENV",
        "VRO": "BZK",
        "KGG": "EZK",
        "EZ": "EZK",
    }


def test_days_terms_and_ladder_are_those_of_the_law_and_the_norm(loaded: Db) -> None:
    with loaded.reading() as s:
        assert not load_calendar(s).is_working(date(2026, 5, 15))
        assert load_calendar(s).last_equated_year == 2028
        term = default_term(s)
        assert (term.kind, term.length, term.unit) == (TermKind.NORM, 3, Unit.WEEKS)
        assert load_ladder(s) == DEFAULT_LADDER
        check_ladder(load_ladder(s))
        assert "asiel-en-migratie" in s.scalars(sa.select(Dossier.slug)).all()


def test_a_second_time_adds_nothing_and_leaves_no_trace(loaded: Db) -> None:
    with loaded.writing() as s:
        assert not reference.load(s, COMMAND, NOW).anything
        assert s.scalars(sa.select(AuditEntry.act)).all() == ["gegevens-laden"]


def test_what_an_administrator_changed_stays(loaded: Db) -> None:
    with loaded.writing() as s:
        s.execute(sa.update(Ministry).where(Ministry.code == "BZK").values(name="ministerie van Binnenlandse Zaken"))
        s.execute(sa.delete(MinistryAlias).where(MinistryAlias.alias == "VenJ"))
        s.execute(sa.delete(DefaultTerm).where(DefaultTerm.kind == TermKind.STATUTORY))
        s.execute(sa.delete(Dossier).where(Dossier.slug == "veiligheid"))
        s.execute(sa.update(EquatedDay).where(EquatedDay.day == date(2026, 5, 15)).values(basis="Stb. 2025, 1"))
    with loaded.writing() as s:
        reference.load(s, COMMAND, NOW)
        assert (
            s.scalars(sa.select(Ministry.name).where(Ministry.code == "BZK")).one()
            == "ministerie van Binnenlandse Zaken"
        )
        assert s.scalars(sa.select(MinistryAlias).where(MinistryAlias.alias == "VenJ")).all() == []
        assert len(s.scalars(sa.select(DefaultTerm)).all()) == 1
        assert s.scalars(sa.select(Dossier).where(Dossier.slug == "veiligheid")).all() == []
        assert s.get_one(EquatedDay, date(2026, 5, 15)).basis == "Stb. 2025, 1"


def test_a_day_that_is_missing_is_added(loaded: Db) -> None:
    with loaded.writing() as s:
        s.execute(sa.delete(EquatedDay).where(EquatedDay.day == date(2028, 5, 26)))
        assert reference.load(s, COMMAND, NOW).equated_days == 1


def test_the_first_administrator_is_made_once(loaded: Db) -> None:
    with loaded.writing() as s:
        assert reference.setup(s, COMMAND, " Beheer@VNG.example ", NOW)
        assert not reference.setup(s, COMMAND, "beheer@vng.example", NOW)
        person = s.scalars(sa.select(Person)).one()
        assert (person.email, roles_of(s, person.id)) == ("beheer@vng.example", {Role.ADMIN})


def test_an_administrator_who_had_left_comes_back(loaded: Db) -> None:
    with loaded.writing() as s:
        reference.setup(s, COMMAND, "beheer@vng.example", NOW)
        s.execute(sa.update(Person).values(ended_at=NOW))
    with loaded.writing() as s:
        assert reference.setup(s, COMMAND, "beheer@vng.example", NOW)
        assert s.scalars(sa.select(Person.ended_at)).one() is None


def test_somebody_at_a_ministry_is_no_administrator(db: Db) -> None:
    a_register(db)
    with db.writing() as s, pytest.raises(Invalid, match="ministerie") as refusal:
        reference.setup(s, COMMAND, "contact@jenv.example", NOW)
    assert refusal.value.code == "mixed-roles"


def test_what_is_no_address_is_refused(db: Db) -> None:
    with db.writing() as s, pytest.raises(Invalid) as refusal:
        reference.setup(s, COMMAND, "beheer", NOW)
    assert refusal.value.code == "bad-email"
