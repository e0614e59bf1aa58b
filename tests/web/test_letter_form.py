"""What is typed into the form of a letter, and what it is read as."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from app.domain.calendar import Calendar
from app.domain.errors import Invalid
from app.domain.ministries import MinistryName
from app.domain.terms import DEFAULT_TERM, Term, TermKind, Unit
from app.web.frame.forms import Posted
from app.web.letters import letter_form
from app.web.letters.folding import WRITTEN_OUT, folded
from app.web.letters.letter_form import TypedLetter, TypedQuestion
from app.web.letters.letter_reading import Facts, day_of, typed_term, understand

TODAY = date(2026, 11, 23)
MINISTRIES = (
    MinistryName(1, "AZ", "AZ", "ministerie van Algemene Zaken"),
    MinistryName(2, "JENV", "JenV", "ministerie van Justitie en Veiligheid", aliases=("J&V",)),
    MinistryName(3, "AENM", "AenM", "ministerie van Asiel en Migratie", date(2024, 7, 2), date(2026, 2, 22), 2),
)
FACTS = Facts(MINISTRIES, {7: 2}, Calendar(equated=frozenset()), DEFAULT_TERM)

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), max_size=20)
days = st.fixed_dictionaries({part: st.sampled_from(["", "1", "31", "x", "2026"]) for part in letter_form.DAY_PARTS})
questions = st.builds(
    TypedQuestion,
    text=texts,
    title=texts,
    kind=texts.filter(bool),
    owner=texts,
    contributors=st.lists(texts, max_size=3).map(tuple),
    contact=texts,
    term_kind=texts,
    term_length=texts,
    term_unit=texts,
    term_day=days,
)
letters = st.builds(
    TypedLetter,
    st.lists(questions, min_size=1, max_size=4).map(tuple),
    *[texts] * 2,
    days,
    texts,
    texts,
    texts.filter(bool),
    texts,
    texts,
    st.lists(st.integers(1, 10**9), max_size=3, unique=True).map(tuple),
    texts,
)


def a_letter(*typed: TypedQuestion, **other: object) -> TypedLetter:
    whole = TypedLetter(
        typed or (a_question(),),
        subject="Samenhang",
        reference="VNG/1",
        day={"dag": "23", "maand": "11", "jaar": "2026"},
        addressee="AZ",
    )
    return replace(whole, **other)  # type: ignore[arg-type]


def a_question(**other: object) -> TypedQuestion:
    by_norm = TypedQuestion("Wanneer komt er duidelijkheid?", owner="JENV", term_kind="norm")
    return replace(by_norm, **{"term_length": "3", "term_unit": "weken", **other})  # type: ignore[arg-type]


def problems(typed: TypedLetter) -> dict[str | None, str]:
    with pytest.raises(Invalid) as refused:
        understand(typed, FACTS, TODAY)
    return {one.field: one.code for one in refused.value.all()}


@given(letters)
def test_nothing_typed_is_lost_on_the_way_to_the_browser_and_back(typed: TypedLetter) -> None:
    posted = Posted(FormData(letter_form.pairs(typed, str)))
    back = letter_form.read(posted, int, DEFAULT_TERM)
    clean = letter_form.read(Posted(FormData(letter_form.pairs(back, str))), int, DEFAULT_TERM)
    assert clean == back
    assert len(back.questions) == len(typed.questions)
    assert back.document_ids == typed.document_ids


@given(letters)
def test_whatever_is_typed_is_read_or_refused_with_a_field_of_the_form(typed: TypedLetter) -> None:
    wrong: tuple[Invalid, ...] = ()
    try:
        understand(typed, FACTS, TODAY)
    except Invalid as refusal:
        wrong = refusal.all()
    assert all(one.field and str(one) for one in wrong)


def test_a_letter_is_read() -> None:
    new = understand(a_letter(), FACTS, TODAY)
    assert (new.subject, new.letter_date, new.questions[0].owner) == ("Samenhang", TODAY, "JENV")
    assert new.questions[0].term == Term(TermKind.NORM, 3, Unit.WEEKS)


def test_all_that_is_wrong_is_told_in_the_order_of_the_form() -> None:
    blank = TypedLetter((a_question(owner="", text="x"), a_question(text="", owner="KGB", contributors=("AENM",))))
    assert list(problems(blank).items()) == [
        ("onderwerp", "missing"),
        ("kenmerk", "missing"),
        ("datum", "missing"),
        ("aan", "missing"),
        ("vragen.0.eigenaar", "missing"),
        ("vragen.1.tekst", "missing"),
    ]
    assert list(problems(replace(blank, day={"dag": "1", "maand": "11", "jaar": "2026"})).items())[-3:] == [
        ("vragen.1.tekst", "missing"),
        ("vragen.1.eigenaar", "unknown-ministry"),
        ("vragen.1.meebetrokken", "ended-ministry"),
    ]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"term_length": "0"}, "vragen.0.termijn", "term-length"),
        ({"term_length": "drie"}, "vragen.0.termijn", "term-length"),
        ({"term_unit": "eeuwen"}, "vragen.0.termijn", "bad-choice"),
        ({"term_kind": "ooit"}, "vragen.0.termijn", "bad-choice"),
        ({"term_kind": "afspraak"}, "vragen.0.termijn", "term-date-missing"),
        (
            {"term_kind": "afspraak", "term_day": {"dag": "31", "maand": "2", "jaar": "2027"}},
            "vragen.0.termijn",
            "bad-date",
        ),
        (
            {"term_kind": "afspraak", "term_day": {"dag": "1", "maand": "2", "jaar": "2026"}},
            "vragen.0.termijn",
            "due-before-letter",
        ),
        ({"kind": "gil"}, "vragen.0.soort", "bad-choice"),
        ({"contact": "8"}, "vragen.0.contact", "wrong-contact"),
        ({"contributors": ("JENV",)}, "vragen.0.meebetrokken", "owner-contributes"),
        ({"title": "x" * 201}, "vragen.0.kop", "too-long"),
    ],
)
def test_what_is_wrong_with_a_question_points_at_its_field(change: dict[str, object], field: str, code: str) -> None:
    assert problems(a_letter(a_question(**change))) == {field: code}


def test_a_contact_of_the_owner_is_taken() -> None:
    assert understand(a_letter(a_question(contact="7")), FACTS, TODAY).questions[0].contact_id == 7


def test_questions_in_which_nothing_was_typed_fall_away() -> None:
    blank = TypedQuestion.by_term(DEFAULT_TERM)
    assert len(a_letter(a_question(), blank, a_question(), blank).filled().questions) == 2
    assert problems(a_letter(blank, blank).filled()) == {"vragen": "no-questions"}


@pytest.mark.parametrize(
    ("act", "order", "land_on"),
    [
        ("vragen-op-1", "bac", 0),
        ("vragen-neer-1", "acb", 2),
        ("vragen-op-0", "abc", 0),
        ("vragen-neer-2", "abc", 2),
        ("vragen-weg-0", "bc", 0),
        ("vragen-weg-2", "ab", 1),
        ("vragen-weg-9", "abc", None),
        ("onzin", "abc", None),
    ],
)
def test_buttons_move_and_remove_questions(act: str, order: str, land_on: int | None) -> None:
    typed = a_letter(*(a_question(text=text) for text in "abc"))
    changed, landed = letter_form.reshape(typed, act, DEFAULT_TERM)
    assert ("".join(question.text for question in changed.questions), landed) == (order, land_on)


def test_a_question_is_added_with_the_default_term_and_the_last_one_leaves_room_for_another() -> None:
    added, landed = letter_form.reshape(a_letter(), "vragen-erbij", DEFAULT_TERM)
    assert (added.questions[-1], landed) == (TypedQuestion.by_term(DEFAULT_TERM), 1)
    emptied, _ = letter_form.reshape(a_letter(), "vragen-weg-0", DEFAULT_TERM)
    assert emptied.questions == (TypedQuestion.by_term(DEFAULT_TERM),)


def test_an_attachment_is_taken_off() -> None:
    assert letter_form.reshape(a_letter(document_ids=(3, 12)), "bijlage-weg-3", DEFAULT_TERM)[0].document_ids == (12,)


@pytest.mark.parametrize(
    ("act", "aan", "eigenaar", "meebetrokken"),
    [
        ("opvolger-aan", "JENV", "AENM", ("AENM", "AZ")),
        ("vragen-0-opvolger-eigenaar", "AENM", "JENV", ("AENM", "AZ")),
        ("vragen-0-opvolger-meebetrokken", "AENM", "AENM", ("JENV", "AZ")),
        ("vragen-7-opvolger-eigenaar", "AENM", "AENM", ("AENM", "AZ")),
    ],
)
def test_a_successor_is_taken_where_the_button_says(
    act: str, aan: str, eigenaar: str, meebetrokken: tuple[str, ...]
) -> None:
    typed = a_letter(a_question(owner="AENM", contributors=("AENM", "AZ")), addressee="AENM")
    changed = letter_form.with_successors(typed, act, {"AENM": "JENV"})
    question = changed.questions[0]
    assert (changed.addressee, question.owner, question.contributors) == (aan, eigenaar, meebetrokken)


def test_a_day_is_read_from_three_boxes() -> None:
    assert day_of({"dag": "7", "maand": "1", "jaar": "2026"}, "datum") == date(2026, 1, 7)
    assert day_of({"dag": "", "maand": "", "jaar": ""}, "datum") is None
    with pytest.raises(Invalid):
        day_of({"dag": "7", "maand": "", "jaar": "2026"}, "datum")


def test_no_kind_of_term_means_the_default() -> None:
    assert typed_term(TypedQuestion()) is None


def test_of_many_questions_ten_are_written_out_and_the_others_hold_all_that_was_typed() -> None:
    no_day = dict.fromkeys(letter_form.DAY_PARTS, "")
    unowned = [a_question(text=f"Vraag {n}", owner="", term_day=no_day) for n in range(14)]
    without_text = a_question(text="", contributors=("BZK", "SZW"), repeats=(4, 2), term_day=no_day)
    typed = a_letter(*unowned, without_text, a_question(term_day=no_day))
    carried = folded(typed, (15, None), {"vragen-12-eigenaar", "kenmerk"})
    written = set(range(16)) - set(carried)
    assert (len(written), {15, 12} <= written, 14 in carried) == (WRITTEN_OUT, True, True)
    fields = [pair for place in sorted(carried) for pair in carried[place]]
    back = letter_form.read(Posted(FormData(fields)), int, DEFAULT_TERM)
    assert back.questions == tuple(typed.questions[place] for place in sorted(carried))
    assert folded(a_letter(*[a_question()] * WRITTEN_OUT), (), ()) == {}
