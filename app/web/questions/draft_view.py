"""The draft on the page of a question: only for the owner's own people."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.permissions import Relation, may
from app.domain.questions import Act, acts_from
from app.store.answering import Draft, draft_of
from app.store.documents import documents_of_draft
from app.store.questions import Question
from app.web.questions.story_view import FileLine, file_lines
from app.wording import Wording


@dataclass(frozen=True)
class DraftView:
    """What its ministry sees of the draft: `offered` while it waits for release, why it came back, its version."""

    draft: Draft | None = None
    offered: Draft | None = None
    files: Sequence[FileLine] = ()

    @property
    def version(self) -> int:
        """0 where there is none."""
        return self.draft.version if self.draft else 0

    @property
    def sent_back_because(self) -> str:
        """What the coordinator wants changed, where the draft was sent back."""
        return (self.draft.sent_back_because or "") if self.draft else ""


def draft_view(words: Wording, session: Session, actor: Actor, relation: Relation, question: Question) -> DraftView:
    """The draft as this reader may see it: nothing for whoever doesn't write it."""
    writes = may(actor.roles, Act.SAVE_DRAFT, relation) and Act.SAVE_DRAFT in acts_from(question.state)
    draft = draft_of(session, question) if writes else None
    if draft is None or draft.offered_at is None:
        return DraftView(draft)
    return DraftView(draft, draft, file_lines(words, documents_of_draft(session, draft.id), "/documenten"))
