"""The two ways out: what an SMTP server may do, and files in a folder."""

import ssl
import threading
import time
from pathlib import Path

import pytest

from app.mail import wire
from app.mail.wire import Fate, FolderWire, Parcel, Reply, SmtpWire
from tests.support.faulty import CLOSE, SILENCE, faulty
from tests.support.mail import Inbox, self_signed

PARCEL = Parcel("1-asked", "regie@vng.example", "contact@jenv.example", b"Subject: vraag\r\n\r\nHallo\r\n.punt\r\n")


def sent_over(url: str, ca_file: Path | None = None, parcel: Parcel = PARCEL) -> Reply:
    line = SmtpWire(url, ca_file, "localhost")
    try:
        return line.send(parcel)
    finally:
        line.close()


def test_a_message_arrives_as_it_was_sent(smtp: Inbox) -> None:
    assert sent_over(smtp.url) == Reply(Fate.SENT)
    message = smtp.to("contact@jenv.example")[0]
    assert message.get_content().splitlines() == ["Hallo", ".punt"]
    assert smtp.envelopes[0].mail_from == "regie@vng.example"


def test_several_messages_go_over_one_line(smtp: Inbox) -> None:
    line = SmtpWire(smtp.url, None, "localhost")
    assert [line.send(PARCEL).fate for _ in range(3)] == [Fate.SENT] * 3
    line.close()
    assert len({id(envelope) for envelope in smtp.envelopes}) == len(smtp.messages) == 3


def test_starttls_with_sign_in_is_spoken_when_the_certificate_is_trusted(
    smtp_starttls: Inbox, certificate: Path
) -> None:
    assert sent_over(smtp_starttls.url, certificate).fate is Fate.SENT
    assert len(smtp_starttls.messages) == 1


def test_starttls_is_used_where_it_is_offered(smtp_starttls: Inbox, certificate: Path) -> None:
    assert sent_over(smtp_starttls.url.replace("smtp+starttls", "smtp"), certificate).fate is Fate.SENT


def test_tls_from_the_first_byte_is_spoken(smtp_tls: Inbox, certificate: Path) -> None:
    assert sent_over(smtp_tls.url, certificate).fate is Fate.SENT


@pytest.mark.parametrize("kind", ["smtp_starttls", "smtp_tls"])
def test_a_certificate_nobody_vouches_for_is_refused(request: pytest.FixtureRequest, kind: str) -> None:
    inbox: Inbox = request.getfixturevalue(kind)
    reply = sent_over(inbox.url)
    assert (reply.fate, reply.blames_mailbox) == (Fate.DEFERRED, False)
    assert reply.why == wire.NOBODY_VOUCHES
    assert inbox.messages == []


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    other = self_signed(tmp_path, "DNS:mail.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(other)
    inbox = Inbox(tls=context, wrap=True)
    inbox.start()
    try:
        reply = sent_over(inbox.url, other)
    finally:
        inbox.stop()
    assert (reply.fate, reply.blames_mailbox) == (Fate.DEFERRED, False)
    assert "voor een andere naam" in reply.why
    assert inbox.messages == []


def test_a_wrong_password_defers_and_blames_nobody(smtp_starttls: Inbox, certificate: Path) -> None:
    reply = sent_over(smtp_starttls.url.replace("geheim", "fout"), certificate)
    assert (reply.fate, reply.blames_mailbox) == (Fate.DEFERRED, False)


def test_a_server_that_is_away_defers() -> None:
    with faulty() as server:
        url = server.url
    reply = sent_over(url)
    assert (reply.fate, reply.blames_mailbox) == (Fate.DEFERRED, False)


def test_a_server_that_hangs_is_waited_for_once_and_not_for_each_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PATIENCE_SECONDS", 0.3)
    with faulty("connect", SILENCE) as server:
        line = SmtpWire(server.url, None, "localhost")
        assert {line.send(PARCEL).fate for _ in range(5)} == {Fate.DEFERRED}
        assert server.called == 1


@pytest.mark.parametrize(
    ("stage", "fault", "fate", "blames_mailbox"),
    [
        ("connect", CLOSE, Fate.DEFERRED, False),
        ("connect", SILENCE, Fate.DEFERRED, False),
        ("connect", "421 busy", Fate.DEFERRED, False),
        ("connect", "554 go away", Fate.DEFERRED, False),
        ("EHLO", CLOSE, Fate.DEFERRED, False),
        ("EHLO", SILENCE, Fate.DEFERRED, False),
        ("MAIL", CLOSE, Fate.DEFERRED, False),
        ("MAIL", SILENCE, Fate.DEFERRED, False),
        ("MAIL", "421 closing", Fate.DEFERRED, False),
        ("MAIL", "550 sender unknown", Fate.REFUSED, False),
        ("RCPT", CLOSE, Fate.DEFERRED, False),
        ("RCPT", SILENCE, Fate.DEFERRED, False),
        ("RCPT", "450 greylisted", Fate.DEFERRED, True),
        ("RCPT", "451 try later", Fate.DEFERRED, True),
        ("RCPT", "550 no such user", Fate.REFUSED, True),
        ("DATA", CLOSE, Fate.DEFERRED, False),
        ("DATA", SILENCE, Fate.DEFERRED, False),
        ("DATA", "451 not now", Fate.DEFERRED, False),
        ("dot", "452 full", Fate.DEFERRED, True),
        ("dot", "421 closing", Fate.DEFERRED, True),
        ("dot", "554 content refused", Fate.REFUSED, True),
        ("dot", CLOSE, Fate.LOST, False),
        ("dot", SILENCE, Fate.LOST, False),
        ("dot", "not a reply", Fate.LOST, False),
    ],
)
def test_every_fault_has_one_outcome(
    monkeypatch: pytest.MonkeyPatch, stage: str, fault: str, fate: Fate, blames_mailbox: bool
) -> None:
    monkeypatch.setattr(wire, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(wire, "FINAL_PATIENCE_SECONDS", 0.5)
    with faulty(stage, fault) as server:
        reply = sent_over(server.url)
        assert (reply.fate, reply.blames_mailbox) == (fate, blames_mailbox)
        assert reply.why
        assert server.taken == (stage == "dot")


@pytest.mark.parametrize(("stage", "fate"), [("MAIL", Fate.UNTRIED), ("DATA", Fate.UNTRIED), ("dot", Fate.LOST)])
def test_a_line_that_is_cut_says_at_once_whether_the_message_may_be_out(stage: str, fate: Fate) -> None:
    with faulty(stage, SILENCE) as server:
        line = SmtpWire(server.url, None, "localhost")
        cutting = threading.Timer(0.5, line.cut)
        cutting.start()
        began = time.monotonic()
        assert line.send(PARCEL).fate is fate
        assert time.monotonic() - began < wire.PATIENCE_SECONDS / 2
        assert line.send(PARCEL).fate is Fate.UNTRIED
        line.close()
        assert server.taken == (stage == "dot")


def test_what_a_server_repeats_of_a_message_is_kept_without_its_links_and_codes() -> None:
    said = "554 spam: https://regie.example/a/1.answer.12.geheim and 12345678 in your text"
    with faulty("dot", said) as server:
        reply = sent_over(server.url)
    assert reply.why == "554 spam: https://regie.example/a/… and … in your text"


def test_a_refused_recipient_does_not_spoil_the_line_for_the_next(smtp: Inbox) -> None:
    smtp.refusals["sg@jenv.example"] = "550 5.1.1 unknown"
    line = SmtpWire(smtp.url, None, "localhost")
    refused = line.send(Parcel("2-asked", "regie@vng.example", "sg@jenv.example", PARCEL.content))
    assert refused == Reply(Fate.REFUSED, "550 5.1.1 unknown", blames_mailbox=True)
    assert line.send(PARCEL).fate is Fate.SENT
    line.close()
    assert len(smtp.messages) == 1


def test_an_address_no_server_takes_is_refused_unseen(smtp: Inbox) -> None:
    odd = Parcel("3-asked", "regie@vng.example", "café@jenv.example", PARCEL.content)
    assert sent_over(smtp.url, parcel=odd).fate is Fate.REFUSED


def test_a_file_is_whole_and_bears_the_name_of_the_mail(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    line = FolderWire(folder)
    assert line.send(PARCEL) == Reply(Fate.SENT)
    assert line.send(PARCEL) == Reply(Fate.SENT)
    line.close()
    assert [file.name for file in folder.iterdir()] == ["1-asked.eml"]
    assert (folder / "1-asked.eml").read_bytes() == PARCEL.content


def test_a_folder_that_cannot_be_written_defers(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    (folder / "1-asked.eml").mkdir(parents=True)
    assert FolderWire(folder).send(PARCEL).fate is Fate.DEFERRED
