"""Terms in JSON: every round's ledger, its days, requests about it, equated days; and what clients send for them."""

from datetime import date, datetime

from pydantic import Field

from app.api.shapes import EntryShape, Shape, TermShape
from app.api.typed import Because, Day, ReasonText, Sent
from app.domain.term_days import DayKind
from app.store.term_requests import RequestKind, RequestState


class DayShape(Shape, title="TermijnDag"):
    """One day of a term."""

    day: date = Field(alias="datum")
    kind: DayKind = Field(alias="soort")
    told: str = Field(alias="uitleg", description="In de taal van Accept-Language.")


class LedgerEntry(EntryShape, title="TermijnboekingVolledig"):
    """One line of a ledger, also one that was voided: it leads to no date."""

    recorded_at: datetime = Field(alias="geboektOp")
    person: str | None = Field(alias="door")
    consented: bool = Field(alias="metInstemming")
    voided: bool = Field(alias="vervallen")
    voids: int | None = Field(alias="laatVervallen", description="Het volgnummer van de boeking die hierdoor verviel.")


class RoundLedgerShape(Shape, title="RondeTermijn"):
    """The term of one round, and why it ends when it ends."""

    number: int = Field(alias="ronde")
    term: TermShape = Field(alias="termijn")
    asked_on: date = Field(alias="gevraagdOp")
    due_on: date = Field(alias="uitersteAntwoorddatum")
    original_due_on: date = Field(alias="oorspronkelijkeAntwoorddatum")
    expected_on: date | None = Field(alias="verwachtOp")
    suspended_on: date | None = Field(alias="opgeschortVanaf")
    calendar_ends: bool = Field(
        alias="kalenderOnvolledig",
        description="De gelijkgestelde dagen van dat jaar zijn nog niet bekend; de datum kan nog opschuiven.",
    )
    entries: list[LedgerEntry] = Field(alias="boekingen")
    days: list[DayShape] = Field(alias="dagen", description="Vanaf de laatste gebeurtenis tot en met de datum.")


class RequestShape(Shape, title="Termijnverzoek"):
    """What a ministry asked about the term, and what was decided."""

    id: int
    kind: RequestKind = Field(alias="soort")
    round: int = Field(alias="ronde")
    ministry: str = Field(alias="ministerie", description="De code.")
    named_on: date | None = Field(alias="datum")
    reason: str = Field(alias="reden")
    asked_at: datetime = Field(alias="gevraagdOp")
    asker: str | None = Field(alias="door")
    state: RequestState = Field(alias="status")
    decision: str | None = Field(alias="besluit")
    decided_at: datetime | None = Field(alias="beslistOp")


class TermHistory(Shape, title="TermijnVolledig"):
    """Why a question is due when it is due: all rounds, the newest first, and all requests."""

    rounds: list[RoundLedgerShape] = Field(alias="rondes")
    requests: list[RequestShape] = Field(alias="verzoeken")


class EquatedDayShape(Shape, title="GelijkgesteldeDag"):
    """A day put on a par with the public holidays."""

    day: date = Field(alias="datum")
    basis: str = Field(alias="grondslag")


class EquatedDays(Shape, title="GelijkgesteldeDagen"):
    """All equated days, the last one first."""

    days: list[EquatedDayShape] = Field(alias="dagen")


class CalendarChange(Shape, title="KalenderWijziging"):
    """How many open questions got another due date."""

    moved: int = Field(alias="verschovenVragen")


class Suspension(Because, title="NieuweOpschorting"):
    """From which day the clock stands still."""

    on: Day | None = Field(None, alias="datum", description="De eerste dag dat de klok stilstaat. Leeg: vandaag.")


class Resumption(Sent, title="NieuweHervatting"):
    """From which day it runs again."""

    on: Day | None = Field(None, alias="datum", description="De eerste dag dat de klok weer loopt. Leeg: vandaag.")
    reason: ReasonText = Field("", alias="reden", description="Gaat mee in de mail aan de contactpersoon.")


class Receipt(Sent, title="NieuweOntvangst"):
    """When the ministry confirmed that it got the question."""

    on: Day | None = Field(None, alias="datum", description="Leeg: vandaag.")
    remark: ReasonText = Field("", alias="opmerking")


class Resending(Sent, title="NieuweHerzending"):
    """Why a question is sent again."""

    remark: ReasonText = Field("", alias="opmerking")


class NewRequest(Because, title="NieuwTermijnverzoek"):
    """What a ministry asks."""

    kind: RequestKind = Field(alias="soort")
    named_on: Day | None = Field(None, alias="datum", description="Bij `uitstel` verplicht, anders leeg.")


class Grant(Sent, title="NieuweToekenning"):
    """What is given."""

    on: Day | None = Field(
        None, alias="datum", description="Leeg: zoals gevraagd; bij verduidelijking vanaf de dag van het verzoek."
    )
    decision: ReasonText = Field("", alias="besluit")


class RequestRefusal(Sent, title="NieuweVerzoekafwijzing"):
    """Why not."""

    decision: ReasonText = Field(alias="besluit")


class NewEquatedDay(Sent, title="NieuweGelijkgesteldeDag"):
    """A day that a royal decree put on a par with the holidays."""

    day: Day = Field(alias="datum")
    basis: ReasonText = Field(alias="grondslag")
