"""Letters: the list, the letter itself, sending it and withdrawing it."""

from datetime import date
from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, Refusal, WrongState, mark
from app.domain.letters import first_sending_day
from app.domain.passages import flowing, parts
from app.domain.permissions import Task, may
from app.domain.questions import CLIMBING_STATES, Act, State, acts_from
from app.routes import Router
from app.store.access import find_letter
from app.store.lists.letter_view import LetterView, as_typed, letter_view
from app.usecases import letters
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, status_of, wording_of
from app.web.frame.sessions import office_of
from app.web.letters.letter_desk import CHANNELS, KINDS, field_errors
from app.web.letters.letter_reading import sending_day
from app.web.letters.letter_summary import summary

router = Router(prefix="/brieven")
Reader = Annotated[Actor, needs(Task.READ)]
Secretariat = Annotated[Actor, needs(Task.REGISTER)]


@router.get("/{letter_id:int}")
def letter(request: Request, who: Reader, letter_id: RowId) -> Response:
    """One letter with its questions."""
    return _letter_page(request, who, letter_id)


@router.get("/{letter_id}/verzenden")
def sending(request: Request, who: Secretariat, letter_id: RowId) -> Response:
    """What will happen when the letter goes out today."""
    return _sending_page(request, who, letter_id, Posted())


@router.post("/{letter_id}/verzenden")
def send(request: Request, who: Secretariat, letter_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Send a concept on the day that was shown with its terms; another day is shown first."""
    office, words = office_of(request), wording_of(request)
    with office.db.reading() as session:
        found = find_letter(session, who, letter_id)
    sent_on, wrong = sending_day(form, found.letter_date, office.today())
    if wrong or form.text("gerekend") != sent_on.isoformat():
        return _sending_page(request, who, letter_id, form)
    try:
        with office.db.writing() as session:
            letters.send(session, who, letter_id, sent_on, office.now())
    except WrongState as refusal:
        return redirect(request, f"/brieven/{letter_id}", ("warning", words.refusal(refusal)))
    sentence = mark("Brief {number} is verstuurd. De contactpersonen krijgen een mail met een link.")
    return redirect(request, f"/brieven/{letter_id}", words.text(sentence, number=str(found.number)))


@router.post("/{letter_id}/intrekken")
def withdraw(request: Request, who: Secretariat, letter_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Withdraw a concept; its number stays taken."""
    office, words = office_of(request), wording_of(request)
    try:
        with office.db.writing() as session:
            number = letters.withdraw(session, who, letter_id, form.text("reden"), office.now()).number
    except WrongState as refusal:
        return _letter_page(request, who, letter_id, refusal, form)
    sentence = mark("Brief {number} is ingetrokken.")
    return redirect(request, f"/brieven/{letter_id}", words.text(sentence, number=str(number)))


def _letter_page(
    request: Request, who: Actor, letter_id: int, refusal: Refusal | None = None, typed: Posted | None = None
) -> Response:
    office = office_of(request)
    with office.db.reading() as session:
        view = letter_view(session, who, find_letter(session, who, letter_id))
    marked = [(row.position, row.text) for row in view.questions]
    return page(
        request,
        "letters/letter.html",
        refusal=refusal,
        typed=typed,
        view=view,
        letter=view.letter,
        number=str(view.letter.number),
        text=parts(flowing(view.letter.body or ""), marked),
        channel=CHANNELS[view.letter.channel],
        late={row.id: _late(row.state, row.due_on, office.today(), suspended=row.suspended) for row in view.questions},
        may_register=may(who.roles, Task.REGISTER),
        may_record=_may_record(who, view),
    )


def _sending_page(request: Request, who: Actor, letter_id: int, form: Posted) -> Response:
    office, words = office_of(request), wording_of(request)
    with office.db.reading() as session:
        view = letter_view(session, who, find_letter(session, who, letter_id))
        if not view.is_concept:
            note = words.text(mark("Brief {number} is geen concept meer."), number=str(view.letter.number))
            return redirect(request, f"/brieven/{letter_id}", ("warning", note))
        sent_on, wrong = sending_day(form, view.letter.letter_date, office.today())
        start = first_sending_day(view.letter.letter_date, office.today()) if wrong else sent_on
        try:
            found = summary(session, words, as_typed(session, view.letter), start, office.today())
        except Invalid as refusal:
            note = words.text(mark("De brief kan zo niet weg. {why}"), why=words.refusal(refusal))
            return redirect(request, f"/brieven/{letter_id}", ("error", note))
    return page(
        request,
        "letters/send.html",
        status_of(wrong) if wrong and wrong.field else 200,
        view=view,
        letter=view.letter,
        number=str(view.letter.number),
        summary=found,
        kinds=KINDS,
        fields=[],
        sent_on=sent_on,
        start=start,
        can_send=view.letter.letter_date <= office.today(),
        counted_anew=not wrong and form.text("gerekend") not in {"", start.isoformat()},
        errors=field_errors(words, wrong),
    )


def _may_record(who: Actor, view: LetterView) -> bool:
    return may(who.roles, Act.RECORD) and any(Act.RECORD in acts_from(row.state) for row in view.questions)


def _late(state: State, due_on: date, today: date, *, suspended: bool) -> int | None:
    """Days after the due date (below 0: days left) while an answer is owed and the clock runs; none otherwise."""
    if state not in CLIMBING_STATES or suspended:
        return None
    return (today - due_on).days
