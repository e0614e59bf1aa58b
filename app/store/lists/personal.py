"""All that is held on one person, part by part, as plain rows."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import mark
from app.store.access_log import AccessEntry
from app.store.accounts import ApiToken, SignInCode, UserSession
from app.store.answering import Answer, Draft
from app.store.audit import AuditEntry
from app.store.concurrence import Contribution
from app.store.credentials import OpenIdAccount, Passkey
from app.store.documents import Document
from app.store.figures.digests import DigestSubscription
from app.store.letters import Letter
from app.store.lists.trail import labels_of
from app.store.mail_copies import MailCopy
from app.store.ministries import Dossier, Ministry
from app.store.outbox import OutboxMail
from app.store.people import ContactAssignment, Person, PersonRole
from app.store.questions import Question, QuestionEvent
from app.store.saved_views import SavedView
from app.store.term_requests import TermRequest


@dataclass(frozen=True)
class Part:
    """One part: its name, its columns, and its rows, which are read when asked for."""

    name: str
    headings: Sequence[str]
    rows: Callable[[], Iterator[Sequence[Any]]]


_AT = mark("Moment")
MAIL_KIND = (mark("Mail"), mark("Soort"))
"""The part and the heading under which the kind of a mail stands, as Regie calls it."""


def parts(session: Session, person_id: int, *, own: bool) -> list[Part]:
    """Every part, in a fixed order; parts without rows included, so that one sees that there is nothing.

    What a ministry wrote and has not submitted is shown to its writer alone (`own`): VNG sees nothing of it.
    """
    described = (
        *_who(person_id),
        *_signing_in(person_id),
        *_chosen(person_id),
        _mail(person_id),
        *_written(person_id, own=own),
        *_traces(person_id),
    )
    return [Part(name, headings, _reader(session, query)) for name, headings, query in described]


def _reader(session: Session, query: sa.Select[*tuple[Any, ...]]) -> Callable[[], Iterator[Sequence[Any]]]:
    def read() -> Iterator[Sequence[Any]]:
        for row in session.execute(query).yield_per(500):
            yield [_told(cell) for cell in row]

    return read


def _told(cell: Any) -> Any:
    """A packed text, unpacked."""
    if isinstance(cell, bytes):
        return zlib.decompress(cell).decode()
    return cell


Described = tuple[str, Sequence[str], sa.Select[*tuple[Any, ...]]]


def _who(person_id: int) -> Iterator[Described]:
    person = sa.select(
        Person.name, Person.email, Person.language, Ministry.display, Person.created_at, Person.ended_at,
        Person.bounced_at, Person.absent_from, Person.absent_until,
    )  # fmt: skip
    yield (
        mark("Persoon"),
        (
            mark("Naam"), mark("E-mailadres"), mark("Taal"), mark("Ministerie"), mark("Toegevoegd"), mark("Gestopt"),
            mark("Mail kwam terug"), mark("Afwezig vanaf"), mark("Afwezig tot en met"),
        ),
        person.outerjoin(Ministry, Ministry.id == Person.ministry_id).where(Person.id == person_id),
    )  # fmt: skip
    yield mark("Rollen"), (mark("Rol"),), sa.select(PersonRole.role).where(PersonRole.person_id == person_id)
    contact = sa.select(Ministry.display, Dossier.name).select_from(ContactAssignment)
    contact = contact.join(Ministry, Ministry.id == ContactAssignment.ministry_id)
    yield (
        mark("Contactpersoon voor"),
        (mark("Ministerie"), mark("Dossier")),
        contact.outerjoin(Dossier, Dossier.id == ContactAssignment.dossier_id).where(
            ContactAssignment.person_id == person_id
        ),
    )


def _signing_in(person_id: int) -> Iterator[Described]:
    columns = (UserSession.created_at, UserSession.seen_at, UserSession.expires_at, UserSession.ended_at)
    yield (
        mark("Aanmeldingen"),
        (mark("Begonnen"), mark("Laatst gebruikt"), mark("Eindigt"), mark("Beëindigd")),
        sa.select(*columns).where(UserSession.person_id == person_id).order_by(UserSession.id),
    )
    code = sa.select(SignInCode.created_at, SignInCode.expires_at, SignInCode.used_at, SignInCode.tries)
    yield (
        mark("Codes om aan te melden"),
        (mark("Gevraagd"), mark("Geldig tot"), mark("Gebruikt"), mark("Pogingen")),
        code.where(SignInCode.person_id == person_id).order_by(SignInCode.created_at),
    )
    tokens = sa.select(ApiToken.name, ApiToken.scopes, ApiToken.created_at, ApiToken.expires_at, ApiToken.last_used_at)
    yield (
        mark("API-sleutels"),
        (mark("Naam"), mark("Gebruik"), mark("Gemaakt"), mark("Geldig tot"), mark("Laatst gebruikt")),
        tokens.where(ApiToken.person_id == person_id).order_by(ApiToken.id),
    )
    passkeys = sa.select(Passkey.name, Passkey.created_at, Passkey.last_used_at, Passkey.blocked_at)
    yield (
        mark("Passkeys"),
        (mark("Naam"), mark("Gemaakt"), mark("Laatst gebruikt"), mark("Geblokkeerd")),
        passkeys.where(Passkey.person_id == person_id).order_by(Passkey.id),
    )
    elsewhere = sa.select(OpenIdAccount.issuer, OpenIdAccount.subject, OpenIdAccount.created_at)
    yield (
        mark("Accounts elders"),
        (mark("Aanbieder"), mark("Nummer daar"), mark("Gekoppeld")),
        elsewhere.where(OpenIdAccount.person_id == person_id).order_by(OpenIdAccount.id),
    )


def _chosen(person_id: int) -> Iterator[Described]:
    chosen = sa.select(DigestSubscription.wanted, DigestSubscription.changed_at)
    yield (
        mark("Weekoverzicht per mail"),
        (mark("Gewenst"), mark("Gewijzigd")),
        chosen.where(DigestSubscription.person_id == person_id),
    )
    views = sa.select(SavedView.name, SavedView.place, SavedView.query, SavedView.saved_at)
    yield (
        mark("Bewaarde weergaven"),
        (mark("Naam"), mark("Adres"), mark("Filter"), mark("Gewijzigd")),
        views.where(SavedView.person_id == person_id).order_by(SavedView.id),
    )


def _mail(person_id: int) -> Described:
    name, kind = MAIL_KIND
    mail = sa.select(
        OutboxMail.created_at, OutboxMail.sent_at, OutboxMail.kind, OutboxMail.state, OutboxMail.address,
        MailCopy.subject, MailCopy.text,
    )  # fmt: skip
    return (
        name,
        (mark("Gemaakt"), mark("Verzonden"), kind, mark("Stand"), mark("Aan"), mark("Onderwerp"), mark("Tekst")),
        mail.outerjoin(MailCopy, MailCopy.outbox_id == OutboxMail.id)
        .where(OutboxMail.person_id == person_id)
        .order_by(OutboxMail.id),
    )


def _of_question(*columns: Any, on: Any) -> sa.Select[*tuple[Any, ...]]:
    """Rows about a question, each after the letter's year, serial and place that make its number."""
    number = (Letter.year, Letter.serial, Question.position)
    return sa.select(*number, *columns).join(Question, Question.id == on).join(Letter, Letter.id == Question.letter_id)


_PLACE = (mark("Jaar"), mark("Volgnummer"), mark("Vraag"))


def _written(person_id: int, *, own: bool) -> Iterator[Described]:
    letters = sa.select(Question.id, Letter.year, Letter.serial, Question.position, Question.title)
    yield (
        mark("Contactpersoon van vragen"),
        (mark("Nummer in Regie"), *_PLACE, mark("Kop")),
        letters.join(Letter, Letter.id == Question.letter_id)
        .where(Question.contact_id == person_id)
        .order_by(Question.id),
    )
    answers = _of_question(Answer.round, Answer.submitted_at, Answer.given_by, Answer.text, on=Answer.question_id)
    yield (
        mark("Antwoorden"),
        (*_PLACE, mark("Ronde"), _AT, mark("Gegeven door"), mark("Tekst")),
        answers.where(Answer.person_id == person_id).order_by(Answer.id),
    )
    hidden = sa.null()
    text = Draft.text if own else hidden
    drafts = _of_question(Draft.round, Draft.saved_at, Draft.given_by, text, on=Draft.question_id)
    yield (
        mark("Concepten"),
        (*_PLACE, mark("Ronde"), _AT, mark("Gegeven door"), mark("Tekst")),
        drafts.where(Draft.saved_by_id == person_id).order_by(Draft.id),
    )
    reason = Contribution.reason if own else hidden
    replies = _of_question(Contribution.settled_at, Contribution.state, reason, on=Contribution.question_id)
    yield (
        mark("Reacties bij afstemming"),
        (*_PLACE, _AT, mark("Reactie"), mark("Reden")),
        replies.where(Contribution.person_id == person_id).order_by(Contribution.id),
    )
    requests = _of_question(TermRequest.asked_at, TermRequest.kind, TermRequest.reason, on=TermRequest.question_id)
    yield (
        mark("Verzoeken over termijnen"),
        (*_PLACE, _AT, mark("Soort"), mark("Reden")),
        requests.where(TermRequest.asked_by_id == person_id).order_by(TermRequest.id),
    )
    events = _of_question(QuestionEvent.at, QuestionEvent.act, QuestionEvent.reason, on=QuestionEvent.question_id)
    yield (
        mark("Verloop van vragen"),
        (*_PLACE, _AT, mark("Handeling"), mark("Reden")),
        events.where(QuestionEvent.actor_id == person_id).order_by(QuestionEvent.id),
    )


def _traces(person_id: int) -> Iterator[Described]:
    documents = sa.select(Document.added_at, Document.name, Document.size).where(Document.added_by_id == person_id)
    yield mark("Documenten"), (_AT, mark("Naam"), mark("Bytes")), documents.order_by(Document.id)
    labels, thing = labels_of([person_id]), f"persoon:{person_id}"
    log = sa.select(
        AuditEntry.sequence, AuditEntry.at, AuditEntry.actor, AuditEntry.act, AuditEntry.object, AuditEntry.detail
    )
    yield (
        mark("Logboek"),
        (mark("Regel"), _AT, mark("Wie"), mark("Handeling"), mark("Voorwerp"), mark("Bijzonderheden")),
        log.where(sa.or_(AuditEntry.actor.in_(labels), AuditEntry.object == thing)).order_by(AuditEntry.sequence),
    )
    reads = sa.select(AccessEntry.at, AccessEntry.actor, AccessEntry.object, AccessEntry.page)
    yield (
        mark("Inzage"),
        (_AT, mark("Wie"), mark("Voorwerp"), mark("Adres")),
        reads.where(sa.or_(AccessEntry.actor.in_(labels), AccessEntry.object == thing)).order_by(AccessEntry.id),
    )
