"""Two people in one browser, a key that changed, and ending one's other sessions."""

from collections.abc import Callable

import httpx

from tests.support.builders import a_register
from tests.support.live import Live
from tests.support.visits import form_token, send, sign_in

WHO, OTHER = "beheer@vng.example", "secretariaat@vng.example"
PLACE = "/beheer/personen"
REASON = "Wij wachten nog op de gemeenteraad.\nDaarna volgt een antwoord."


def test_a_form_made_for_one_person_is_refused_when_another_is_signed_in_now_and_its_text_is_given_back(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    sign_in(client, live, OTHER)
    typed = {"form_token": form_token(client, "/hulp"), "naam": "x", "reden": REASON, "waarvoor": "lezen"}
    headers = {"Origin": live.url, "Sec-Fetch-Site": "same-origin"}
    sign_in(client, live, WHO)
    refused = client.post("/mijn/sleutels", data=typed, headers=headers)
    assert refused.status_code == 403
    assert "Nu bent u dat: Beheer" in refused.text
    assert "Wij wachten nog op de gemeenteraad." in refused.text
    sign_in(client, live, OTHER)
    assert client.post("/mijn/sleutels", data=typed, headers=headers).status_code == 400, "taken, and found wanting"
    for spoiled in (typed["form_token"][:-1] + "ff", "é" * 70, "0" * 64 + "1", ""):
        answer = client.post("/mijn/sleutels", data={**typed, "form_token": spoiled}, headers=headers)
        assert (answer.status_code, "is verlopen" in answer.text, "gemeenteraad" in answer.text) == (403, True, True)


def test_with_a_new_key_everybody_is_signed_out_politely(serve: Callable[..., Live]) -> None:
    live = serve()
    a_register(live.db)
    with httpx.Client(base_url=live.url, timeout=60) as browser:
        sign_in(browser, live, WHO)
        typed = {"form_token": form_token(browser, f"{PLACE}/nieuw"), "name": "Nieuw"}
        serve(secret="y" * 32)
        answer = browser.post(PLACE, data=typed, headers={"Origin": live.url})
        assert (answer.status_code, "U bent niet meer aangemeld" in answer.text) == (403, True)
        answer = browser.get(PLACE)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/aanmelden?naar={PLACE}")
        assert "regie" not in browser.cookies
        assert "U bent niet meer aangemeld." in browser.get("/aanmelden").text


def test_all_other_sessions_end_at_once(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    others = [httpx.Client(base_url=live.url, timeout=60) for _ in range(2)]
    for other in others:
        sign_in(other, live, WHO)
        assert other.get(PLACE).status_code == 200
    with httpx.Client(base_url=live.url, timeout=60) as stranger:
        sign_in(stranger, live, OTHER)
        assert send(client, "/mijn/aanmeldingen/einde", page="/mijn/toegang").status_code == 303
        assert "2 andere aanmeldingen zijn beëindigd" in client.get("/mijn/toegang").text
        assert [other.get(PLACE).status_code for other in others] == [303, 303]
        assert (client.get(PLACE).status_code, stranger.get("/vragen").status_code) == (200, 200)
    for other in others:
        other.close()
