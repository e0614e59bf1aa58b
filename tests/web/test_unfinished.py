"""A letter that is still being typed is kept, whatever happens to the page it is typed in."""

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.store.letters import Letter
from app.store.unfinished import UnfinishedLetter
from tests.support import samples
from tests.support.accessible import assert_accessible
from tests.support.builders import a_register
from tests.support.live import Live
from tests.support.visits import form_token, send, sign_in, sign_in_on

WHO = "secretariaat@vng.example"
FORM = "/brieven/nieuw"
KEEP = "/brieven/onafgemaakt"
WORD = (
    '<html xmlns:o="x"><style>p{}</style><p class=MsoNormal>Eén&nbsp;vraag 👨‍👩‍👧<o:p></o:p></p><p>Nog een.</p></html>'
)


def kept(live: Live) -> list[str]:
    with live.db.reading() as s:
        return list(s.scalars(sa.select(UnfinishedLetter.subject).order_by(UnfinishedLetter.id)))


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]


def test_what_is_typed_survives_a_crash_and_two_tabs_lose_nothing(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, FORM)
    page.get_by_label("Onderwerp").fill("Opvang na maart")
    text = page.get_by_label("Tekst van de brief", exact=True)
    text.fill("Geachte heer,\n\nWij vragen u om een dag te noemen. " + "woord " * 10_000)
    page.evaluate(
        """([html]) => {
            const box = document.querySelector("[name=vragen-0-tekst]"), data = new DataTransfer();
            data.setData("text/html", html);
            box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        [WORD],
    )
    expect(page.locator("[data-autosave-state]")).to_contain_text("Concept bewaard om 10.00 uur")
    page.evaluate("window.onbeforeunload = null")
    page.context.new_page()  # the first page is not asked anything: as after a crash it is simply gone
    crashed, page = page, page.context.pages[-1]
    page.goto(f"{live.url}/brieven?stand=concept")
    expect(page.get_by_role("heading", name="1 brief nog niet afgemaakt")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Ga verder").click()
    expect(page.get_by_label("Onderwerp")).to_have_value("Opvang na maart")
    expect(page.locator("[name=vragen-0-tekst]")).to_have_value("Eén vraag 👨‍👩‍👧\n\nNog een.")
    page.get_by_label("Onderwerp").fill("Opvang, in het tweede tabblad")
    expect(page.locator("[data-autosave-state]")).to_contain_text("Concept bewaard om")
    crashed.get_by_label("Onderwerp").fill("Opvang, in het eerste tabblad")
    expect(crashed.locator("[data-autosave-state]")).to_contain_text("in een ander tabblad of door een collega")
    assert kept(live) == ["Opvang, in het tweede tabblad", "Opvang, in het eerste tabblad"]


def test_signed_out_while_typing_one_signs_in_again_and_the_text_is_kept(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, FORM)
    cookies = page.context.cookies()
    page.context.clear_cookies(name="regie")
    page.get_by_label("Onderwerp").fill("Opvang")
    state = page.locator("[data-autosave-state]")
    expect(state).to_contain_text("u bent niet meer aangemeld")
    expect(state.get_by_role("link", name="Meld u opnieuw aan")).to_have_attribute("href", "/aanmelden")
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(state).to_contain_text("Concept bewaard")
    assert kept(live) == ["Opvang"]


def test_a_file_let_go_beside_its_field_is_read_and_the_page_stays(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, FORM)
    stayed = page.evaluate(
        """([text]) => {
            const data = new DataTransfer();
            data.items.add(new File([text], "brief.txt", { type: "text/plain" }));
            const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
            return !document.querySelector("h1").dispatchEvent(drop);
        }""",
        [samples.LETTER],
    )
    assert stayed, "the browser would have opened the file in place of the page"
    expect(page.get_by_text("De tekst van het bestand staat hieronder.")).to_be_visible()
    expect(page.get_by_label("Onderwerp")).to_have_value("Samenhang en samenwerking in het migratiebeleid")


def test_without_javascript_it_is_kept_by_every_button_taken_up_and_thrown_away(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    empty = client.get(FORM).text
    assert send(client, FORM, {"act": "vragen-erbij", "sleutel": hidden(empty, "sleutel")}).status_code == 200
    assert kept(live) == [], "a form in which nothing was typed is not kept"
    typed = {name: hidden(empty, name) for name in ("sleutel", "blad", "bewaard")}
    typed |= {"onderwerp": "Opvang", "vragen-0-tekst": "Wanneer?", "vragen-1-tekst": "Wie?", "tekst": "Geachte"}
    shown = send(client, FORM, {**typed, "act": "vragen-weg-1"}).text
    assert 'name="weg-tekst" value="Wie?"' in shown
    again = {**typed, "act": "vragen-terug", "weg-plaats": "1", "weg-tekst": "Wie?"}
    del again["vragen-1-tekst"]
    assert "Wie?</textarea>" in send(client, FORM, again).text
    later = send(client, FORM, {**typed, "act": "later"}, files={"bestanden": ("brief.txt", samples.TXT)})
    assert later.headers["location"] == "/brieven?stand=concept"
    with live.db.reading() as s:
        unfinished_id = s.scalars(sa.select(UnfinishedLetter.id)).one()
    taken_up = client.get(f"{KEEP}/{unfinished_id}").text
    assert 'value="Opvang"' in taken_up
    assert "brief.txt" in taken_up
    assert send(client, f"{KEEP}/{unfinished_id}/weggooien").headers["location"] == "/brieven?stand=concept"
    assert kept(live) == []
    assert client.get(f"{KEEP}/{unfinished_id}").status_code == 404


def test_a_form_left_open_after_saving_is_told_so_and_the_kept_form_is_gone(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    typed = {name: hidden(client.get(FORM).text, name) for name in ("sleutel", "blad", "bewaard")}
    typed |= {"onderwerp": "Opvang", "kenmerk": "VNG/1", "datum": "2026-11-23", "aan": "AZ"}
    typed |= {"vragen-0-tekst": "Wanneer komt er duidelijkheid?", "vragen-0-eigenaar": "JENV"}
    told = send(client, KEEP, typed, page=FORM).json()
    assert (told["bewaard"], told["let_op"]) == ("1", "")
    assert send(client, FORM, {**typed, "act": "controleer"}).status_code == 200
    assert send(client, FORM, {**typed, "act": "bewaar"}).status_code == 303
    assert kept(live) == []
    for path, act in ((KEEP, ""), (FORM, "vragen-erbij")):
        late = send(client, path, {**typed, "onderwerp": "Toch anders", "act": act}, page=FORM)
        assert late.status_code == 409
        assert "al bewaard, als brief 2026-001" in late.text
    with live.db.reading() as s:
        letter_id = s.scalars(sa.select(Letter.id)).one()
    change = client.get(f"/brieven/{letter_id}/bewerken").text
    changing = typed | {name: hidden(change, name) for name in ("sleutel", "blad", "versie")}
    changing |= {"brief": str(letter_id), "onderwerp": "Nieuw onderwerp"}
    assert send(client, KEEP, changing, page=FORM).status_code == 200
    assert "begonnen maar niet afgemaakt" in client.get(f"/brieven/{letter_id}/bewerken").text
    assert "wijziging van brief 2026-001" in client.get("/brieven").text


def test_scripts_are_told_in_json_that_nobody_is_signed_in(live: Live, client: httpx.Client) -> None:
    token = form_token(client, "/aanmelden")
    headers = {"Origin": live.url, "Accept": "application/json"}
    told = client.post(KEEP, data={"form_token": token}, headers=headers)
    assert told.status_code == 403
    assert told.json()["aanmelden"] == "/aanmelden"


def test_keeping_changes_to_a_letter_that_is_not_there_is_refused_in_words(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    typed = {"onderwerp": "Opvang", "brief": "999"}
    answer = send(client, "/brieven/onafgemaakt", typed, page="/brieven/nieuw")
    assert (answer.status_code, "Deze brief bestaat niet" in answer.text) == (404, True)
