"""Where an answer is typed, by link or signed in: its form, its draft, its attachments, and sending it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, Refusal, mark
from app.domain.files import ACCEPT
from app.domain.questions import Act, State, acts_from
from app.office import Office
from app.store.access import find_question, question_for_act
from app.store.answering import Draft, draft_of
from app.store.documents import Document, ScanState, documents_of_draft
from app.store.questions import Question
from app.store.releasing import needs_release
from app.usecases import answering, drafts, releasing
from app.web.frame.forms import Posted
from app.web.letters.documents import keep_uploads
from app.web.questions.story_view import FileLine, file_lines
from app.wording import Wording

FILES = "bijlage"
DETACH = "weg-"
ANSWERABLE = frozenset(state for state in State if Act.SUBMIT in acts_from(state))


@dataclass(frozen=True)
class Desk:
    """Who answers which question, where, and in which language: the form's address, and that of its documents."""

    actor: Actor
    question_id: int
    address: str
    files: str
    words: Wording


@dataclass(frozen=True)
class Sheet:
    """The form of an answer as it is shown: what was typed last, or else the draft.

    `theirs` is what a colleague saved meanwhile, for merging by hand; `version` the draft this form was opened with.
    `may_ask`: others can be asked to concur with the text. `to_release`: the coordinator gives the answer; it is
    `offered` while it waits for that, and came back for what `sent_back_because` says.
    """

    address: str
    text: str
    given_by: str
    alone_because: str
    version: str
    saved: str
    theirs: str
    asks_why_alone: bool
    may_ask: bool
    to_release: bool
    offered: bool
    sent_back_because: str
    files: Sequence[FileLine]
    accept: str = ACCEPT


def sheet(
    session: Session,
    desk: Desk,
    question: Question,
    typed: Posted | None = None,
    refusal: Refusal | None = None,
) -> Sheet:
    """The form to show: with what was typed where it comes back, else with the draft, or what waits for release."""
    draft = draft_of(session, question)
    to_release = needs_release(session, desk.actor, question)
    offered = draft is not None and draft.offered_at is not None
    if offered and to_release:
        typed = None
    facts = refusal.facts if refusal else {}
    theirs = str(facts.get("theirs", ""))
    attached = documents_of_draft(session, draft.id) if draft else []
    return Sheet(
        address=desk.address,
        text=typed.text("tekst") if typed else draft.text if draft else "",
        given_by=typed.text("namens") if typed else (draft.given_by or "") if draft else "",
        alone_because=typed.text("omdat") if typed else "",
        version=str(facts["version"]) if theirs else str(draft.version) if draft else "",
        saved=desk.words.moment(draft.saved_at) if draft and not typed else "",
        theirs=theirs,
        asks_why_alone=question.state is State.CONCURRING,
        may_ask=question.state in {State.ASKED, State.ACCEPTED},
        to_release=to_release,
        offered=offered,
        sent_back_because=(draft.sent_back_because or "") if draft else "",
        files=file_lines(desk.words, attached, desk.files),
    )


def save(office: Office, desk: Desk, form: Posted) -> Draft | None:
    """Keep the text and the chosen files as the draft, or take one attachment off it.

    None where the question was answered meanwhile with this very text: a form sent twice. The files that can be kept
    are kept also when another is refused. Raises Refusal.
    """
    with office.db.reading() as session:
        too_late = find_question(session, desk.actor, desk.question_id).state not in ANSWERABLE
    document_ids, refused = keep_uploads(office, desk.actor, [] if too_late else form.files(FILES))
    with office.db.writing() as session:
        question = question_for_act(session, desk.actor, desk.question_id, Act.SAVE_DRAFT)
        draft = None
        if question.state is not State.ANSWERED:
            draft = _save(session, office, desk, form)
            _attach(session, office, desk, draft, document_ids)
        removed = _number_after(DETACH, form.text("act"))
        if removed is not None:
            drafts.detach(session, desk.actor, desk.question_id, removed)
    if refused:
        first, *others = (Invalid(one.code, one.sentence, field=FILES, **one.facts) for one in refused)
        raise Invalid(first.code, first.sentence, field=FILES, others=tuple(others), **first.facts)
    return draft


def submit(office: Office, desk: Desk, form: Posted) -> bool:
    """Keep what was typed, then give it as the answer, or offer it for release: nothing is lost where that is refused.

    Tells whether it was given: False while it waits for the coordinator. Raises Refusal.
    """
    save(office, desk, form)
    with office.db.writing() as session:
        waits = releasing.is_needed(session, desk.actor, desk.question_id)
        give = releasing.offer if waits else answering.submit
        give(
            session,
            desk.actor,
            desk.question_id,
            form.text("tekst"),
            form.text("namens"),
            office.now(),
            alone_because=form.text("omdat"),
        )
    return not waits


def autosave(office: Office, desk: Desk, form: Posted) -> Response:
    """Keep the draft while somebody types, and tell the script when, which version it is, and where files came along,
    which ones it has now. Raises Refusal."""
    draft = save(office, desk, form)
    told: dict[str, object] = {"tijd": desk.words.clock(office.now())}
    if draft:
        told["versie"] = draft.version
    if draft and form.files(FILES):
        with office.db.reading() as session:
            lines = file_lines(desk.words, documents_of_draft(session, draft.id), desk.files)
        told["bestanden"] = [
            {"id": one.id, "naam": one.name, "adres": one.href, "grootte": one.size, "nog": _not_yet(desk, one)}
            for one in lines
        ]
    return JSONResponse(told)


def _not_yet(desk: Desk, file: FileLine) -> str:
    """Why a file can't be opened yet; empty where it can."""
    return desk.words.text(mark("wordt gecontroleerd op virussen")) if file.scan == ScanState.WAITING else ""


def _save(session: Session, office: Office, desk: Desk, form: Posted) -> Draft:
    return drafts.save_draft(
        session,
        desk.actor,
        desk.question_id,
        form.text("tekst"),
        form.text("namens"),
        form.number("versie"),
        office.now(),
    )


def _attach(session: Session, office: Office, desk: Desk, draft: Draft, document_ids: Sequence[int]) -> None:
    """Add the files that the draft doesn't have yet: a form sent twice brings them twice."""
    present = {(one.sha256, one.name) for one in documents_of_draft(session, draft.id)}
    for document_id in document_ids:
        document = session.get_one(Document, document_id)
        if (document.sha256, document.name) not in present:
            drafts.attach(session, desk.actor, desk.question_id, document_id, office.now())
            present.add((document.sha256, document.name))


def _number_after(prefix: str, act: str) -> int | None:
    found = re.fullmatch(f"{prefix}([0-9]{{1,15}})", act)
    return int(found.group(1)) if found else None
