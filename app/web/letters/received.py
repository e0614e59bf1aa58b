"""Recording an answer that came by post or mail: one letter may answer several questions."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, Refusal, mark
from app.domain.permissions import Task
from app.domain.questions import Act, acts_from
from app.routes import Router
from app.store.access import find_letter
from app.store.lists.letter_view import LetterView, letter_view
from app.usecases import answering
from app.usecases.answering import ReceivedAnswer
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.letters.documents import keep_uploads, seals
from app.web.letters.letter_desk import documents_by_id
from app.web.letters.letter_reading import day_of, together

router = Router(prefix="/brieven")
Secretariat = Annotated[Actor, needs(Task.REGISTER)]
SEE_LETTER = "Zie bijgevoegde brief."


@router.get("/{letter_id}/antwoord")
def form(request: Request, who: Secretariat, letter_id: RowId, vraag: int | None = None) -> Response:
    """An empty form; `vraag` is ticked already."""
    return _form(request, who, letter_id, ticked=[vraag] if vraag else [])


@router.post("/{letter_id}/antwoord")
def record(request: Request, who: Secretariat, letter_id: RowId, posted: Annotated[Posted, POSTED]) -> Response:
    """Record the answer to each question that is ticked, all or none."""
    office, words = office_of(request), wording_of(request)
    _, unseal = seals(office, who)
    kept, refused = keep_uploads(office, who, posted.files("bestanden"))
    ids = [*(one for text in posted.texts("documenten") if (one := unseal(text))), *kept]
    ticked = posted.numbers("vragen")
    try:
        if posted.text("act").startswith("bijlage"):
            return _form(request, who, letter_id, posted, ticked=ticked, ids=_without(ids, posted.text("act")))
        received, received_on = _read(posted, ticked, ids, refused)
        with office.db.writing() as session:
            given_by = posted.text("namens")
            answering.record_received(session, who, received, received_on, given_by, ids, office.now())
    except Refusal as refusal:
        return _form(request, who, letter_id, posted, refusal, ticked, ids)
    sentence = words.plural(
        mark("Het antwoord op {n} vraag is vastgelegd. U kunt het nu beoordelen."),
        mark("Het antwoord op {n} vragen is vastgelegd. U kunt ze nu beoordelen."),
        len(received),
    )
    return redirect(request, f"/brieven/{letter_id}", sentence)


def _read(
    posted: Posted, ticked: Sequence[int], ids: Sequence[int], refused: Sequence[Invalid]
) -> tuple[list[ReceivedAnswer], date]:
    """What came in and on which day. Raises Invalid with all that is missing, in the order of the form."""
    texts = {one: posted.text(f"antwoord-{one}") for one in ticked}
    received_on, wrong = _received_on(posted)
    if not posted.text("namens"):
        wrong.append(Invalid("missing", mark("Vul in wie het antwoord geeft."), field="namens"))
    wrong += refused
    if not ids and not refused and SEE_LETTER in texts.values():
        sentence = mark("Voeg de brief als bestand toe, of schrijf bij elke vraag zelf wat er is geantwoord.")
        wrong.append(Invalid("missing", sentence, field="documenten"))
    if not ticked:
        wrong.append(Invalid("no-questions", mark("Kies welke vragen deze brief beantwoordt."), field="vragen"))
    for one, text in texts.items():
        if not text:
            wrong.append(Invalid("missing", mark("Schrijf wat er is geantwoord."), field=f"antwoord-{one}"))
    if wrong or received_on is None:
        raise together(wrong)
    return [ReceivedAnswer(one, text) for one, text in texts.items()], received_on


def _received_on(posted: Posted) -> tuple[date | None, list[Invalid]]:
    try:
        day = day_of(posted.typed_day("datumOntvangst"), "datumOntvangst")
    except Invalid as refusal:
        return None, [refusal]
    sentence = mark("Vul in op welke dag het antwoord is ontvangen.")
    return day, [] if day else [Invalid("missing", sentence, field="datumOntvangst")]


def _form(
    request: Request,
    who: Actor,
    letter_id: int,
    posted: Posted | None = None,
    refusal: Refusal | None = None,
    ticked: Sequence[int | None] = (),
    ids: Sequence[int] = (),
) -> Response:
    office = office_of(request)
    with office.db.reading() as session:
        view = letter_view(session, who, find_letter(session, who, letter_id))
        documents = documents_by_id(session, ids)
    waiting = [row for row in view.questions if Act.RECORD in acts_from(row.state)]
    if posted is None and len(waiting) == 1:
        ticked = [waiting[0].id]
    seal, _ = seals(office, who)
    return page(
        request,
        "letters/received.html",
        refusal=refusal,
        typed=posted,
        view=view,
        number=str(view.letter.number),
        waiting=waiting,
        moved_on=_moved_on(view, waiting, ticked),
        ticked=ticked,
        see_letter=SEE_LETTER,
        received_on=posted.typed_day("datumOntvangst") if posted else office.today(),
        documents=[(document, seal(document.id)) for document in documents],
    )


def _moved_on(view: LetterView, waiting: Sequence[Any], ticked: Sequence[int | None]) -> Sequence[Any]:
    """Questions that were ticked and can't be answered any more: their text is shown, so that it isn't lost."""
    still = {row.id for row in waiting}
    return [row for row in view.questions if row.id in ticked and row.id not in still]


def _without(ids: Sequence[int], act: str) -> list[int]:
    return [one for one in ids if act != f"bijlage-weg-{one}"]
