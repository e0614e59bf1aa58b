"""Who answers for a ministry, and release, in JSON: what clients send and get."""

from datetime import date, datetime

from pydantic import Field

from app.api.shapes import QuestionShape, Shape
from app.api.typed import Because, Day, Name, ReasonText, Sent


class NewContact(Sent, title="NieuweContactpersoon"):
    """Which colleague answers from now on."""

    person: Name = Field(alias="persoon", description="Het e-mailadres van een collega bij de eigenaar.")


class NewReminder(Sent, title="NieuweHerinnering"):
    """What goes along with a reminder."""

    note: ReasonText = Field("", alias="opmerking", description="Staat in de mail en in het verloop.")


class Release(Sent, title="NieuweVrijgave"):
    """Which version is given."""

    version: int | None = Field(None, alias="versie", ge=0, le=2**31 - 1, description="Leeg: wat er nu ligt.")


class SendingBack(Because, title="NieuweTerugzending"):
    """What must change first."""

    version: int | None = Field(None, alias="versie", ge=0, le=2**31 - 1, description="Leeg: wat er nu ligt.")


class OfferShape(Shape, title="Aanbieding"):
    """An answer that waits for release; only its own ministry sees it."""

    text: str = Field(alias="tekst")
    given_by: str | None = Field(alias="namens")
    offered_at: datetime = Field(alias="aangebodenOp")
    alone_because: str | None = Field(alias="zonderAfstemmingOmdat")
    version: int = Field(alias="versie")
    question: QuestionShape = Field(alias="vraag")


class NewAbsence(Sent, title="NieuweAfwezigheid"):
    """When somebody is away, both days included, and who stands in."""

    from_on: Day = Field(alias="van")
    until_on: Day = Field(alias="totEnMet")
    deputy: Name | None = Field(
        None, alias="vervanger", description="Het e-mailadres van een collega. Leeg: de coördinator."
    )


class AbsenceShape(Shape, title="Afwezigheid"):
    """When the caller is away; all null where nothing was noted."""

    from_on: date | None = Field(alias="van")
    until_on: date | None = Field(alias="totEnMet")
    deputy: str | None = Field(alias="vervanger", description="Het e-mailadres.")


class ReleaseSetting(Sent, title="NieuweVrijgaveInstelling"):
    """Whether answers of a ministry wait for its coordinator."""

    on: bool = Field(alias="aan")


class ReleaseShape(Shape, title="VrijgaveInstelling"):
    """Whether they do now."""

    ministry: str = Field(alias="ministerie")
    on: bool = Field(alias="aan")
