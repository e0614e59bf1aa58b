"""What clients send: shapes of JSON bodies and of queries. Strict: no guessing, and unknown keys are refused."""

import re
import unicodedata
from contextlib import suppress
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from app.domain.answering import LONGEST as ANSWER_LIMITS
from app.domain.commitments import LONGEST_QUOTE, LONGEST_WHAT
from app.domain.errors import Invalid, Refusal, mark
from app.domain.ledger_acts import LONGEST_REASON
from app.domain.letters import LIMITS, MAX_QUESTIONS, QUESTION_TEXT, QUESTION_TITLE, NewLetter, NewQuestion
from app.domain.questions import Channel, QuestionKind, State, Verdict
from app.domain.terms import LONGEST as TERM_LIMITS
from app.domain.terms import Term, TermKind, Unit

LONGEST_NAME = 200
MOST_CONTRIBUTORS = 20
LONGEST_MARK = 200
# Control characters: PostgreSQL can't keep the first of them, and no reader wants the others.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Told, not checked here: which length is too long depends on the unit.
_LENGTHS: JsonDict = {"minimum": 1, "maximum": max(TERM_LIMITS.values())}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Refused(ValueError):  # pydantic makes a field's error of it
    """A refusal found while a body was read, to be told with the others."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def _clean(text: str) -> str:
    if _UNWRITABLE.search(text):
        sentence = mark("Deze tekst bevat een stuurteken. Haal het weg; alleen tab en nieuwe regel mogen.")
        raise Refused(Invalid("bad-text", sentence))
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _read_day(value: Any) -> date:
    """Read a day as it is written in one way only: pydantic would also take 1699920000 for one."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise Refused(Invalid("bad-date", mark("Hier hoort een dag die bestaat, geschreven als 2026-11-30.")))


def _up_to(length: int) -> StringConstraints:
    return StringConstraints(max_length=length)


def _split(value: Any) -> Any:
    return [part for text in value for part in text.split(",")] if isinstance(value, list) else value


# The length goes before what cleans: pydantic would else call a long text a list with too many items.
CLEAN = AfterValidator(_clean)
Name = Annotated[str, _up_to(LONGEST_NAME), CLEAN]
ReasonText = Annotated[str, _up_to(LONGEST_REASON), CLEAN]
Day = Annotated[date, BeforeValidator(_read_day)]


class Sent(BaseModel):
    """What all bodies have in common."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class TypedTerm(Sent, title="NieuweTermijn"):
    """A term: counted (`aantal` and `eenheid`), or for an agreement a day (`datum`)."""

    kind: TermKind = Field(alias="soort")
    length: int | None = Field(None, alias="aantal", json_schema_extra=_LENGTHS)
    unit: Unit | None = Field(None, alias="eenheid")
    named_on: Day | None = Field(None, alias="datum", description="Alleen bij `afspraak`, en dan verplicht.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        self.term()
        return self

    def term(self) -> Term:
        """The term. Raises Refused where its parts don't fit together."""
        try:
            return Term(self.kind, self.length, self.unit, self.named_on)
        except Refusal as refusal:
            raise Refused(refusal) from None


class TypedQuestion(Sent, title="NieuweVraag"):
    """One question of a new letter."""

    title: Annotated[str, _up_to(QUESTION_TITLE), CLEAN] = Field(
        "", alias="kop", description="Leeg: de eerste zin van de tekst."
    )
    text: Annotated[str, _up_to(QUESTION_TEXT), CLEAN] = Field(alias="tekst")
    kind: QuestionKind = Field(QuestionKind.QUESTION, alias="soort")
    owner: Name = Field(alias="eigenaar", description="Code, naam of afkorting, gelezen op de datum van de brief.")
    contributors: list[Name] = Field([], alias="meebetrokken", max_length=MOST_CONTRIBUTORS)
    term: TypedTerm | None = Field(None, alias="termijn", description="Leeg: de gewone termijn.")

    def question(self) -> NewQuestion:
        """The question as the office registers it."""
        return NewQuestion(
            text=self.text,
            owner=self.owner,
            title=self.title,
            kind=self.kind,
            contributors=tuple(self.contributors),
            term=self.term.term() if self.term else None,
        )


class TypedLetter(Sent, title="NieuweBrief"):
    """A new letter with its questions, in order."""

    subject: Annotated[str, _up_to(LIMITS["onderwerp"]), CLEAN] = Field(alias="onderwerp")
    reference: Annotated[str, _up_to(LIMITS["kenmerk"]), CLEAN] = Field(alias="kenmerk")
    letter_date: Day = Field(alias="datum")
    addressee: Name = Field(alias="aan", description="Het ministerie: code, naam of afkorting.")
    attention: Annotated[str, _up_to(LIMITS["terAttentieVan"]), CLEAN] | None = Field(None, alias="terAttentieVan")
    dossier: Name | None = Field(None, description="Code of naam van een dossier; zie /dossiers.")
    channel: Channel = Field(Channel.LETTER, alias="kanaal")
    body: Annotated[str, _up_to(LIMITS["tekst"]), CLEAN] | None = Field(None, alias="tekst")
    questions: list[TypedQuestion] = Field(alias="vragen", max_length=MAX_QUESTIONS)

    def letter(self) -> NewLetter:
        """The letter as the office registers it."""
        return NewLetter(
            subject=self.subject,
            reference=self.reference,
            letter_date=self.letter_date,
            addressee=self.addressee,
            questions=tuple(question.question() for question in self.questions),
            attention=self.attention or "",
            channel=self.channel,
            dossier=self.dossier,
            body=self.body or "",
        )


class Sending(Sent, title="Verzending"):
    """When a letter went out."""

    on: Day | None = Field(None, alias="datum", description="Leeg: vandaag. Mag in het verleden liggen.")


class TypedAnswer(Sent, title="NieuwAntwoord"):
    """An answer: given by a ministry, or recorded by the secretariat as it came in."""

    text: Annotated[str, _up_to(ANSWER_LIMITS["tekst"]), CLEAN] = Field(alias="tekst")
    given_by: Annotated[str, _up_to(ANSWER_LIMITS["namens"]), CLEAN] | None = Field(
        None, alias="namens", description="Leeg: wie de sleutel heeft; bij vastleggen het ministerie."
    )
    received_on: Day | None = Field(
        None, alias="datumOntvangst", description="Alleen voor het secretariaat. Leeg: vandaag."
    )
    alone_because: ReasonText = Field(
        "", alias="zonderAfstemmingOmdat", description="Verplicht als nog niet iedereen heeft ingestemd."
    )


class TypedVerdict(Sent, title="NieuwOordeel"):
    """Whether an answer was an answer."""

    verdict: Verdict = Field(alias="oordeel")
    reason: ReasonText = Field("", alias="toelichting", description="Verplicht als het oordeel niet `concreet` is.")


class TypedCommitment(Sent, title="NieuweToezegging"):
    """A promise that an answer makes."""

    quote: Annotated[str, _up_to(LONGEST_QUOTE), CLEAN] = Field(
        alias="citaat", description="Letterlijk uit het antwoord."
    )
    what: Annotated[str, _up_to(LONGEST_WHAT), CLEAN] = Field(alias="kop", description="In het kort wat is toegezegd.")
    due_on: Day | None = Field(
        None, alias="datum", description="De laatste dag: “vóór 1 juli” is 30 juni. Zonder dag wordt zij geweigerd."
    )
    answer_id: int | None = Field(
        None, alias="antwoord", description="Welk antwoord. Leeg: het laatste.", ge=1, le=2**53
    )


class Because(Sent, title="Reden"):
    """Why."""

    reason: ReasonText = Field(alias="reden")


class Transfer(Because, title="NieuweDoorgeleiding"):
    """To which ministry a question is passed on."""

    to: Name = Field(alias="naar")
    with_draft: bool = Field(False, alias="conceptMee", description="Het concept gaat mee; anders blijft het achter.")


class Decline(Because, title="NieuweAfwijzing"):
    """Why a question isn't this ministry's, and perhaps whose it is."""

    proposed: Name = Field("", alias="voorstel", description="Het ministerie waar de vraag wel hoort.")


class Assignment(Because, title="NieuweToewijzing"):
    """Which ministry owns a disputed question."""

    to: Name = Field(alias="aan")


class Postponement(Because, title="NieuwUitstelbericht"):
    """When the answer comes instead."""

    named_on: Day = Field(alias="datum")


class Asked(BaseModel):
    """What all queries have in common: values come as text and are read, unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class LettersAsked(Asked):
    """Which letters."""

    state: State | None = Field(None, alias="status")
    dossier: Name | None = Field(None, description="Code of naam van een dossier.")
    owner: Name | None = Field(None, alias="eigenaar", description="Brieven met een vraag aan dit ministerie.")
    words: Name = Field("", alias="zoek", description="Nummer, of woorden uit onderwerp of kenmerk.")
    after: str | None = Field(None, alias="na", max_length=LONGEST_MARK, description="Staat in `volgende`.")


class QuestionsAsked(Asked):
    """Which questions."""

    owner: Name | None = Field(None, alias="eigenaar", description="Code van een ministerie, ook van een opgeheven.")
    states: Annotated[list[State], BeforeValidator(_split)] = Field(
        [], alias="status", description="Meer mag: herhaal de sleutel, of zet komma's."
    )
    kinds: Annotated[list[QuestionKind], BeforeValidator(_split)] = Field(
        [], alias="soort", description="Meer mag: herhaal de sleutel, of zet komma's."
    )
    late: bool | None = Field(None, alias="teLaat", description="Te laat of juist niet, op `opDatum`.")
    on: Day | None = Field(None, alias="opDatum", description="De dag waarop te laat geldt. Leeg: vandaag.")
    dossier: Name | None = Field(None, description="Code of naam van een dossier.")
    objected: bool = Field(False, alias="bezwaar", description="Alleen vragen waarbij bezwaar is tegen het concept.")
    words: Name = Field("", alias="zoek", description="Nummer, of woorden uit kop, onderwerp of kenmerk.")
    after: str | None = Field(None, alias="na", max_length=LONGEST_MARK, description="Staat in `volgende`.")
