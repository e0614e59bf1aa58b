"""Where a contributor reads along and replies, by link or signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.comparison import Piece, compare
from app.domain.concurrence import Reply, TypedReply, check_reply, is_stalled
from app.domain.errors import Invalid, mark
from app.office import Office
from app.store.access import find_question
from app.store.concurrence import Contribution
from app.store.lists.concurrences import Told, told
from app.store.lists.story import Story, story_of
from app.usecases import concurrence
from app.web.concurrence.reply_view import BADGES
from app.web.frame.forms import Posted
from app.web.questions.excerpts import excerpt
from app.web.questions.story_view import file_lines
from app.wording import Wording


@dataclass(frozen=True)
class ReviewDesk:
    """Who replies to which request, where, and in which language; `back`: where somebody signed in came from."""

    actor: Actor
    question_id: int
    request_id: int
    address: str
    files: str
    words: Wording
    back: str = ""


@dataclass(frozen=True)
class EarlierVersion:
    """A version this ministry was sent before: what it said then, and how the present one differs."""

    version: int
    badge: tuple[str, str, str]
    reason: str
    proposal: str
    changes: Sequence[Piece]


@dataclass(frozen=True)
class Review:
    """All that a contributor reads: the question, the version sent to it, the versions before, its own reply."""

    story: Story
    request: Told
    earlier: Sequence[EarlierVersion]
    late: bool

    @property
    def proposed(self) -> Sequence[Piece]:
        """The text this ministry proposed beside the version sent."""
        return compare(self.request.text or "", self.request.proposal) if self.request.proposal else []


@dataclass(frozen=True)
class Checked:
    """A reply as it will be sent; `changes`: the proposed text beside the version sent."""

    reply: TypedReply
    changes: Sequence[Piece]


def review(session: Session, office: Office, desk: ReviewDesk) -> Review:
    """What the contributor reads, as the register has it now."""
    question = find_question(session, desk.actor, desk.question_id)
    own = [one for one in told(session, desk.actor, question) if one.mine]
    request = next(one for one in own if one.id == desk.request_id)
    before = [one for one in own if one.id < request.id and one.round == request.round]
    return Review(
        story=story_of(session, question),
        request=request,
        earlier=[_earlier(desk.words, one, request) for one in before],
        late=is_stalled(request.due_on, office.today()),
    )


def context(review: Review, desk: ReviewDesk) -> dict[str, Any]:
    """What the templates of a review need beside it."""
    story = review.story
    return {
        "desk": desk,
        "review": review,
        "story": story,
        "question": story.question,
        "excerpt": excerpt(story.letter.body, story.question.text),
        "letter_files": file_lines(desk.words, story.letter_documents, desk.files),
        "badges": BADGES,
    }


def check(review: Review, form: Posted) -> Checked:
    """The typed reply as it will be sent. Raises Invalid."""
    sent = review.request.text or ""
    reply = check_reply(_kind(form), form.text("toelichting"), form.text("voorstel"), sent)
    return Checked(reply, compare(sent, reply.proposal) if reply.proposal else [])


def send(office: Office, desk: ReviewDesk, form: Posted) -> Contribution:
    """Give the reply. Raises Refusal."""
    kind = _kind(form)
    with office.db.writing() as session:
        return concurrence.reply(
            session,
            desk.actor,
            desk.question_id,
            desk.request_id,
            kind,
            office.now(),
            reason=form.text("toelichting"),
            proposal=form.text("voorstel"),
        )


def _kind(form: Posted) -> Reply:
    if form.text("reactie") not in set(Reply):
        raise Invalid("missing", mark("Kies wat u van het concept vindt."), field="reactie")
    return Reply(form.text("reactie"))


def _earlier(words: Wording, one: Told, present: Told) -> EarlierVersion:
    text, icon, kind = BADGES[one.state]
    return EarlierVersion(
        version=one.edition,
        badge=(words.text(text), icon, kind),
        reason=one.reason or "",
        proposal=one.proposal or "",
        changes=compare(one.text or "", present.text or ""),
    )
