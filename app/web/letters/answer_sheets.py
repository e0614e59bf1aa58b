"""The consolidated answer sheet of a letter: a page that prints well, and the same as a text document."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.permissions import Task
from app.domain.questions import State, Verdict
from app.routes import Router
from app.store.access import find_letter
from app.store.lists.answer_sheet import AnswerSheet, SheetLine, answer_sheet
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.frame.texts import Facts, Heading, Paragraph, Part, odt_answer
from app.wording import Wording

router = Router(prefix="/brieven/{letter_id}")
Reader = Annotated[Actor, needs(Task.READ)]

VERDICTS = {
    None: mark("Wacht op een oordeel"),
    Verdict.CONCRETE: mark("Concreet"),
    Verdict.PARTIAL: mark("Gedeeltelijk"),
    Verdict.EVASIVE: mark("Ontwijkend"),
}


@router.get("/antwoordblad")
def sheet_page(request: Request, who: Reader, letter_id: RowId) -> Response:
    """Every question of the letter with its owner, answer, verdict, objections and promises."""
    sheet, words = _sheet(request, who, letter_id), wording_of(request)
    return page(
        request,
        "letters/answer_sheet.html",
        sheet=sheet,
        number=str(sheet.letter.number),
        stands={line.question.id: _stands(words, line) for line in sheet.lines},
        summary=_summary(words, sheet),
    )


@router.get("/antwoordblad.odt")
def as_odt(request: Request, who: Reader, letter_id: RowId) -> Response:
    """The sheet as an OpenDocument text."""
    sheet, words = _sheet(request, who, letter_id), wording_of(request)
    number = str(sheet.letter.number)
    title = words.text(mark("Antwoordblad bij brief {number}"), number=number)
    made = words.text(mark("Stand van {day}."), day=office_of(request).today())
    parts = list(_parts(words, sheet, title, made))
    return odt_answer(f"antwoordblad-{number}", title, words.language, parts)


def _sheet(request: Request, who: Actor, letter_id: int) -> AnswerSheet:
    with office_of(request).db.reading() as session:
        return answer_sheet(session, who, find_letter(session, who, letter_id))


def _summary(words: Wording, sheet: AnswerSheet) -> str:
    """How far the letter is, in one sentence."""
    ministries = words.plural(mark("{n} ministerie"), mark("{n} ministeries"), len(sheet.owners))
    questions = words.plural(mark("{n} vraag"), mark("{n} vragen"), len(sheet.lines))
    if not sheet.open:
        return words.text(
            mark("{questions} aan {ministries}; alles is beantwoord."), questions=questions, ministries=ministries
        )
    left = words.plural(mark("{n} staat nog open"), mark("{n} staan nog open"), sheet.open)
    return words.text(
        mark("{questions} aan {ministries}; {left}."), questions=questions, ministries=ministries, left=left
    )


def _stands(words: Wording, line: SheetLine) -> str:
    """How a question stands, for whoever reads it on paper."""
    question = line.question
    if question.state is State.WITHDRAWN:
        return words.text(mark("Ingetrokken"))
    if line.is_open and line.answer is None:
        return words.text(mark("Nog geen antwoord; uiterlijk {day}"), day=question.due_on)
    if line.is_open:
        sentence = mark("Nog open, ronde {round}; uiterlijk {day}. Hieronder het antwoord van ronde {before}")
        before = line.answer.round if line.answer else 1
        return words.text(sentence, round=question.round, day=question.due_on, before=before)
    return words.text(VERDICTS[line.answer.verdict]) if line.answer else ""


def _parts(words: Wording, sheet: AnswerSheet, title: str, made: str) -> Iterator[Part]:
    say, letter = words.text, sheet.letter
    yield Heading(title, 1)
    yield Facts(
        [
            (say(mark("Onderwerp")), letter.subject),
            (say(mark("Kenmerk")), letter.reference),
            (say(mark("Datum")), words.longdate(letter.letter_date)),
            (say(mark("Gericht aan")), sheet.addressee),
        ]
    )
    yield Paragraph(_summary(words, sheet))
    yield Paragraph(made, "small")
    if sheet.hidden:
        yield Paragraph(_hidden(words, sheet), "small")
    for line in sheet.lines:
        yield from _line_parts(words, line)


def _line_parts(words: Wording, line: SheetLine) -> Iterator[Part]:
    say, answer = words.text, line.answer
    yield Heading(f"{line.number}  {line.question.title}")
    if line.question.text != line.question.title:
        yield Paragraph(line.question.text)
    yield Paragraph(say(mark("Eigenaar: {owner}. {stands}."), owner=line.owner, stands=_stands(words, line)), "small")
    if answer is None:
        return
    given = say(mark("Antwoord van {ministry}, {day}"), ministry=line.answered_by, day=answer.answered_on)
    late = (
        words.plural(mark(", {n} dag te laat"), mark(", {n} dagen te laat"), line.days_late) if line.days_late else ""
    )
    yield Heading(given + late, 3)
    yield Paragraph(answer.text, "quote")
    for one in line.objections:
        objection = say(mark("Met bezwaar van {ministry}: {reason}"), ministry=one.ministry, reason=one.reason)
        yield Paragraph(objection, "warning")
    if answer.verdict_reason:
        yield Paragraph(
            say(
                mark("Oordeel: {verdict}. {reason}"),
                verdict=say(VERDICTS[answer.verdict]),
                reason=answer.verdict_reason,
            )
        )
    for made in line.commitments:
        promise = mark("Toezegging {number}: {title}, uiterlijk {day}")
        yield Paragraph(say(promise, number=str(made.number), title=made.title, day=made.due_on))


def _hidden(words: Wording, sheet: AnswerSheet) -> str:
    return words.plural(
        mark("{n} vraag aan een ander ministerie staat hier niet bij."),
        mark("{n} vragen aan andere ministeries staan hier niet bij."),
        sheet.hidden,
    )
