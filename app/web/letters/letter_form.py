"""The form of a letter: what was typed, in a shape that goes to the browser and comes back without losing anything."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from secrets import token_hex
from typing import Self

from app.domain.letters import MAX_QUESTIONS, NewLetter, NewQuestion, title_from
from app.domain.pasted import plain
from app.domain.questions import Channel, QuestionKind
from app.domain.terms import Term
from app.web.frame.forms import Posted

TypedDay = Mapping[str, str]
DAY_PARTS = ("dag", "maand", "jaar")
KEY_LENGTH = 64
_PLACE = re.compile(r"vragen-(\d{1,3})-tekst")
_MOVE = re.compile(r"vragen-(weg|op|neer|open)-(\d{1,3})")


@dataclass(frozen=True)
class TypedQuestion:
    """One question as typed; nothing is read into it yet."""

    text: str = ""
    title: str = ""
    kind: str = str(QuestionKind.QUESTION)
    owner: str = ""
    contributors: tuple[str, ...] = ()
    contact: str = ""
    term_kind: str = ""
    term_length: str = ""
    term_unit: str = ""
    term_day: TypedDay = field(default_factory=dict)
    repeats: tuple[int, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing was typed; what the lists start with doesn't count."""
        return not (self.text or self.title or self.owner or self.contributors)

    @classmethod
    def by_term(cls, term: Term) -> Self:
        """A blank question with the default term filled in."""
        return cls(
            term_kind=str(term.kind),
            term_length=str(term.length or ""),
            term_unit=str(term.unit or ""),
            term_day=day_parts(term.named_on),
        )


@dataclass(frozen=True)
class TypedLetter:
    """A letter as typed. `version` is the saved one that is being changed, empty for a new letter.

    `key` names the form: by it, what was kept is found again, and a form sent twice is known. `page` is the page it was
    opened in, `kept` the version that was kept last. `removed` is the question taken out just now, and its place.
    """

    questions: tuple[TypedQuestion, ...]
    subject: str = ""
    reference: str = ""
    day: TypedDay = field(default_factory=dict)
    addressee: str = ""
    attention: str = ""
    channel: str = str(Channel.LETTER)
    dossier: str = ""
    body: str = ""
    document_ids: tuple[int, ...] = ()
    version: str = ""
    key: str = ""
    page: str = ""
    kept: str = ""
    removed: tuple[int, TypedQuestion] | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing was typed or chosen; what the form starts with doesn't count."""
        typed = (self.subject, self.reference, self.addressee, self.attention, self.dossier, self.body)
        return not (any(typed) or self.document_ids or any(not question.blank for question in self.questions))

    def filled(self) -> Self:
        """Without questions in which nothing was typed; one stays, for the error to point at."""
        kept = tuple(question for question in self.questions if not question.blank)
        return replace(self, questions=kept or self.questions[:1])


def start(term: Term, today: date) -> TypedLetter:
    """An empty form: today's date, and room for one question."""
    return opened(TypedLetter((TypedQuestion.by_term(term),), day=day_parts(today), key=token_hex(16)))


def opened(typed: TypedLetter) -> TypedLetter:
    """The form in a page of its own: others that show the same form are told apart from it."""
    return replace(typed, key=typed.key or token_hex(16), page=token_hex(8))


def from_new(new: NewLetter, version: int, term: Term) -> TypedLetter:
    """A saved concept as if it had been typed."""
    return TypedLetter(
        tuple(_typed(question, term) for question in new.questions),
        subject=new.subject,
        reference=new.reference,
        day=day_parts(new.letter_date),
        addressee=new.addressee,
        attention=new.attention,
        channel=str(new.channel),
        dossier=new.dossier or "",
        body=new.body,
        document_ids=new.document_ids,
        version=str(version),
    )


def read(posted: Posted, unseal: Callable[[str], int | None], term: Term) -> TypedLetter:
    """What the form holds. Documents are named by sealed numbers; those whose seal is broken are left out."""
    places = sorted({int(found[1]) for name in posted.names() if (found := _PLACE.fullmatch(name))})
    questions = tuple(_read_question(posted, f"vragen-{place}") for place in places[:MAX_QUESTIONS])
    return TypedLetter(
        questions or (TypedQuestion.by_term(term),),
        subject=posted.text("onderwerp"),
        reference=posted.text("kenmerk"),
        day=posted.typed_day("datum"),
        addressee=posted.text("aan"),
        attention=posted.text("terAttentieVan"),
        channel=posted.text("kanaal", str(Channel.LETTER)),
        dossier=posted.text("dossier"),
        body=plain(posted.text("tekst")),
        document_ids=tuple(dict.fromkeys(one for text in posted.texts("documenten") if (one := unseal(text)))),
        version=posted.text("versie"),
        key=posted.text("sleutel")[:KEY_LENGTH],
        page=posted.text("blad")[:KEY_LENGTH],
        kept=posted.text("bewaard"),
        removed=_read_removed(posted),
    )


def pairs(typed: TypedLetter, seal: Callable[[int], str]) -> list[tuple[str, str]]:
    """The fields of the form, as `read` takes them back: how a page that only shows them passes them on."""
    known_by = [("sleutel", typed.key), ("blad", typed.page), ("bewaard", typed.kept)]
    return [*known_by, *content_pairs(typed, seal)]


def content_pairs(typed: TypedLetter, seal: Callable[[int], str]) -> list[tuple[str, str]]:
    """The same without what the form is known by: what has to be kept of it."""
    found = [
        ("versie", typed.version),
        ("onderwerp", typed.subject),
        ("kenmerk", typed.reference),
        *_day_pairs("datum", typed.day),
        ("aan", typed.addressee),
        ("terAttentieVan", typed.attention),
        ("kanaal", typed.channel),
        ("dossier", typed.dossier),
        ("tekst", typed.body),
        *(("documenten", seal(document_id)) for document_id in typed.document_ids),
    ]
    for place, question in enumerate(typed.questions):
        found += question_pairs(f"vragen-{place}", question)
    return found


def reshape(typed: TypedLetter, act: str, term: Term) -> tuple[TypedLetter, int | None]:
    """What a button of the form does to it, and at which question the reader should land.

    Acts: `vragen-erbij`, `vragen-weg-0` and `vragen-terug` (undoes that), `vragen-op-1`, `vragen-neer-0`,
    `vragen-open-0` (only lands there), `bijlage-weg-12`. Others change nothing.
    """
    questions, removed = list(typed.questions), typed.removed
    typed = replace(typed, removed=None)
    if act == "vragen-terug" and removed is not None:
        place = min(removed[0], len(questions))
        back = (*questions[:place], removed[1], *questions[place:])
        return replace(typed, questions=tuple(one for one in back if not one.blank)), place
    if act == "vragen-erbij" and len(questions) < MAX_QUESTIONS:
        return replace(typed, questions=(*questions, TypedQuestion.by_term(term))), len(questions)
    if act.startswith("bijlage-weg-"):
        kept = tuple(one for one in typed.document_ids if str(one) != act.removeprefix("bijlage-weg-"))
        return replace(typed, document_ids=kept), None
    found = _MOVE.fullmatch(act)
    if found is None or int(found[2]) >= len(questions):
        return typed, None
    return _moved(typed, found[1], int(found[2]), term)


def _moved(typed: TypedLetter, act: str, place: int, term: Term) -> tuple[TypedLetter, int]:
    if act == "open":
        return typed, place
    questions = list(typed.questions)
    question = questions.pop(place)
    if act == "weg":
        left = tuple(questions) or (TypedQuestion.by_term(term),)
        undo = None if question.blank else (place, question)
        return replace(typed, questions=left, removed=undo), min(place, len(left) - 1)
    to = max(0, place - 1) if act == "op" else min(len(questions), place + 1)
    questions.insert(to, question)
    return replace(typed, questions=tuple(questions)), to


def with_successors(typed: TypedLetter, act: str, successors: Mapping[str, str]) -> TypedLetter:
    """Put successors (ended code → code) where the button says: `opvolger-aan`, or `vragen-0-opvolger-eigenaar`,
    `vragen-0-opvolger-meebetrokken`."""
    if act == "opvolger-aan":
        return replace(typed, addressee=successors.get(typed.addressee, typed.addressee))
    found = re.fullmatch(r"vragen-(\d{1,3})-opvolger-(eigenaar|meebetrokken)", act)
    if found is None or int(found[1]) >= len(typed.questions):
        return typed
    questions = list(typed.questions)
    question = questions[int(found[1])]
    if found[2] == "eigenaar":
        changed = replace(question, owner=successors.get(question.owner, question.owner), contact="")
    else:
        named = dict.fromkeys(successors.get(code, code) for code in question.contributors)
        changed = replace(question, contributors=tuple(code for code in named if code != question.owner))
    questions[int(found[1])] = changed
    return replace(typed, questions=tuple(questions))


def read_term(posted: Posted) -> TypedQuestion:
    """Only the term of a question, from fields without a prefix: what is asked while somebody types."""
    return TypedQuestion(
        term_kind=posted.text("termijn-soort"),
        term_length=posted.text("termijn-aantal"),
        term_unit=posted.text("termijn-eenheid"),
        term_day=posted.typed_day("termijn-datum"),
    )


def _read_removed(posted: Posted) -> tuple[int, TypedQuestion] | None:
    place = posted.text("weg-plaats")
    if not (place.isdecimal() and len(place) < 4):
        return None
    return int(place), _read_question(posted, "weg")


def removed_pairs(typed: TypedLetter) -> list[tuple[str, str]]:
    """The question that was taken out just now, in fields of its own, so that it can be put back."""
    if typed.removed is None:
        return []
    place, question = typed.removed
    return [("weg-plaats", str(place)), *question_pairs("weg", question)]


def _read_question(posted: Posted, at: str) -> TypedQuestion:
    return TypedQuestion(
        text=plain(posted.text(f"{at}-tekst")),
        title=posted.text(f"{at}-kop"),
        kind=posted.text(f"{at}-soort", str(QuestionKind.QUESTION)),
        owner=posted.text(f"{at}-eigenaar"),
        contributors=tuple(posted.texts(f"{at}-meebetrokken")),
        contact=posted.text(f"{at}-contact"),
        term_kind=posted.text(f"{at}-termijn-soort"),
        term_length=posted.text(f"{at}-termijn-aantal"),
        term_unit=posted.text(f"{at}-termijn-eenheid"),
        term_day=posted.typed_day(f"{at}-termijn-datum"),
        repeats=tuple(dict.fromkeys(posted.numbers(f"{at}-herhaalt"))),
    )


def question_pairs(at: str, question: TypedQuestion) -> list[tuple[str, str]]:
    """The fields of one question, named after its place in the form (`at`: `vragen-0`)."""
    return [
        (f"{at}-tekst", question.text),
        (f"{at}-kop", question.title),
        (f"{at}-soort", question.kind),
        (f"{at}-eigenaar", question.owner),
        *((f"{at}-meebetrokken", code) for code in question.contributors),
        (f"{at}-contact", question.contact),
        (f"{at}-termijn-soort", question.term_kind),
        (f"{at}-termijn-aantal", question.term_length),
        (f"{at}-termijn-eenheid", question.term_unit),
        *_day_pairs(f"{at}-termijn-datum", question.term_day),
        *((f"{at}-herhaalt", str(earlier_id)) for earlier_id in question.repeats),
    ]


def _typed(question: NewQuestion, default: Term) -> TypedQuestion:
    return replace(
        TypedQuestion.by_term(question.term or default),
        text=question.text,
        title="" if question.title == title_from(question.text) else question.title,
        kind=str(question.kind),
        owner=question.owner,
        contributors=question.contributors,
        contact=str(question.contact_id or ""),
        repeats=question.repeats,
    )


def _day_pairs(name: str, day: TypedDay) -> Sequence[tuple[str, str]]:
    return [(f"{name}-{part}", day.get(part, "")) for part in DAY_PARTS]


def day_parts(day: date | None) -> TypedDay:
    """A day as its three boxes hold it; none for no day."""
    return {"dag": str(day.day), "maand": str(day.month), "jaar": str(day.year)} if day else {}
