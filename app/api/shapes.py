"""What clients get: the shapes of answers. Ministries stand by code, dossiers by slug, moments in UTC."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from app.domain.ledger import EntryKind
from app.domain.questions import Channel, HolderKind, QuestionKind, State, Verdict
from app.domain.terms import Rule, TermKind, Unit


class Shape(BaseModel):
    """What all answers have in common: made by the office's names, told by the client's."""

    model_config = ConfigDict(frozen=True, validate_by_name=True)


class LetterMention(Shape, title="BriefVermelding"):
    """The letter a question stands in."""

    id: int
    number: str = Field(alias="nummer", examples=["2026-118"])
    subject: str = Field(alias="onderwerp")
    reference: str = Field(alias="kenmerk")
    letter_date: date = Field(alias="datum")


class TermShape(Shape, title="Termijn"):
    """The term of the present round."""

    kind: TermKind = Field(alias="soort")
    length: int | None = Field(alias="aantal")
    unit: Unit | None = Field(alias="eenheid")
    named_on: date | None = Field(alias="datum")


class Holder(Shape, title="BalLigtBij"):
    """Who has to do something now, since which day."""

    kind: HolderKind = Field(alias="soort")
    ministry: str | None = Field(alias="ministerie")
    since: date = Field(alias="sinds")


class QuestionShape(Shape, title="Vraag"):
    """A question as it stands."""

    id: int
    number: str = Field(alias="nummer", examples=["2026-118.3"])
    letter: LetterMention = Field(alias="brief")
    dossier: str | None
    title: str = Field(alias="kop")
    text: str = Field(alias="tekst")
    kind: QuestionKind = Field(alias="soort")
    state: State = Field(alias="status")
    owner: str = Field(alias="eigenaar")
    contributors: list[str] = Field(alias="meebetrokken")
    round: int = Field(alias="ronde")
    term: TermShape = Field(alias="termijn")
    asked_on: date | None = Field(alias="gevraagdOp")
    due_on: date = Field(alias="uitersteAntwoorddatum")
    original_due_on: date = Field(alias="oorspronkelijkeAntwoorddatum", description="Zoals de ronde begon.")
    expected_on: date | None = Field(alias="verwachtOp", description="Te laat gemeld: de datum erboven blijft.")
    suspended: bool = Field(alias="opgeschort", description="De klok staat stil; de datum is voorlopig.")
    late: bool = Field(alias="teLaat")
    rung: int = Field(alias="trede", description="Hoogste trede van de escalatieladder; 0 is geen.")
    holder: Holder | None = Field(alias="balLigtBij")


class ObjectionShape(Shape, title="Bezwaar"):
    """A ministry that objects to an answer."""

    ministry: str = Field(alias="ministerie")
    reason: str = Field(alias="reden")


class AnswerShape(Shape, title="Antwoord"):
    """The answer of one round, with its verdict once there is one."""

    id: int
    round: int = Field(alias="ronde")
    text: str = Field(alias="tekst")
    given_by: str | None = Field(alias="namens")
    ministry: str = Field(alias="ministerie")
    submitted_at: datetime = Field(alias="ingediendOp")
    answered_on: date = Field(alias="antwoorddatum")
    received_on: date | None = Field(alias="datumOntvangst")
    due_on: date = Field(alias="uitersteAntwoorddatum", description="Zoals die op de antwoorddatum gold.")
    days_late: int = Field(alias="dagenTeLaat")
    alone_because: str | None = Field(alias="zonderAfstemmingOmdat")
    objections: list[ObjectionShape] = Field(alias="metBezwaarVan", description="Ministeries die niet instemden.")
    verdict: Verdict | None = Field(alias="oordeel")
    verdict_reason: str | None = Field(alias="toelichting")
    judged_at: datetime | None = Field(alias="beoordeeldOp")


class AnswerGiven(AnswerShape, title="AntwoordMetVraag"):
    """An answer, and how its question stands now."""

    question: QuestionShape = Field(alias="vraag")


class EventShape(Shape, title="Gebeurtenis"):
    """What happened to a question."""

    on: date = Field(alias="datum")
    at: datetime = Field(alias="tijdstip")
    act: str = Field(alias="handeling")
    round: int = Field(alias="ronde")
    ministry: str | None = Field(alias="ministerie")
    to_ministry: str | None = Field(alias="naarMinisterie")
    person: str | None = Field(alias="door")
    reason: str | None = Field(alias="reden")


class EntryShape(Shape, title="Termijnboeking"):
    """One line of the term ledger of the present round, and the due date it led to."""

    sequence: int = Field(alias="volgnummer")
    kind: EntryKind = Field(alias="soort")
    effective_on: date = Field(alias="ingangsdatum")
    named_on: date | None = Field(alias="genoemdeDatum")
    due_on: date = Field(alias="uitersteAntwoorddatum")
    rules: list[Rule] = Field(alias="regels")
    reason: str | None = Field(alias="reden")
    told: list[str] = Field(alias="uitleg", description="In de taal van Accept-Language.")


class CommitmentMade(Shape, title="ToezeggingVermelding"):
    """A promise that an answer made: the question it is kept as."""

    id: int
    number: str = Field(alias="nummer", examples=["2026-118.7"])
    title: str = Field(alias="kop")
    quote: str = Field(alias="citaat")
    due_on: date = Field(alias="uitersteAntwoorddatum")


class PromiseOrigin(Shape, title="ToezeggingHerkomst"):
    """The answer that made a promise."""

    question_id: int = Field(alias="vraag")
    number: str = Field(alias="nummer")
    quote: str = Field(alias="citaat")


class FullQuestion(QuestionShape, title="VraagVolledig"):
    """A question with all that was done to it. Answers and events newest first, entries as they work."""

    contact: str | None = Field(alias="contactpersoon")
    deemed: bool = Field(alias="stilzwijgendAanvaard")
    owner_binding: bool = Field(alias="eigenaarBindend", description="Toegewezen, en dus bindend in deze ronde.")
    answers: list[AnswerShape] = Field(alias="antwoorden")
    promised_in: PromiseOrigin | None = Field(
        alias="toegezegdIn", description="Alleen bij een toezegging uit een antwoord."
    )
    commitments: list[CommitmentMade] = Field(
        alias="toezeggingen", description="Wat antwoorden op deze vraag beloofden."
    )
    events: list[EventShape] = Field(alias="gebeurtenissen")
    entries: list[EntryShape] = Field(alias="termijnboekingen")


class QuestionPage(Shape, title="Vragen"):
    """Questions, soonest due first."""

    questions: list[QuestionShape] = Field(alias="vragen")
    following: str | None = Field(alias="volgende", description="Adres van de volgende bladzijde; null aan het eind.")


class LetterShape(Shape, title="Brief"):
    """A letter with the questions its reader may see, in order."""

    id: int
    number: str = Field(alias="nummer", examples=["2026-118"])
    state: State = Field(alias="status")
    subject: str = Field(alias="onderwerp")
    reference: str = Field(alias="kenmerk")
    letter_date: date = Field(alias="datum")
    sent_on: date | None = Field(alias="verzondenOp")
    addressee: str = Field(alias="aan")
    attention: str | None = Field(alias="terAttentieVan")
    channel: Channel = Field(alias="kanaal")
    dossier: str | None
    body: str | None = Field(alias="tekst")
    questions: list[QuestionShape] = Field(alias="vragen")


class SheetLineShape(QuestionShape, title="AntwoordbladRegel"):
    """A question with its latest answer, and what came with that."""

    answer: AnswerShape | None = Field(alias="antwoord")
    objections: list[ObjectionShape] = Field(alias="bezwaren")
    commitments: list[CommitmentMade] = Field(alias="toezeggingen")


class AnswerSheetShape(Shape, title="Antwoordblad"):
    """All questions of a letter with their answers, promises apart."""

    number: str = Field(alias="nummer", examples=["2026-118"])
    subject: str = Field(alias="onderwerp")
    reference: str = Field(alias="kenmerk")
    open: int = Field(alias="aantalOpen", description="Vragen die nog op een antwoord wachten.")
    hidden: int = Field(alias="aantalElders", description="Vragen aan andere ministeries, die de lezer niet ziet.")
    lines: list[SheetLineShape] = Field(alias="vragen")


class LetterInList(Shape, title="BriefInLijst"):
    """A letter, with the questions counted that its reader may see."""

    id: int
    number: str = Field(alias="nummer", examples=["2026-118"])
    state: State = Field(alias="status")
    subject: str = Field(alias="onderwerp")
    reference: str = Field(alias="kenmerk")
    letter_date: date = Field(alias="datum")
    sent_on: date | None = Field(alias="verzondenOp")
    addressee: str = Field(alias="aan")
    dossier: str | None
    questions: int = Field(alias="aantalVragen")
    open: int = Field(alias="aantalOpen")
    late: int = Field(alias="aantalTeLaat")
    owners: list[str] = Field(alias="eigenaren")


class LetterPage(Shape, title="Brieven"):
    """Letters, newest number first."""

    letters: list[LetterInList] = Field(alias="brieven")
    following: str | None = Field(alias="volgende", description="Adres van de volgende bladzijde; null aan het eind.")


class MinistryShape(Shape, title="Ministerie"):
    """A ministry, also one that ended."""

    code: str
    display: str = Field(alias="afkorting")
    name: str = Field(alias="naam")
    valid_from: date | None = Field(alias="geldigVan")
    valid_until: date | None = Field(alias="geldigTot", description="De laatste dag.")
    successor: str | None = Field(alias="opvolger")
    tooi: str | None
    oin: str | None


class MinistryList(Shape, title="Ministeries"):
    """All ministries, by name."""

    ministries: list[MinistryShape] = Field(alias="ministeries")


class DossierShape(Shape, title="Dossier"):
    """A theme that spans letters."""

    slug: str = Field(alias="code")
    name: str = Field(alias="naam")


class DossierList(Shape, title="Dossiers"):
    """All dossiers, by name."""

    dossiers: list[DossierShape]
