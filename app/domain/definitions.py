"""How the figures are counted, in words for everybody: on each page, export and digest, with a version."""

from dataclasses import dataclass
from datetime import date

from app.domain.errors import mark


@dataclass(frozen=True)
class Version:
    """One version of all definitions: since when, and what became different (a Dutch message id)."""

    number: int
    since: date
    changed: str


VERSIONS = (
    Version(1, date(2026, 11, 23), mark("De eerste versie.")),
    Version(
        2,
        date(2026, 11, 29),
        mark(
            "Erbij: hoe lang de VNG zelf doet over registreren, vastleggen en oordelen, "
            "en de cijfers per ronde en per soort. "
            "Wie had de bal volgt ook ministeries die zijn opgegaan in een ander. Geen ander cijfer veranderde."
        ),
    ),
)
"""Oldest first. Whoever changes what is counted, or what is said of it, adds one; a test holds to that.

What was frozen (weekly digests, figures of Sundays) keeps the version it was made by.
"""

DEFINITION_VERSION = VERSIONS[-1].number
"""A figure is compared with figures of its own version only."""


@dataclass(frozen=True)
class Definition:
    """One figure: its name and a plain sentence (both Dutch message ids), the formula, and where it comes from."""

    key: str
    name: str
    sentence: str
    formula: str
    source: str


DEFINITIONS = (
    Definition(
        "peildatum",
        mark("Peildatum"),
        mark("Wij tellen wat tot en met die dag is gebeurd, zoals het nu in het register staat."),
        mark("feiten met een datum tot en met de peildatum"),
        mark("Regie"),
    ),
    Definition(
        "gesteld",
        mark("Gesteld"),
        mark("Elke vraag telt één keer, met de eerste ronde. Toezeggingen tellen niet mee, ingetrokken vragen apart."),
        mark("op tijd + te laat + open op tijd + open te laat + ingetrokken"),
        mark("Regie"),
    ),
    Definition(
        "ronde-en-soort",
        mark("Per ronde en per soort"),
        mark(
            "Per ronde tellen ook latere rondes, elk vanaf de dag waarop zij begonnen. "
            "Per soort tellen ook toezeggingen. In het totaal tellen die niet mee."
        ),
        mark("elk cijfer over (vraag, ronde), met de termijn, het antwoord en het oordeel van die ronde"),
        mark("Regie"),
    ),
    Definition(
        "te-laat",
        mark("Te laat"),
        mark(
            "Na de uiterste antwoorddatum die toen gold; te laat begint op de dag erna. Staat de klok stil, dan niet."
        ),
        mark("antwoorddatum > uiterste datum; open: peildatum > uiterste datum"),
        mark("Regie; Algemene termijnenwet, artikel 1 tot en met 4"),
    ),
    Definition(
        "op-tijd",
        mark("Deel op tijd"),
        mark(
            "Op tijd beantwoord, gedeeld door alles waarvan vaststaat of het op tijd was. "
            "Open vragen binnen de termijn tellen nog niet mee."
        ),
        mark("op tijd ÷ (op tijd + te laat + open te laat), met 95 %-interval van Wilson"),
        mark("Wilson (1927), Journal of the American Statistical Association 22"),
    ),
    Definition(
        "eerste-datum",
        mark("Op tijd naar de eerste datum"),
        mark("Hetzelfde, maar met de datum die bij het stellen gold: zonder uitstel en zonder stilstand van de klok."),
        mark("op tijd ÷ (op tijd + te laat + open te laat), naar de eerste uiterste datum"),
        mark("Regie"),
    ),
    Definition(
        "mediaan",
        mark("Mediaan en 9 van 10"),
        mark(
            "Na zoveel dagen is de helft, of 9 van de 10, beantwoord. "
            "Vragen die nog wachten tellen mee zolang zij wachten."
        ),
        mark("kleinste t met S(t) ≤ 1/2, of ≤ 1/10; S is de schatter van Kaplan en Meier"),
        mark("Kaplan en Meier (1958); Greenwood met log(−log); Brookmeyer en Crowley (1982)"),
    ),
    Definition(
        "alleen-beantwoord",
        mark("Mediaan van alleen beantwoorde vragen"),
        mark("Ter vergelijking. Dit lijkt sneller dan het is: wie vragen laat liggen, telt hier niet mee."),
        mark("kleinste t waarbinnen de helft van de antwoorden kwam"),
        mark("Regie"),
    ),
    Definition(
        "netto",
        mark("Zonder stilstand"),
        mark("Dezelfde dagen, zonder de dagen waarop de klok stilstond (opschorting)."),
        mark("kalenderdagen − dagen opgeschort"),
        mark("Regie; vergelijk Algemene wet bestuursrecht, artikel 4:15"),
    ),
    Definition(
        "concreet",
        mark("Tot een concreet antwoord"),
        mark(
            "Van de eerste vraag tot het antwoord dat de VNG concreet noemt. "
            "Wacht een antwoord op dat oordeel, dan stopt de telling bij het antwoord."
        ),
        mark("kleinste t met S(t) ≤ 1/2, over alle rondes"),
        mark("Kaplan en Meier (1958)"),
    ),
    Definition(
        "in-een-keer",
        mark("In één keer concreet"),
        mark(
            "Vragen waarvan het eerste antwoord concreet is, "
            "gedeeld door alle vragen waarvan het eerste antwoord beoordeeld is."
        ),
        mark("concreet in ronde 1 ÷ beoordeeld in ronde 1"),
        mark("Regie"),
    ),
    Definition(
        "ouderdom",
        mark("Hoe lang al te laat"),
        mark("Open vragen die te laat zijn, naar het aantal werkdagen na de uiterste antwoorddatum."),
        mark("werkdagen na de uiterste datum tot en met de peildatum"),
        mark("Algemene termijnenwet, artikel 3"),
    ),
    Definition(
        "bal",
        mark("Wie had de bal"),
        mark(
            "De dagen waarop iemand aan zet was, van het versturen tot en met de peildatum, over alle rondes. "
            "De dag waarop de bal overgaat, telt bij wie hem krijgt."
        ),
        mark("som van (einde van de periode of peildatum − begin), in kalenderdagen"),
        mark("Regie"),
    ),
    Definition(
        "oordeel",
        mark("Wacht op oordeel"),
        mark("Antwoorden die wachten op het oordeel van de VNG. De VNG geeft zichzelf 15 werkdagen."),
        mark("te lang: peildatum > dag van het antwoord + 15 werkdagen"),
        mark("Regie"),
    ),
    Definition(
        "registreren",
        mark("Registreren door de VNG"),
        mark("Na zoveel dagen stond de helft, of 9 van de 10, van de brieven met deze vragen in Regie."),
        mark("kleinste t waarbinnen de helft werd geregistreerd: dag van registreren − datum van de brief"),
        mark("Regie"),
    ),
    Definition(
        "vastleggen",
        mark("Vastleggen door de VNG"),
        mark("Hetzelfde voor antwoorden die per brief of mail kwamen: van ontvangst tot zij in Regie stonden."),
        mark("kleinste t waarbinnen de helft werd vastgelegd: dag van vastleggen − dag van ontvangst"),
        mark("Regie"),
    ),
    Definition(
        "oordelen",
        mark("Oordelen door de VNG"),
        mark(
            "Van antwoord tot oordeel, over alle rondes. Antwoorden die nog op een oordeel wachten, "
            "tellen mee zolang zij wachten."
        ),
        mark("kleinste t met S(t) ≤ 1/2, of ≤ 1/10; S is de schatter van Kaplan en Meier"),
        mark("Kaplan en Meier (1958)"),
    ),
    Definition(
        "doorgeleid",
        mark("Doorgeleid"),
        mark("Hoe vaak een ministerie een vraag aan een ander gaf. Opvolging en toewijzing door AZ tellen niet mee."),
        mark("aantal doorgeleidingen tot en met de peildatum, over alle rondes"),
        mark("Regie"),
    ),
    Definition(
        "uitgesteld",
        mark("Uitgesteld"),
        mark("Hoe vaak een ministerie een latere datum noemde, op tijd of niet. Wat is vervallen, telt niet mee."),
        mark("aantal uitstelberichten tot en met de peildatum, over alle rondes"),
        mark("Regie"),
    ),
    Definition(
        "betwist",
        mark("Betwist"),
        mark("Hoe vaak een ministerie een vraag afwees of voor de tweede keer doorgaf, zodat AZ moest beslissen."),
        mark("aantal keren betwist tot en met de peildatum, over alle rondes"),
        mark("Regie"),
    ),
    Definition(
        "bezwaar",
        mark("Bezwaar"),
        mark("Hoe vaak een meebetrokken ministerie bezwaar maakte tegen een concept-antwoord."),
        mark("aantal bezwaren tot en met de peildatum, over alle rondes"),
        mark("Regie"),
    ),
    Definition(
        "te-weinig",
        mark("Te weinig vragen"),
        mark("Bij minder dan 5 vragen tonen wij alleen aantallen, geen percentage en geen mediaan."),
        mark("noemer < 5"),
        mark("Regie"),
    ),
)
