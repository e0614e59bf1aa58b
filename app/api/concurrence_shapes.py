"""Concurrence in JSON: each request with its reply, and what clients send."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from app.api.shapes import Shape
from app.api.typed import CLEAN, MOST_CONTRIBUTORS, Because, Day, Name, ReasonText, Sent
from app.domain.answering import LONGEST
from app.domain.concurrence import Reply
from app.store.concurrence import ContributionState

DraftText = Annotated[str, StringConstraints(max_length=LONGEST["tekst"]), CLEAN]


class ConcurrenceShape(Shape, title="Afstemming"):
    """One request to one ministry, and its reply, as far as the reader may see it."""

    id: int
    round: int = Field(alias="ronde")
    ministry: str = Field(alias="ministerie")
    draft_version: int = Field(alias="versie", description="Van het concept dat is verzonden.")
    asked_at: datetime = Field(alias="gevraagdOp")
    due_on: date = Field(alias="reactieUiterlijk")
    state: ContributionState = Field(alias="status")
    settled_at: datetime | None = Field(alias="gereageerdOp")
    reminded_on: date | None = Field(alias="herinnerdOp")
    text: str | None = Field(alias="tekst", description="Alleen voor wie het vroeg en wie het werd gevraagd.")
    proposal: str | None = Field(alias="tekstvoorstel", description="Alleen voor wie het vroeg en wie het deed.")
    reason: str | None = Field(alias="toelichting", description="Na het antwoord voor iedereen; voor AZ ook daarvóór.")
    present: bool = Field(alias="actueel", description="Hoort bij het antwoord dat nu wordt geschreven of is gegeven.")


class ConcurrenceList(Shape, title="Afstemmingen"):
    """All requests about a question, newest first."""

    requests: list[ConcurrenceShape] = Field(alias="afstemmingen")


class NewConcurrence(Sent, title="NieuweAfstemming"):
    """With whom the owner concurs, by when, and about which text."""

    ministries: list[Name] | None = Field(
        None, alias="ministeries", max_length=MOST_CONTRIBUTORS, description="Leeg: wie al is meebetrokken."
    )
    due_on: Day | None = Field(None, alias="datum", description="Een werkdag in de toekomst. Leeg: over 5 werkdagen.")
    text: DraftText | None = Field(None, alias="tekst", description="Het concept. Leeg: het concept dat er al is.")
    version: int | None = Field(
        None, alias="versie", ge=1, le=2**31 - 1, description="Het concept dat u las; nodig om het te vervangen."
    )


class NewReply(Sent, title="NieuweReactie"):
    """What a ministry says of the version it was sent."""

    kind: Reply = Field(alias="reactie")
    reason: ReasonText = Field("", alias="toelichting", description="Verplicht bij bezwaar.")
    proposal: DraftText = Field("", alias="tekstvoorstel", description="Verplicht bij tekstvoorstel.")


class Recall(Sent, title="NieuweTerugneming"):
    """Why the owner takes its requests back."""

    reason: ReasonText = Field("", alias="reden")


class Overruling(Because, title="NieuweDoorbreking"):
    """Why AZ goes past who is late."""
