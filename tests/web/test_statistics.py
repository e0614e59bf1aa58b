"""The page with figures: what it shows to whom, that it agrees with the lists behind it, and how it takes bad input."""

import csv
import io
import re
from datetime import date

import httpx
import pytest
from playwright.sync_api import Page, expect

from app.domain.definitions import DEFINITION_VERSION
from app.domain.letters import NewQuestion
from app.domain.questions import QuestionKind, Verdict
from app.domain.terms import Term, TermKind
from app.store.base import Db
from app.usecases import answering, closing, kept_figures
from tests.support.beginnings import beginning
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of, secretariat
from tests.support.live import Live
from tests.support.registers import a_random_register
from tests.support.visits import sign_in, sign_in_on

LEADERSHIP, COORDINATOR, CONTACT = "directie@vng.example", "coordinator@jenv.example", "contact@jenv.example"
TODAY = date(2026, 11, 23)
LINK = re.compile(r'class="regie-(?:count|figures__)-?link" href="([^"]+)">([\d.]+)<')


@beginning
def a_season(db: Db) -> None:
    """Twelve questions to JenV of 5 October, due the 26th: 6 answered in time, 2 late, 3 open, 1 withdrawn.

    Three to BZK, open; one to OCW with an agreed date in December.
    """
    a_register(db)
    with db.writing() as s:
        asked = [NewQuestion(f"Vraag {n}?", "JENV") for n in range(12)] + [NewQuestion("En?", "BZK") for _ in range(3)]
        questions = questions_of(s, a_sent_letter(s, a_new_letter(*asked, dossier="asiel-en-migratie")))
        jenv = actor(s, CONTACT)
        for number, question in enumerate(questions[:8]):
            day = date(2026, 10, 12 + 2 * number) if number < 6 else date(2026, 11, 2 + number)
            answering.submit(s, jenv, question.id, "Ja.", "Directeur", at(day))
            closing.judge(s, secretariat(s), question.id, Verdict.CONCRETE, "", at(date(2026, 11, 11)))
        closing.withdraw(s, secretariat(s), questions[8].id, "dubbel", at(date(2026, 10, 14)))
        agreed = NewQuestion("Wanneer?", "OCW", term=Term(TermKind.AGREED, named_on=date(2026, 12, 15)))
        a_sent_letter(s, a_new_letter(agreed, letter_date=date(2026, 9, 7)))


def page_text(client: httpx.Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def links(text: str) -> list[tuple[str, int]]:
    """The numbers that lead somewhere: their addresses, and what they say."""
    return [(href.replace("&amp;", "&"), int(number.replace(".", ""))) for href, number in LINK.findall(text)]


def test_the_figures_stand_there_in_words_and_numbers(live: Live, page: Page) -> None:
    a_season(live.db)
    sign_in_on(page, live, LEADERSHIP, "/statistieken")
    expect(page.get_by_role("heading", name="Statistieken", level=1)).to_be_visible()
    expect(page.get_by_text("Vragen gesteld van ma 1 december 2025 tot en met ma 23 november 2026")).to_be_visible()
    figures = page.locator(".regie-figures__item").all_inner_texts()
    assert [re.sub(r"\s+", " ", text) for text in figures][:4] == [
        "op tijd beantwoord 43 % gelijk aan een week eerder",
        "dagen tot een antwoord (mediaan) 35 13 of meer (95 % zeker)",
        "vragen open en te laat 6 gelijk aan een week eerder",
        "in één keer concreet 100 % gelijk aan een week eerder",
    ]
    table = page.get_by_role("table", name="Aantallen, deel op tijd en mediaan")
    assert [row.split() for row in table.get_by_role("row").all_inner_texts()][1][:2] == ["BZK", "3"]
    jenv = table.get_by_role("row", name=re.compile("^JenV"))
    assert jenv.inner_text().split()[:7] == ["JenV", "12", "6", "2", "0", "3", "1"]
    expect(page.get_by_role("img", name=re.compile("^JenV: mediaan 17 dagen; na 21 dagen heeft"))).to_be_visible()
    expect(page.get_by_text("Te weinig vragen voor een lijn: BZK (3), OCW (1).")).to_be_visible()
    expect(page.get_by_role("heading", name=f"Zo rekenen wij (versie {DEFINITION_VERSION})")).to_be_visible()


def test_rounds_and_kinds_lead_to_their_questions_and_leave_the_total_alone(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    with live.db.writing() as s:
        asked = NewQuestion("Wie?", "OCW"), NewQuestion("Doe het.", "OCW", kind=QuestionKind.REQUEST)
        evasive, _request = questions_of(s, a_sent_letter(s, a_new_letter(*asked)))
        answering.submit(s, actor(s, "contact@ocw.example"), evasive.id, "Later.", "Directeur", at(date(2026, 10, 12)))
        closing.judge(s, secretariat(s), evasive.id, Verdict.EVASIVE, "Wanneer?", at(date(2026, 10, 13)))
    sign_in(client, live, LEADERSHIP)
    for grouping, groups in (("ronde", ["Ronde 1", "Ronde 2"]), ("soort", ["Vraag", "Verzoek"])):
        told = page_text(client, f"/statistieken.csv?groepering={grouping}")
        rows = list(csv.reader(io.StringIO(told), delimiter=";"))[1:]
        assert [row[0] for row in rows] == [*groups, "Alle vragen"]
        assert rows[-1][1] == "18"
        for href, number in links(page_text(client, f"/statistieken?groepering={grouping}")):
            assert f"<strong>{number} vra" in page_text(client, href)
    assert client.get("/statistieken?ronde=nul").status_code == 400
    assert client.get("/statistieken?soort=raadsel").status_code == 400


def test_every_number_agrees_with_the_list_it_leads_to(live: Live, client: httpx.Client) -> None:
    assert_numbers_agree(live, client, "/statistieken")


@pytest.mark.parametrize(
    "path",
    [
        "/statistieken?groepering=maand&van=&peildatum=2026-06-30",
        "/statistieken?groepering=dossier&van=2026-01-01&tot=2026-10-31",
        "/statistieken?groepering=termijn&dossier=geen&van=",
    ],
)
def test_so_does_every_number_of_a_narrowed_page(live: Live, client: httpx.Client, path: str) -> None:
    assert_numbers_agree(live, client, path)


def assert_numbers_agree(live: Live, client: httpx.Client, path: str) -> None:
    """Follow every number of a page, and count."""
    a_random_register(live.db, 120)
    sign_in(client, live, LEADERSHIP)
    found = links(page_text(client, path))
    assert len(found) > 5
    for address, number in sorted(set(found)):
        listed = page_text(client, address)
        shown = re.search(r"<strong>([\d.]+) vra", listed)
        assert shown, address
        assert int(shown.group(1).replace(".", "")) == number, address
        assert listed.count("regie-item__title") == min(number, 50)


def test_a_long_list_goes_on_where_the_page_ended(live: Live, client: httpx.Client) -> None:
    a_random_register(live.db, 240)
    sign_in(client, live, LEADERSHIP)
    address, seen, total = "/statistieken/vragen?van=alles", set(), 0
    while address:
        text = page_text(client, address)
        total = int(re.search(r"<strong>([\d.]+) vra", text).group(1))  # type: ignore[union-attr]
        seen |= set(re.findall(r'regie-item__title" href="/vragen/(\d+)"', text))
        following = re.search(r'href="([^"]+)" rel="next"', text)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert len(seen) == total > 150


def test_the_page_is_the_same_from_what_is_kept(live: Live, client: httpx.Client) -> None:
    a_random_register(live.db, 120)
    sign_in(client, live, LEADERSHIP)
    counted = page_text(client, "/statistieken")
    with live.db.reading() as s:
        kept = kept_figures.count(s, TODAY, live.clock())
    with live.db.writing() as s:
        kept_figures.put_away(s, kept)
    with_weeks = page_text(client, "/statistieken")
    start, end = "Open en te laat, per week", "De cijfers"
    assert start in with_weeks
    assert start not in counted
    assert with_weeks.split(end)[1] == counted.split(end)[1]


def test_pictures_hold_no_style_or_script_of_their_own(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    text = page_text(client, "/statistieken")
    assert text.count('role="img"') >= 5
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*src=)|\son[a-z]+=", text)
    pictures = re.findall(r'<svg[^>]*role="img"[^>]*>', text)
    assert all(re.search(r'aria-label="[^"]{10,}"', picture) for picture in pictures)


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("peildatum=2027-01-01", "opDatum", "De peildatum vr 1 januari 2027 ligt in de toekomst."),
        ("van=2026-11-02&tot=2026-11-01", "tot", "De periode eindigt op zo 1 november 2026, vóór het begin"),
        ("peildatum=2026-06-30&van=2026-07-01", "van", "De periode begint op wo 1 juli 2026, na de peildatum"),
        ("peildatum=31-02-2026", "opDatum", "Deze dag bestaat niet."),
        ("groepering=kleur", "groepering", "Zo kunnen wij niet groeperen."),
        ("ministerie=VROM", "ministerie", "Dit ministerie is er niet."),
        ("dossier=maan", "dossier", "Dit dossier is er niet."),
        ("termijn=ooit", "termijn", "Deze soort termijn is er niet."),
        ("peildatum=0001-01-01", "opDatum", "Kies een datum van ma 1 januari 1990"),
    ],
)
def test_bad_input_gives_a_sentence_and_keeps_what_was_typed(
    live: Live, client: httpx.Client, query: str, field: str, sentence: str
) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    answer = client.get(f"/statistieken?{query}")
    assert answer.status_code == 400
    assert sentence in answer.text
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text or f'id="f-{field}"' in answer.text
    assert client.get(f"/statistieken.csv?{query}").status_code == 400
    assert client.get(f"/statistieken/vragen?{query}").status_code == 400


def test_a_figure_that_is_none_is_not_found(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    assert client.get("/statistieken/vragen?telling=rood").status_code == 404


def test_without_questions_the_page_says_what_to_do(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    text = page_text(client, "/statistieken?van=2026-11-01")
    assert "In deze periode zijn geen vragen gesteld." in text
    assert "regie-chart" not in text


def test_everything_still_open_and_a_single_question_can_be_shown(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    all_open = page_text(client, "/statistieken?peildatum=2026-10-06")
    assert "nog niet bereikt: meer dan de helft wacht nog" in all_open
    single = page_text(client, "/statistieken?ministerie=OCW")
    assert "te weinig" in single


def test_people_at_a_ministry_see_their_own_figures_contacts_none(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    sign_in(client, live, COORDINATOR)
    text = page_text(client, "/statistieken")
    assert "JenV" in text
    assert "BZK" not in text
    assert client.get("/statistieken?ministerie=BZK").status_code == 403
    assert client.get("/statistieken/vragen?ministerie=BZK").status_code == 403
    assert page_text(client, "/statistieken/vragen").count("regie-item__title") == 12
    client.cookies.clear()
    sign_in(client, live, CONTACT)
    assert client.get("/statistieken").status_code == 403


def test_the_numbers_can_be_taken_along(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    answer = client.get("/statistieken.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["Groep"] for row in rows] == ["BZK", "JenV", "OCW", "Alle vragen"]
    assert rows[1] | {"Gesteld": "12", "Op tijd beantwoord": "6", "Deel op tijd (%)": "54,5"} == rows[1]
    assert rows[2]["Mediaan (dagen)"] == ""
    ods = client.get("/statistieken.ods?groepering=maand")
    assert ods.headers["content-type"] == "application/vnd.oasis.opendocument.spreadsheet"
    assert ods.headers["content-disposition"] == 'attachment; filename="statistieken-2026-11-23.ods"'
