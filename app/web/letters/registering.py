"""Registering a letter: the form, the check before it is saved, and changing a concept."""

from dataclasses import dataclass, replace
from datetime import date
from secrets import token_hex
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, OutOfDate, Refusal, mark
from app.domain.letters import NewLetter
from app.domain.passages import flowing
from app.domain.permissions import Task
from app.store.access import find_letter
from app.store.lists.letter_view import as_typed, letter_view, letters_with_reference
from app.store.ministries import ministry_names
from app.store.terms import default_term, load_calendar
from app.usecases import letters
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, status_of, wording_of
from app.web.frame.sessions import office_of
from app.web.letters import earlier, letter_form
from app.web.letters.documents import file_text, keep_uploads, seals
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
from app.web.letters.letter_reading import day_of, sending_day, together, typed_term, understand
from app.web.letters.letter_summary import due_line, summary
from app.web.letters.proposals import READ_TEXT, filled_from_text, named_in

router = APIRouter(prefix="/brieven")
Secretariat = Annotated[Actor, needs(Task.REGISTER)]
KEEP_FILE = "bijlage"
CHECKED = frozenset({"controleer", "bewaar", "verstuur"})


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


@router.get("/nieuw")
def new_form(request: Request, who: Secretariat) -> Response:
    """An empty form."""
    work = _work(request, who, None)
    return _form(work, letter_form.start(work.desk.default, office_of(request).today(), token_hex(16)))


@router.post("/nieuw")
def new(request: Request, who: Secretariat, form: Annotated[Posted, POSTED]) -> Response:
    """Do what the pressed button says: change the form, check it, save it, send it."""
    return _take(_work(request, who, None), form)


@router.get("/nieuw/termijn")
def due_fragment(request: Request, _: Secretariat) -> Response:
    """When an answer would be due, and why, for a date and a term that are being typed."""
    asked = Posted(FormData(request.query_params))
    office, words = office_of(request), wording_of(request)
    line, why_not = None, ""
    with office.db.reading() as session:
        calendar, default = load_calendar(session), default_term(session)
    try:
        day = day_of(asked.typed_day("datum"), "datum")
        term = typed_term(letter_form.read_term(asked)) or default
        line = due_line(words, term, day, calendar) if day else None
    except Invalid as refusal:
        why_not = words.refusal(refusal)
    return page(request, "letters/_due.html", line=line, why_not=why_not)


@router.get("/nieuw/voorstel")
def proposal(request: Request, _: Secretariat) -> Response:
    """Which ministries a passage of the letter names: codes, and a sentence that says so."""
    asked, office, words = Posted(FormData(request.query_params)), office_of(request), wording_of(request)
    with office.db.reading() as session:
        ministries = ministry_names(session)
    named = named_in(asked.text("tekst"), asked.typed_day("datum"), office.today(), ministries)
    sentence = mark("Voorgesteld uit de tekst: {names}. Klopt dat?")
    said = words.text(sentence, names=", ".join(one.display for one in named)) if named else ""
    return JSONResponse({"ministeries": [one.code for one in named], "zin": said})


@router.get("/{letter_id}/bewerken")
def change_form(request: Request, who: Secretariat, letter_id: RowId) -> Response:
    """A concept in the form."""
    work = _work(request, who, letter_id)
    with office_of(request).db.reading() as session:
        letter = find_letter(session, who, letter_id)
        view, typed = letter_view(session, who, letter), as_typed(session, letter)
    if not view.is_concept:
        sentence = mark("Brief {number} is geen concept meer en kan niet worden gewijzigd.")
        note = wording_of(request).text(sentence, number=str(letter.number))
        return redirect(request, f"/brieven/{letter_id}", ("warning", note))
    return _form(work, letter_form.from_new(typed, letter.version, work.desk.default))


@router.post("/{letter_id}/bewerken")
def change(request: Request, who: Secretariat, letter_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Do what the pressed button says with a concept."""
    return _take(_work(request, who, letter_id), form)


def _work(request: Request, who: Actor, letter_id: int | None) -> Work:
    with office_of(request).db.reading() as session:
        return Work(request, who, letter_id, desk(session, wording_of(request)))


def _take(work: Work, posted: Posted) -> Response:
    office, act = office_of(work.request), posted.text("act")
    _, unseal = seals(office, work.who)
    typed = letter_form.read(posted, unseal, work.desk.default)
    kept, refused = keep_uploads(office, work.who, posted.files("bestanden"))
    typed = replace(typed, document_ids=(*typed.document_ids, *kept))
    if refused:
        return _form(work, typed, together(refused))
    read = file_text(office, kept) if kept and not typed.body else None
    if read:
        typed = replace(typed, body=read)
    if act == KEEP_FILE:
        typed = filled_from_text(typed, office.today(), work.desk.facts.ministries)
        return _form(work, typed, read=read)
    if act in CHECKED:
        return _checked(work, typed.filled(), act, posted)
    if act == READ_TEXT:
        return _form(work, filled_from_text(typed, office.today(), work.desk.facts.ministries))
    if (place := earlier.place_of(act, typed)) is not None:
        return _form(work, typed, earlier_at=place)
    typed, land_on = letter_form.reshape(typed, act, work.desk.default)
    if "opvolger" in act:
        typed = _with_successors(work, typed, act)
    return _form(work, typed, land_on=land_on)


def _checked(work: Work, typed: TypedLetter, act: str, posted: Posted) -> Response:
    """Save or send what was shown on the check page; anything else is shown on it first."""
    office = office_of(work.request)
    try:
        new = understand(typed, work.desk.facts, office.today())
        if act == "bewaar":
            return _save(work, typed, new, None)
        sent_on, wrong = sending_day(posted, new.letter_date, office.today())
        if act == "verstuur" and wrong is None and posted.text("gerekend") == sent_on.isoformat():
            return _save(work, typed, new, sent_on)
        return _check(work, typed, new, sent_on, wrong, counted_anew=act == "verstuur" and wrong is None)
    except OutOfDate as refusal:
        return _form(work, _taking_over(work, typed), refusal)
    except Refusal as refusal:
        return _form(work, typed, refusal)


def _save(work: Work, typed: TypedLetter, new: NewLetter, sent_on: date | None) -> Response:
    office, words = office_of(work.request), wording_of(work.request)
    with office.db.writing() as session:
        if work.letter_id is None:
            letter = letters.register(session, work.who, new, office.now(), key=typed.key)
        else:
            version = int(typed.version) if typed.version.isdecimal() else 0
            letter = letters.revise(session, work.who, work.letter_id, new, version, office.now())
        if sent_on is not None and letter.sent_on is None:
            letters.send(session, work.who, letter.id, sent_on, office.now())
        letter_id, number = letter.id, str(letter.number)
    if sent_on is None:
        sentence = mark("Brief {number} is bewaard als concept. Er is nog niets verstuurd.")
    else:
        sentence = mark("Brief {number} is verstuurd. De contactpersonen krijgen een mail met een link.")
    return redirect(work.request, f"/brieven/{letter_id}", words.text(sentence, number=number))


def _check(
    work: Work, typed: TypedLetter, new: NewLetter, sent_on: date, wrong: Invalid | None, *, counted_anew: bool
) -> Response:
    office, words = office_of(work.request), wording_of(work.request)
    start = new.letter_date if wrong else sent_on
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


def _form(
    work: Work,
    typed: TypedLetter,
    refusal: Refusal | None = None,
    land_on: int | None = None,
    read: str | None = None,
    earlier_at: int | None = None,
) -> Response:
    office, words = office_of(work.request), wording_of(work.request)
    errors = field_errors(words, refusal)
    here = work.desk
    with office.db.reading() as session:
        documents = documents_by_id(session, typed.document_ids)
        asked_before = earlier.shown(session, work.who, typed, work.letter_id, here.facts.ministries, earlier_at)
    seal, _ = seals(office, work.who)
    return page(
        work.request,
        "letters/form.html",
        refusal=refusal,
        address=work.address,
        editing=work.letter_id,
        letter=typed,
        blank=letter_form.TypedQuestion.by_term(here.default),
        due=here.due_lines(typed),
        land_on=land_on,
        earlier=asked_before,
        earlier_at=earlier_at,
        read=read,
        documents=[(document, seal(document.id)) for document in documents],
        ministries=here.ministries(office.today()),
        contributors=here.contributors(office.today()),
        contacts=here.contacts,
        dossiers=here.dossiers,
        channels=here.worded(CHANNELS),
        kinds=here.worded(KINDS),
        term_kinds=here.worded(TERM_KINDS),
        units=here.worded(UNITS),
        errors=errors,
        summary_errors=summary_errors(words, errors),
        offers=here.offers(typed, refusal),
    )


def _with_successors(work: Work, typed: TypedLetter, act: str) -> TypedLetter:
    try:
        day = day_of(typed.day, "datum") or office_of(work.request).today()
    except Invalid:
        return typed
    codes = {code: to.code for code, to in work.desk.successors(day).items()}
    return letter_form.with_successors(typed, act, codes)


def _taking_over(work: Work, typed: TypedLetter) -> TypedLetter:
    """The typed letter, ready to be saved over what a colleague saved meanwhile, once its typist has been told."""
    with office_of(work.request).db.reading() as session:
        letter = find_letter(session, work.who, work.letter_id or 0)
    return replace(typed, version=str(letter.version))
