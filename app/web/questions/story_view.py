"""The page of one question: its story, turned into what the templates draw."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from app.domain.actors import Actor
from app.domain.comparison import Piece, compare
from app.domain.errors import mark
from app.domain.permissions import Relation
from app.domain.questions import CLIMBING_STATES, State, Verdict
from app.domain.terms import TermKind
from app.store.documents import Document
from app.store.lists.concurrences import Objection, Told
from app.store.lists.story import AnswerOfRound, Story, late_days_of
from app.store.outbox import MailState, OutboxMail
from app.web.questions.excerpts import Excerpt, excerpt
from app.web.questions.holder_view import HolderBar, holder_bar
from app.web.questions.offers import Turn, turn
from app.web.questions.term_view import CalendarDay, LedgerLine, calendar_days, ledger
from app.wording import Wording

KIB = 1024


@dataclass(frozen=True)
class Lateness:
    """Calendar days after the due date: above 0 late, below 0 still to come. Once `answered` they count no further."""

    days: int
    answered: bool


@dataclass(frozen=True)
class FileLine:
    """A document on a page: its name, address and size in words, and what the virus scanner said ("" if nothing)."""

    name: str
    href: str
    size: str
    id: int
    scan: str


@dataclass(frozen=True)
class AnswerView:
    """One answer: heading, its own words, what the register says of it, and the verdict with its heading.

    `changes`: beside the answer of the round before, where there is one.
    """

    head: str
    text: str
    given: str
    files: Sequence[FileLine]
    verdict: Verdict | None
    verdict_head: str
    verdict_reason: str
    objections: Sequence[Objection]
    changes: Sequence[Piece] = ()


@dataclass(frozen=True)
class StoryView:
    """What the page of a question shows."""

    story: Story
    lateness: Lateness | None
    due_sentence: str
    turn: Turn
    holder: HolderBar | None
    excerpt: Excerpt
    answers: Sequence[AnswerView]
    owner_since: date | None
    ledger: Sequence[LedgerLine]
    calendar: Sequence[CalendarDay]
    stuck: Sequence[str]


TERM_KINDS = {
    TermKind.STATUTORY: mark("wettelijke termijn"),
    TermKind.NORM: mark("norm"),
    TermKind.AGREED: mark("afspraak"),
}


def story_view(
    words: Wording,
    story: Story,
    actor: Actor,
    relation: Relation,
    today: date,
    vng: str,
    told: Sequence[Told] = (),
    *,
    waits_for_release: bool = False,
) -> StoryView:
    """Everything on the page of a question, for this reader; `told` are the requests to concur as they may see them.

    `waits_for_release`: an answer is before the coordinator of the reader's ministry.
    """
    question, standing = story.question, story.standing
    lateness = lateness_of(story, today)
    late_until = _late_until(story, lateness, today)
    return StoryView(
        story=story,
        lateness=lateness,
        due_sentence=words.text(_due_sentence(story, today), due_on=question.due_on),
        turn=turn(
            words,
            actor,
            relation,
            question,
            story.owner.display,
            vng,
            today,
            told,
            waits_for_release=waits_for_release,
        ),
        holder=holder_bar(words, story, today, vng),
        excerpt=excerpt(story.letter.body, question.text),
        answers=_answers(words, story, vng),
        owner_since=_owner_since(story),
        ledger=ledger(words, standing) if standing else [],
        calendar=calendar_days(words, standing, story.calendar, today, late_until) if standing else [],
        stuck=[_stuck(words, mail) for mail in story.stuck_mail],
    )


def _answers(words: Wording, story: Story, vng: str) -> list[AnswerView]:
    """The answers, the youngest first, each beside the one before it."""
    views = [answer_view(words, one, vng, "/documenten") for one in story.answers]
    beside = [compare(before.text, view.text) for view, before in pairwise(views)]
    return [replace(view, changes=changes) for view, changes in zip(views, [*beside, ()], strict=False)]


def lateness_of(story: Story, today: date) -> Lateness | None:
    """How late a question is or was answered; None for concepts, withdrawn ones, and while the clock stands still."""
    question = story.question
    if question.state in CLIMBING_STATES and not question.suspended:
        return Lateness((today - question.due_on).days, answered=False)
    answer = next((one.answer for one in story.answers if one.answer.round == question.round), None)
    if answer is not None and question.state in {State.ANSWERED, State.SETTLED}:
        return Lateness(late_days_of(answer), answered=True)
    return None


def answer_view(words: Wording, one: AnswerOfRound, vng: str, files: str) -> AnswerView:
    """An answer in its own words, with what the register says of it. `files`: where its documents are fetched."""
    answer = one.answer
    given_on = words.longdate(answer.answered_on) if answer.received_on else words.moment(answer.submitted_at)
    head = words.text(
        mark("Ronde {round} · {ministry}, {day}"), round=answer.round, ministry=one.ministry, day=given_on
    )
    verdict_head = ""
    if answer.verdict is not None and answer.judged_at is not None:
        day = words.longdate(answer.judged_at)
        verdict_head = words.text(mark("Oordeel van de {vng}, {day}"), vng=vng, day=day)
    return AnswerView(
        head=head,
        text=answer.text,
        given=_given(words, one),
        files=file_lines(words, one.documents, files),
        verdict=answer.verdict,
        verdict_head=verdict_head,
        verdict_reason=answer.verdict_reason or "",
        objections=one.objections,
    )


def file_lines(words: Wording, documents: Sequence[Document], address: str) -> list[FileLine]:
    """Documents with their addresses under `address`, and their sizes in words."""
    return [
        FileLine(one.name, f"{address}/{one.id}", _size(words, one.size), one.id, one.scan or "") for one in documents
    ]


def _given(words: Wording, one: AnswerOfRound) -> str:
    answer, late = one.answer, late_days_of(one.answer)
    parts = []
    if answer.given_by:
        sentence = mark("Ondertekend door {name}.") if answer.received_on else mark("Gegeven door {name}.")
        parts.append(words.text(sentence, name=answer.given_by))
    if answer.received_on:
        parts.append(words.text(mark("Ontvangen per brief of mail en vastgelegd door het secretariaat.")))
    if late:
        parts.append(words.plural(mark("{n} dag te laat."), mark("{n} dagen te laat."), late))
    else:
        parts.append(words.text(mark("Op tijd.")))
    if answer.alone_because:
        sentence = mark("Zonder instemming van alle ministeries: {reason}")
        parts.append(words.text(sentence, reason=answer.alone_because))
    return " ".join(parts)


def _due_sentence(story: Story, today: date) -> str:
    question = story.question
    if question.state is State.DRAFT:
        return mark("Uiterste antwoorddatum als de brief op zijn datum weggaat: {due_on}")
    if question.suspended:
        return mark("De klok staat stil; zolang is {due_on} voorlopig")
    if question.state in CLIMBING_STATES and today <= question.due_on:
        return mark("Uiterste antwoorddatum is {due_on}")
    return mark("Uiterste antwoorddatum was {due_on}")


def _late_until(story: Story, lateness: Lateness | None, today: date) -> date | None:
    if lateness is None or lateness.days <= 0:
        return None
    return story.answers[0].answer.answered_on if lateness.answered else today


def _owner_since(story: Story) -> date | None:
    """Since when the present owner has been it: the day of the last passing on, else of the sending."""
    changes = [event.on for event in story.events if event.to_ministry == story.owner.display]
    return changes[0] if changes else story.question.asked_on


def _stuck(words: Wording, mail: OutboxMail) -> str:
    sentence = mark("De mail aan {address} is niet bezorgd.")
    if mail.state is MailState.UNCERTAIN:
        sentence = mark("Het is niet zeker of de mail aan {address} is aangekomen.")
    return words.text(sentence, address=mail.address)


def _size(words: Wording, size: int) -> str:
    """A size as people say it: 214 kB, 1,2 MB."""
    if size < KIB * KIB:
        return f"{max(1, round(size / KIB))} kB"
    return f"{words.number(round(size / KIB / KIB, 1))} MB"
