"""Documents are handed out as downloads, to those who may read what they belong to."""

from io import BytesIO

import httpx
import pytest

from app.store import files
from app.usecases import documents
from tests.support import samples
from tests.support.builders import a_new_letter, a_register, a_sent_letter, secretariat
from tests.support.live import Live
from tests.support.visits import sign_in

NAME = "Brief “samenhang” één.pdf"


def a_document(live: Live, name: str = NAME, content: bytes = samples.PDF) -> int:
    taken = documents.take(live.settings.documents, BytesIO(content), name)
    with live.db.writing() as s:
        kept = documents.keep(s, secretariat(s), taken, live.clock()).id
        a_sent_letter(s, a_new_letter(document_ids=(kept,)))
    return kept


def test_a_document_is_a_download_that_runs_nothing(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    kept = a_document(live)
    sign_in(client, live, "contact@jenv.example")
    answer = client.get(f"/documenten/{kept}")
    assert (answer.status_code, answer.content) == (200, samples.PDF)
    headers = answer.headers
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"].startswith("attachment; filename*=utf-8''Brief%20%E2%80%9Csamenhang")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["cache-control"] == "private, no-store"
    assert client.head(f"/documenten/{kept}").content == b""


@pytest.mark.parametrize("name", samples.GOOD)
def test_every_kind_comes_back_as_it_was_and_never_as_a_page(live: Live, client: httpx.Client, name: str) -> None:
    a_register(live.db)
    kept = a_document(live, name, samples.GOOD[name])
    sign_in(client, live, "directie@vng.example")
    answer = client.get(f"/documenten/{kept}")
    assert answer.content == samples.GOOD[name]
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert not answer.headers["content-type"].startswith(("text/html", "image/svg"))


def test_others_learn_not_even_that_it_exists(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    kept = a_document(live)
    assert client.get(f"/documenten/{kept}").status_code == 303
    sign_in(client, live, "contact@vws.example")
    assert client.get(f"/documenten/{kept}").status_code == client.get("/documenten/999").status_code == 404


def test_a_document_whose_content_is_gone_says_so(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    kept = a_document(live)
    next(path for path in live.settings.documents.rglob("*") if path.is_file()).unlink()
    sign_in(client, live, "secretariaat@vng.example")
    answer = client.get(f"/documenten/{kept}")
    assert (answer.status_code, "Dit bestand is er niet meer" in answer.text) == (404, True)
    assert files.UNFINISHED not in answer.text
