"""Registering a letter: the form, the check before it is saved, and changing a concept."""

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, OutOfDate, Refusal, WrongState, mark
from app.domain.letters import NewLetter, likely_sending_day
from app.domain.pasted import plain
from app.domain.permissions import Task
from app.routes import Router
from app.store.access import find_letter
from app.store.lists.letter_view import as_typed, letter_view
from app.store.ministries import ministry_names
from app.store.terms import default_term, load_calendar
from app.usecases import letters, unfinished
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.letters import earlier, letter_form
from app.web.letters.documents import file_text, keep_uploads, seals
from app.web.letters.letter_form import TypedLetter
from app.web.letters.letter_pages import Shown, Work, check_page, form_page, keep, work_on
from app.web.letters.letter_reading import day_of, sending_day, together, typed_term, understand
from app.web.letters.letter_summary import due_before_sending
from app.web.letters.proposals import READ_TEXT, day_or, filled_from_text, proposed, reason

router = Router(prefix="/brieven")
Secretariat = Annotated[Actor, needs(Task.REGISTER)]
KEEP_FILE = "bijlage"
SAVING = frozenset({"bewaar", "verstuur"})
LATER = "/brieven?stand=concept"


@router.get("/nieuw")
def new_form(request: Request, who: Secretariat) -> Response:
    """An empty form."""
    work = work_on(request, who, None)
    return form_page(work, letter_form.start(work.desk.default, office_of(request).today()), Shown())


@router.post("/nieuw")
def new(request: Request, who: Secretariat, form: Annotated[Posted, POSTED]) -> Response:
    """Do what the pressed button says: change the form, check it, save it, send it."""
    return _take(work_on(request, who, None), form)


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
        line = due_before_sending(words, term, day, office.today(), calendar) if day else None
    except Invalid as refusal:
        why_not = words.refusal(refusal)
    return page(request, "letters/_due.html", line=line, why_not=why_not)


@router.get("/nieuw/voorstel")
def proposal(request: Request, _: Secretariat) -> Response:
    """Who a passage of the letter (`tekst`, in its paragraph `alinea`) is for: codes, and why the first one."""
    asked, office, words = Posted(FormData(request.query_params)), office_of(request), wording_of(request)
    with office.db.reading() as session:
        ministries = ministry_names(session)
    on = day_or(asked.typed_day("datum"), office.today())
    found = proposed(asked.text("tekst"), asked.text("alinea"), on, ministries)
    why = reason(words, found.named[0], nearby=found.nearby) if found.named else ""
    sentence = mark("Voorgesteld uit de tekst: {names}. Klopt dat?")
    said = words.text(sentence, names=", ".join(one.ministry.display for one in found.named)) if found.named else ""
    return JSONResponse({"ministeries": [one.ministry.code for one in found.named], "waarom": why, "zin": said})


@router.get("/{letter_id}/bewerken")
def change_form(request: Request, who: Secretariat, letter_id: RowId) -> Response:
    """A concept in the form."""
    work = work_on(request, who, letter_id)
    with office_of(request).db.reading() as session:
        letter = find_letter(session, who, letter_id)
        view, typed = letter_view(session, who, letter), as_typed(session, letter)
    if not view.is_concept:
        sentence = mark("Brief {number} is geen concept meer en kan niet worden gewijzigd.")
        note = wording_of(request).text(sentence, number=str(letter.number))
        return redirect(request, f"/brieven/{letter_id}", ("warning", note))
    return form_page(work, letter_form.opened(letter_form.from_new(typed, letter.version, work.desk.default)), Shown())


@router.post("/{letter_id}/bewerken")
def change(request: Request, who: Secretariat, letter_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Do what the pressed button says with a concept."""
    return _take(work_on(request, who, letter_id), form)


def _take(work: Work, posted: Posted) -> Response:
    office, act = office_of(work.request), posted.text("act")
    _, unseal = seals(office, work.who)
    typed = letter_form.read(posted, unseal, work.desk.default)
    kept, refused = keep_uploads(office, work.who, posted.files("bestanden"))
    typed = replace(typed, document_ids=(*typed.document_ids, *kept))
    read = file_text(office, kept) if kept and not typed.body else None
    typed = replace(typed, body=plain(read)) if read else typed
    if act in SAVING and not refused:
        return _checked(work, typed.filled(), act, posted)
    wrong = together(refused) if refused else None
    if act in {KEEP_FILE, READ_TEXT}:
        typed = filled_from_text(typed, office.today(), work.desk.facts.ministries)
    typed, land_on = letter_form.reshape(typed, act, work.desk.default)
    if "opvolger" in act:
        typed = _with_successors(work, typed, act)
    try:
        typed, shown = keep(work.request, work.who, work.letter_id, typed)
    except WrongState as refusal:
        return form_page(work, typed, Shown(), refusal)
    if act == "later" and wrong is None:
        return redirect(work.request, LATER, wording_of(work.request).text(mark("Wat u hebt ingevuld, is bewaard.")))
    if act == "controleer" and wrong is None:
        return _checked(work, typed.filled(), act, posted)
    shown = replace(shown, land_on=land_on, read=read, earlier_at=earlier.place_of(act, typed))
    return form_page(work, typed, shown, wrong)


def _checked(work: Work, typed: TypedLetter, act: str, posted: Posted) -> Response:
    """Save or send what was shown on the check page; anything else is shown on it first."""
    office = office_of(work.request)
    today = office.today()
    try:
        new = understand(typed, work.desk.facts, today)
        if act == "bewaar":
            return _save(work, typed, new, None)
        sent_on, wrong = sending_day(posted, new.letter_date, today, likely_sending_day(new, today))
        if act == "verstuur" and wrong is None and posted.text("gerekend") == sent_on.isoformat():
            return _save(work, typed, new, sent_on)
        return check_page(work, typed, new, sent_on, wrong, counted_anew=act == "verstuur" and wrong is None)
    except OutOfDate as refusal:
        return form_page(work, _taking_over(work, typed), Shown(), refusal)
    except Refusal as refusal:
        return form_page(work, typed, Shown(), refusal)


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
        unfinished.finish(session, work.who, typed.key)
        letter_id, number = letter.id, str(letter.number)
    if sent_on is None:
        sentence = mark("Brief {number} is bewaard als concept. Er is nog niets verstuurd.")
    else:
        sentence = mark("Brief {number} is verstuurd. De contactpersonen krijgen een mail met een link.")
    return redirect(work.request, f"/brieven/{letter_id}", words.text(sentence, number=number))


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
