"""The two pages of registering: the form, and the check before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, Refusal, mark
from app.domain.letters import MAX_QUESTIONS, NewLetter, first_sending_day
from app.domain.passages import flowing
from app.store.lists.letter_view import letters_with_reference
from app.store.unfinished import UnfinishedLine, find_unfinished, unfinished_lines
from app.usecases import unfinished
from app.web.frame.render import page, status_of, wording_of
from app.web.frame.sessions import office_of
from app.web.letters import earlier, letter_form
from app.web.letters.documents import seals
from app.web.letters.folding import folded
from app.web.letters.letter_desk import (
    CHANNELS,
    KINDS,
    TERM_KINDS,
    UNITS,
    Desk,
    desk,
    documents_by_id,
    field_errors,
    summary_errors,
)
from app.web.letters.letter_form import TypedLetter
from app.web.letters.letter_summary import summary
from app.web.letters.proposals import reasons


@dataclass(frozen=True)
class Work:
    """One visit to the form: who types, and which saved letter is changed (none: a new one)."""

    request: Request
    who: Actor
    letter_id: int | None
    desk: Desk

    @property
    def address(self) -> str:
        """Where the form is sent."""
        return f"/brieven/{self.letter_id}/bewerken" if self.letter_id else "/brieven/nieuw"


@dataclass(frozen=True)
class Shown:
    """What the form shows besides what is typed.

    `land_on` is the question to start at, `earlier_at` the one whose earlier questions were sought, `read` what a file
    held (none: no file came), `saved_at` when the form was kept, `other_id` the form that somebody else went on with.
    """

    land_on: int | None = None
    earlier_at: int | None = None
    read: str | None = None
    saved_at: datetime | None = None
    other_id: int | None = None


def work_on(request: Request, who: Actor, letter_id: int | None) -> Work:
    """A visit to the form, with its lists read."""
    with office_of(request).db.reading() as session:
        return Work(request, who, letter_id, desk(session, wording_of(request)))


def keep(request: Request, who: Actor, letter_id: int | None, typed: TypedLetter) -> tuple[TypedLetter, Shown]:
    """Keep what was typed, so that nothing is lost whatever happens next: the form as it is known from now on.

    A form in which nothing was typed is not kept. Raises WrongState where this form became a letter.
    """
    office = office_of(request)
    if typed.blank and not typed.kept:
        return typed, Shown()
    asked = [question for question in typed.questions if not question.blank]
    spare = letter_form.opened(TypedLetter(()))
    form = unfinished.Typed(
        key=typed.key or spare.key,
        spare_key=spare.key,
        page=typed.page,
        version=int(typed.kept) if typed.kept.isdecimal() and len(typed.kept) < 10 else 0,
        letter_id=letter_id,
        subject=typed.subject,
        questions=len(asked),
        fields=letter_form.content_pairs(typed, str),
        document_ids=typed.document_ids,
    )
    with office.db.writing() as session:
        kept = unfinished.keep(session, who, form, office.now())
        saved_at = find_unfinished(session, kept.id).saved_at
    return replace(typed, key=kept.key, kept=str(kept.version)), Shown(saved_at=saved_at, other_id=kept.other_id)


def form_page(work: Work, typed: TypedLetter, shown: Shown, refusal: Refusal | None = None) -> Response:
    """The form, with what was typed."""
    office, words = office_of(work.request), wording_of(work.request)
    errors, here = field_errors(words, refusal), work.desk
    today, ministries = office.today(), work.desk.facts.ministries
    with office.db.reading() as session:
        documents = documents_by_id(session, typed.document_ids)
        asked_before = earlier.shown(session, work.who, typed, work.letter_id, ministries, shown.earlier_at)
        others = _other_changes(unfinished_lines(session, work.letter_id), typed, shown) if work.letter_id else []
    seal, _ = seals(office, work.who)
    return page(
        work.request,
        "letters/form.html",
        refusal=refusal,
        address=work.address,
        editing=work.letter_id,
        letter=typed,
        shown=shown,
        others=others,
        blank=letter_form.TypedQuestion.by_term(here.default),
        most=MAX_QUESTIONS,
        due=here.due_lines(typed, today),
        why=reasons(words, typed, today, ministries),
        earlier=asked_before,
        documents=[(document, seal(document.id)) for document in documents],
        removed=letter_form.removed_pairs(typed),
        folded=folded(typed, (shown.land_on, shown.earlier_at), errors),
        ministries=here.ministries(today),
        contributors=here.contributors(today),
        contacts=here.contacts,
        dossiers=here.dossiers_for(typed.dossier),
        channels=here.worded(CHANNELS),
        kinds=here.worded(KINDS),
        term_kinds=here.worded(TERM_KINDS),
        units=here.worded(UNITS),
        errors=errors,
        summary_errors=summary_errors(words, errors),
        offers=here.offers(typed, refusal),
    )


def check_page(
    work: Work, typed: TypedLetter, new: NewLetter, sent_on: date, wrong: Invalid | None, *, counted_anew: bool
) -> Response:
    """What will happen when the letter is saved or sent."""
    office, words = office_of(work.request), wording_of(work.request)
    start = first_sending_day(new.letter_date, office.today()) if wrong else sent_on
    with office.db.reading() as session:
        found = summary(session, words, new, start, office.today())
        same = [str(one.number) for one in letters_with_reference(session, new.reference, work.letter_id)]
        documents = documents_by_id(session, new.document_ids)
    seal, _ = seals(office, work.who)
    return page(
        work.request,
        "letters/check.html",
        status_of(wrong) if wrong and wrong.field else 200,
        address=work.address,
        summary=found,
        body=flowing(new.body),
        documents=documents,
        channel=CHANNELS[new.channel],
        kinds=KINDS,
        fields=letter_form.pairs(typed, seal),
        sent_on=sent_on,
        start=start,
        can_send=new.letter_date <= office.today(),
        counted_anew=counted_anew,
        same_reference=same,
        errors=field_errors(words, wrong),
        editing=work.letter_id,
    )


def in_words(request: Request, shown: Shown) -> str:
    """That somebody else went on with the same form: empty where nobody did."""
    if shown.other_id is None:
        return ""
    sentence = mark(
        "Deze brief is in een ander tabblad of door een collega verder ingevuld. Wat u hier typt, bewaren wij apart. "
        "U vindt beide bij Brieven, onder Concept."
    )
    return wording_of(request).text(sentence)


def _other_changes(lines: Sequence[UnfinishedLine], typed: TypedLetter, shown: Shown) -> Sequence[UnfinishedLine]:
    """Changes of the same letter that were begun elsewhere; none once this form is one of them."""
    return [] if typed.kept or shown.saved_at else lines
