"""Views that somebody keeps: made from a list, shown above lists, named anew and let go, and nobody else's business."""

import re

import httpx

from tests.support.builders import a_register
from tests.support.live import Live
from tests.support.visits import send, sign_in

SECRETARIAT, LEADERSHIP = "secretariaat@vng.example", "directie@vng.example"


def keep(client: httpx.Client, name: str, van: str = "/vragen?laat=ja&volgorde=bal&onzin=1") -> httpx.Response:
    return send(client, "/weergaven/nieuw", {"naam": name, "van": van})


def test_a_view_is_kept_renamed_and_let_go(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, SECRETARIAT)
    assert keep(client, " Te  laat <b>").headers["location"] == "/vragen?laat=ja&volgorde=bal"
    shown = client.get("/vragen?laat=ja&volgorde=bal").text
    assert re.search(r'href="/vragen\?laat=ja&amp;volgorde=bal" aria-current="true">Te laat &lt;b&gt;', shown)
    assert "Te laat &lt;b&gt;" in client.get("/").text
    assert "Te laat &lt;b&gt;" not in client.get("/brieven").text
    number = re.search(r'action="/weergaven/(\d+)"', client.get("/weergaven").text)
    assert number
    send(client, f"/weergaven/{number[1]}", {"naam": "Mijn ochtend"}, page="/weergaven")
    assert "Mijn ochtend" in client.get("/vragen").text
    send(client, f"/weergaven/{number[1]}/verwijderen", {}, page="/weergaven")
    assert "U hebt nog geen eigen weergaven." in client.get("/weergaven").text


def test_a_name_is_needed_short_and_ones_own_and_what_was_typed_stays(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, SECRETARIAT)
    for name, sentence in (("", "Geef de weergave een naam."), ("x" * 61, "Deze naam is te lang.")):
        refused = keep(client, name)
        assert (refused.status_code, sentence in refused.text) == (400, True)
    assert "x" * 61 in refused.text
    keep(client, "Ochtend")
    keep(client, "ochtend", "/brieven?stand=concept")  # the same name again takes its place
    assert client.get("/weergaven").text.count("Hernoem<") == 1
    keep(client, "Middag", "https://elders.example/vragen?laat=ja")
    assert 'href="/?laat=ja"' in client.get("/weergaven").text
    client.cookies.clear()
    sign_in(client, live, LEADERSHIP)
    assert "Ochtend" not in client.get("/vragen").text
    keep(client, "Mijne")
    assert send(client, "/weergaven/1", {"naam": "x"}, page="/weergaven").status_code == 404
    assert send(client, "/weergaven/1/verwijderen", {}, page="/weergaven").status_code == 404
