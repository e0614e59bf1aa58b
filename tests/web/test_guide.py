"""The guide in the application, and hints and words where one is."""

import re
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from app.domain.glossary import WORDS
from app.domain.hints import HINTS
from app.domain.permissions import Role
from app.web.office.guide import CHAPTERS, GUIDE, anchor_of, found_in, in_order, read_guide
from tests.support.browser import WIDE
from tests.support.builders import a_question, a_register
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

SECRETARIAT, ADMIN = "secretariaat@vng.example", "beheer@vng.example"


def test_every_role_has_a_chapter_and_a_hint_that_leads_to_it() -> None:
    anchors = {chapter.anchor for chapter in read_guide(GUIDE, 0)}
    assert set(CHAPTERS) == set(Role)
    assert set(CHAPTERS.values()) <= anchors
    assert {hint.role for hint in HINTS} == set(Role)
    assert all(hint.chapter == CHAPTERS[hint.role] for hint in HINTS)


def test_links_within_the_guide_lead_somewhere() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    anchors = {anchor_of(title) for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    linked = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert len(linked) > 4
    assert linked <= anchors


def test_ones_own_chapter_comes_first() -> None:
    ordered = in_order(read_guide(GUIDE, 0), [Role.LEADERSHIP])
    assert [ordered[0].title, ordered[1].anchor] == ["", CHAPTERS[Role.LEADERSHIP]]


def test_a_search_finds_words_in_any_case_and_without_accents(tmp_path: Path) -> None:
    path = tmp_path / "gids.md"
    path.write_text("# G\n\n## Één\n\nDe **Coördinator** geeft vrij.\n\n<b>x</b>\n\n## Twee\n\nIets anders.\n", "utf-8")
    chapters = read_guide(path, 1)
    assert [chapter.title for chapter in found_in(chapters, "coordinator VRIJ")] == ["Één"]
    assert found_in(chapters, "nergens") == []
    assert "&lt;b&gt;" in chapters[1].blocks[1].html


def test_the_guide_is_there_for_everybody(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    text = client.get("/hulp").text
    assert text.index('id="contactpersoon-van-een-ministerie"') < text.index('id="directie-van-de-vng"')
    sign_in(client, live, "directie@vng.example")
    text = client.get("/hulp").text
    assert text.index('id="directie-van-de-vng"') < text.index('id="contactpersoon-van-een-ministerie"')
    assert "1 stuk gevonden" in client.get("/hulp?zoek=antwoordblad ODT").text
    assert "0 stukken gevonden" in client.get("/hulp?zoek=<script>x").text
    pictures = re.findall(r'<img src="([^"]+)" alt="[^"]{20,}" width="\d+" height="\d+"', text)
    assert len(pictures) == text.count("<img") > 8
    assert {client.get(one).headers["content-type"] for one in pictures} == {"image/png"}
    assert client.get("/hulp/beelden/nergens.png").status_code == 404
    assert client.get("/hulp/beelden/..%2Fgids.md").status_code == 404


def test_a_hint_is_shown_until_it_is_put_aside(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, SECRETARIAT)
    assert "Zo begint u" in client.get("/").text
    assert "Zo begint u" not in client.get("/vragen").text
    assert send(client, "/mijn/uitleg/secretariaat", page="/").headers["location"] == "/"
    assert send(client, "/mijn/uitleg/secretariaat", page="/").status_code == 303
    assert "Zo begint u" not in client.get("/").text
    assert send(client, "/mijn/uitleg/onbekend", page="/").status_code == 303
    client.cookies.clear()
    sign_in(client, live, ADMIN)
    assert "Zo begint u" in client.get("/beheer").text


def test_a_word_explains_itself_by_keyboard_and_without_a_script(live: Live, scriptless_page: Page) -> None:
    page = scriptless_page
    a_register(live.db)
    sign_in_on(page, live, ADMIN, "/beheer/escalatieladder")
    box = page.locator("#woord-trede")
    expect(box).to_be_hidden()
    page.get_by_role("button", name="Wat is trede?").press("Enter")
    expect(box).to_contain_text(WORDS["trede"])
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_on_a_telephone_where_a_list_has_no_headings_its_words_stand_above_the_cards(
    live: Live, narrow_page: Page
) -> None:
    page = narrow_page
    a_register(live.db)
    with live.db.writing() as s:
        a_question(s)
    sign_in_on(page, live, SECRETARIAT, "/vragen")
    for word, name in (("trede", "Trede"), ("eigenaar", "Eigenaar")):
        page.get_by_role("button", name=f"Wat is {word}?").click()  # one: those of the headings are out of sight
        expect(page.get_by_role("button", name=f"Wat is {word}?")).to_have_text(name)
        expect(page.locator(f"#woord-{word}")).to_be_in_viewport(ratio=1)
        page.keyboard.press("Escape")
    page.set_viewport_size({"width": WIDE, "height": 900})
    expect(page.get_by_role("button", name="Wat is trede?")).to_have_text("?")


def test_lists_and_the_page_of_a_question_explain_their_words_each_once(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        question_id = a_question(s, contributors=("BZK",)).id
    sign_in(client, live, SECRETARIAT)
    columns = {"eigenaar", "bal", "trede"}
    for path, words in (
        ("/vragen", columns | {"uiterlijk"}),
        ("/?weergave=te-laat", columns | {"te-laat"}),
        (f"/vragen/{question_id}", {"eigenaar", "meebetrokken", "bal", "te-laat", "uiterlijk"}),
    ):
        text = client.get(path).text
        buttons = re.findall(r'popovertarget="woord-([^"]+)"', text)
        # A list has one in the heading, and one above the cards that it becomes on a telephone.
        assert sorted(buttons) == sorted([*words] * (1 if "/vragen/" in path else 2)), path
        assert sorted(re.findall(r'id="woord-([^"]+)"', text)) == sorted(words), path
