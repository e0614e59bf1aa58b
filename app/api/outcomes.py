"""What comes of answers, by API: promises on record, and the answer sheet of a letter."""

from typing import Annotated

from fastapi import Request, Response

from app.api.addresses import address_of
from app.api.bodies import ACCEPTABLE, body
from app.api.reads import answer_shape, commitment_made, ministry_codes, question_shapes
from app.api.shapes import AnswerSheetShape, ObjectionShape, QuestionShape, SheetLineShape
from app.api.tokens import RowId, needs, office_of
from app.api.typed import TypedCommitment
from app.domain.actors import Actor
from app.domain.commitments import NewCommitment
from app.domain.permissions import Task
from app.routes import Router
from app.store.access import find_letter
from app.store.lists.answer_sheet import answer_sheet
from app.usecases import commitments

router = Router(tags=["antwoorden"], dependencies=[ACCEPTABLE])


@router.post("/vragen/{id}/toezeggingen", status_code=201, summary="Leg een toezegging uit een antwoord vast")
def record_commitment(
    request: Request,
    response: Response,
    who: Annotated[Actor, needs(Task.REGISTER)],
    question_id: RowId,
    new: Annotated[TypedCommitment, body(TypedCommitment)],
) -> QuestionShape:
    """A question of kind `toezegging` in the same letter. Sent twice it is one."""
    office = office_of(request)
    typed = NewCommitment(new.quote, new.what, new.due_on)
    with office.db.writing() as session:
        made = commitments.record(session, who, question_id, typed, office.now(), answer_id=new.answer_id).id
    response.headers["Location"] = address_of(request, f"/vragen/{made}")
    with office.db.reading() as session:
        return question_shapes(session, [made], office.today())[0]


@router.get("/brieven/{id}/antwoordblad", summary="Alle vragen van een brief met hun antwoorden")
def read_answer_sheet(request: Request, who: Annotated[Actor, needs(Task.READ)], letter_id: RowId) -> AnswerSheetShape:
    """The latest answer to each question the reader may see, with verdict, objections and promises."""
    office = office_of(request)
    with office.db.reading() as session:
        sheet = answer_sheet(session, who, find_letter(session, who, letter_id))
        shapes = question_shapes(session, [line.question.id for line in sheet.lines], office.today())
        codes = ministry_codes(session)
        lines = [
            SheetLineShape(
                **dict(shape),
                answer=answer_shape(line.answer, codes, line.objections) if line.answer else None,
                objections=[ObjectionShape(ministry=one.code, reason=one.reason) for one in line.objections],
                commitments=[commitment_made(one) for one in line.commitments],
            )
            for line, shape in zip(sheet.lines, shapes, strict=True)
        ]
    return AnswerSheetShape(
        number=str(sheet.letter.number),
        subject=sheet.letter.subject,
        reference=sheet.letter.reference,
        open=sheet.open,
        hidden=sheet.hidden,
        lines=lines,
    )
