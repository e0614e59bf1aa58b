"""Searching in all texts one may read, and what the search box proposes while somebody types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.numbers import LetterNumber, QuestionNumber
from app.domain.permissions import Task
from app.domain.search import LONGEST, MOST_TERMS, Term, excerpt, terms_of
from app.routes import Router
from app.store.lists.suggestions import letters_like, questions_like
from app.store.search.entries import Found, whole_texts
from app.store.search.finding import SearchFilter, count_found, found
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.filter_parts import unknown_value
from app.web.questions.question_table import address, counted

router = Router(prefix="/zoeken")
Reader = Annotated[Actor, needs(Task.READ)]
PROPOSED = 8
KINDS: Mapping[str, tuple[str, frozenset[Found]]] = {
    "": (mark("Alles"), frozenset()),
    "brieven": (mark("Brieven"), frozenset({Found.LETTER})),
    "vragen": (mark("Vragen"), frozenset({Found.QUESTION})),
    "antwoorden": (mark("Antwoorden"), frozenset({Found.ANSWER})),
    "documenten": (mark("Documenten"), frozenset({Found.LETTER_DOCUMENT, Found.ANSWER_DOCUMENT})),
}
NAMES: Mapping[Found, str] = {
    Found.LETTER: mark("Brief"),
    Found.QUESTION: mark("Vraag"),
    Found.ANSWER: mark("Antwoord"),
    Found.LETTER_DOCUMENT: mark("Document bij de brief"),
    Found.ANSWER_DOCUMENT: mark("Document bij het antwoord"),
}


@dataclass(frozen=True)
class Hit:
    """One thing found. `parts` is a piece of its text: (text, whether it was searched for)."""

    kind: str
    title: str
    href: str
    meta: Sequence[str]
    state: str
    parts: Sequence[tuple[str, bool]]


@router.get("")
def results(request: Request, who: Reader, zoek: str = "", soort: str = "", na: str = "", voor: str = "") -> Response:
    """What holds all words that were typed, what was registered last first."""
    words, typed = wording_of(request), zoek.strip()
    terms = terms_of(typed)
    refusal = None if soort in KINDS else unknown_value(words, "soort", mark("Soort"), soort)
    hits: list[Hit] = []
    total, following, previous = 0, "", ""
    with office_of(request).db.reading() as session:
        exact = _exact(session, who, typed)
        if terms and refusal is None:
            wanted = SearchFilter(terms, KINDS[soort][1])
            listed = found(session, who, wanted, after=na or None, before=voor or None)
            hits = _hits(request, session, listed.rows, terms)
            total = count_found(session, who, wanted) if listed.next or listed.previous else len(hits)
            following = address("/zoeken", zoek=typed, soort=soort, na=listed.next) if listed.next else ""
            previous = address("/zoeken", zoek=typed, soort=soort, voor=listed.previous) if listed.previous else ""
    return page(
        request,
        "search/results.html",
        refusal=refusal,
        asked=typed[:LONGEST],
        chosen=soort,
        kinds=[
            (name, words.text(label), address("/zoeken", zoek=typed, soort=name)) for name, (label, _) in KINDS.items()
        ],
        exact=exact,
        hits=hits,
        total=total,
        shown_total=counted(words, total),
        has_words=bool(terms),
        cut=len(typed) > LONGEST or len(terms) == MOST_TERMS,
        wider_href=_wider(terms, soort),
        next_href=following,
        previous_href=previous,
    )


@router.get("/voorstellen")
def proposals(request: Request, who: Reader, zoek: str = "") -> Response:
    """Numbers and references that begin like what is being typed, for the list under the search box."""
    with office_of(request).db.reading() as session:
        questions = questions_like(session, who, zoek[:LONGEST], PROPOSED)
        letters = () if questions else letters_like(session, who, zoek[:LONGEST], PROPOSED)
        rows = [(str(QuestionNumber(row.year, row.serial, row.position)), row.title) for row in questions]
        rows += [(str(LetterNumber(row.year, row.serial)), f"{row.reference} · {row.subject}") for row in letters]
    return page(request, "search/_proposals.html", rows=rows)


def _exact(session: Session, who: Actor, typed: str) -> Sequence[tuple[str, str, str]]:
    """The letter or question of exactly this number or reference: (number, title, address)."""
    questions = [
        (str(number), row.title, f"/vragen/{row.id}")
        for row in questions_like(session, who, typed, PROPOSED)
        if str(number := QuestionNumber(row.year, row.serial, row.position)) == typed
    ]
    letters = [
        (str(letter), row.subject, f"/brieven/{row.id}")
        for row in letters_like(session, who, typed, PROPOSED)
        if typed.casefold() in {str(letter := LetterNumber(row.year, row.serial)), row.reference.casefold()}
    ]
    return [*questions, *letters]


def _hits(request: Request, session: Session, rows: Sequence[Any], terms: Sequence[Term]) -> list[Hit]:
    parts = {row.id: excerpt(row.text, terms) for row in rows}
    further = [row.id for row in rows if row.length > len(row.text) and not any(hit for _, hit in parts[row.id])]
    parts |= {one: excerpt(text, terms) for one, text in whole_texts(session, further).items()} if further else {}
    return [_hit(request, row, parts[row.id]) for row in rows]


def _hit(request: Request, row: Any, parts: Sequence[tuple[str, bool]]) -> Hit:
    words = wording_of(request)
    letter = LetterNumber(row.year, row.serial)
    number = f"{letter}.{row.position}" if row.position else str(letter)
    title = row.title if row.question_id else row.subject
    href = f"/vragen/{row.question_id}" if row.question_id else f"/brieven/{row.letter_id}"
    meta = [number, row.owner or "", words.longdate(row.letter_date)]
    if row.kind is Found.ANSWER:
        meta[1] = words.text(mark("antwoord van {ministry}"), ministry=row.said_by or "")
        href += "#antwoorden"
    if row.kind in {Found.LETTER_DOCUMENT, Found.ANSWER_DOCUMENT}:
        meta.insert(0, title)
        title = row.document
    if row.kind is Found.LETTER:
        meta.insert(1, row.reference)
    return Hit(words.text(NAMES[row.kind]), title, href, [one for one in meta if one], row.state or "", parts)


def _wider(terms: Sequence[Term], kind: str) -> str:
    """The same search with each word as a beginning; nothing where that is what was searched for."""
    if not terms or all(term.starts for term in terms):
        return ""
    starred = [f"{term.words[0]}*" if len(term.words) == 1 else f'"{" ".join(term.words)}"' for term in terms]
    return address("/zoeken", zoek=" ".join(starred), soort=kind)
