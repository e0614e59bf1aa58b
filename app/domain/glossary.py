"""The words of the office, each in a sentence or two: shown where a word stands for the first time on a page."""

from collections.abc import Mapping

from app.domain.errors import mark

WORDS: Mapping[str, str] = {
    "bal": mark("Wie de bal heeft, moet nu iets doen: de eigenaar, een meebetrokken ministerie, AZ, of de VNG zelf."),
    "trede": mark("De stap op de escalatieladder: hoe langer te laat, hoe meer mensen het horen. Telt in werkdagen."),
    "te-laat": mark("Vanaf de dag na de uiterste antwoorddatum, in kalenderdagen; niet zolang de klok stilstaat."),
    "uiterlijk": mark(
        "De dag waarop het antwoord er moet zijn. De norm is drie weken na verzending; uitstel kan hem verzetten."
    ),
    "eigenaar": mark("Het ene ministerie dat het antwoord moet geven, ook als andere ministeries meedenken."),
    "meebetrokken": mark("Een ministerie dat met het antwoord moet instemmen. De eigenaar geeft het antwoord."),
    "ronde": mark(
        "Een poging om een concreet antwoord te krijgen. Was het antwoord niet concreet, dan begint een nieuwe ronde."
    ),
    "mediaan": mark("Na zoveel dagen is de helft beantwoord. Wat nog open is, telt mee met de tijd die het al wacht."),
}
