"""What each role is told on its first visit: where to begin, in three sentences."""

from dataclasses import dataclass

from app.domain.errors import mark
from app.domain.permissions import Role


@dataclass(frozen=True)
class Hint:
    """For a role, at the address where its work begins. `chapter` is its place in the guide."""

    name: str
    role: Role
    place: str
    sentences: tuple[str, ...]
    chapter: str


HOME, ADMINISTRATION = "/", "/beheer"
# Who has more roles reads the first that fits.
HINTS = (
    Hint(
        "secretariaat",
        Role.SECRETARIAT,
        HOME,
        (
            mark("Onder “Vandaag voor u” staat wat op u wacht: antwoorden, verzoeken en concepten."),
            mark("Met “Registreer een brief” legt u een nieuwe brief vast en verdeelt u hem in vragen."),
            mark("Elke weergave en elk filter staat in het adres: u kunt de pagina bewaren en delen."),
        ),
        "secretariaat-van-de-vng",
    ),
    Hint(
        "regie",
        Role.REGIE,
        HOME,
        (
            mark("Vooraan staan vragen waarvan de eigenaar betwist is: daar beslist u."),
            mark("“Samenhang” zet ministeries en dossiers naast elkaar, met wat vastloopt."),
            mark("De lijst voor het bestuurlijk overleg staat op die pagina, klaar om te printen."),
        ),
        "coördinator-bureau-sg-en-az",
    ),
    Hint(
        "directie",
        Role.LEADERSHIP,
        HOME,
        (
            mark("Deze pagina laat de week in één scherm zien, met wat het langst te laat is."),
            mark("“Stand van zaken” toont hoe het met alle ministeries gaat, in beeld en in een tabel."),
            mark("Het weekoverzicht komt op maandag per mail. Bij uw naam zegt u of u dat wilt."),
        ),
        "directie-van-de-vng",
    ),
    Hint(
        "coordinator",
        Role.COORDINATOR,
        HOME,
        (
            mark("U ziet de vragen van uw ministerie, met bij wie de bal ligt."),
            mark("U kunt een andere contactpersoon kiezen, herinneren, en antwoorden vrijgeven."),
            mark("“Samenhang” en “Statistieken” gaan over uw eigen ministerie."),
        ),
        "coördinator-bureau-sg-en-az",
    ),
    Hint(
        "bureau-sg",
        Role.SG,
        HOME,
        (
            mark("U ziet de vragen van uw ministerie, met bij wie de bal ligt."),
            mark("U krijgt mail over vragen die vijf werkdagen of langer te laat zijn."),
            mark("“Samenhang” en “Statistieken” gaan over uw eigen ministerie."),
        ),
        "coördinator-bureau-sg-en-az",
    ),
    Hint(
        "contactpersoon",
        Role.CONTACT,
        HOME,
        (
            mark("Hier staat wat u moet beantwoorden, de vroegste datum eerst."),
            mark("Open een vraag: daar antwoordt u, vraagt u uitstel, of geeft u haar door."),
            mark("Bij uw naam zet u de antwoorddatums in uw eigen agenda en meldt u afwezigheid."),
        ),
        "contactpersoon-van-een-ministerie",
    ),
    Hint(
        "beheer",
        Role.ADMIN,
        ADMINISTRATION,
        (
            mark("Alles wat u beheert, staat op deze pagina bij elkaar."),
            mark("Begin bij Personen en Ministeries: zonder contactpersoon gaat er geen mail uit."),
            mark("Bij Taken en in het Postvak uit ziet u of alles op tijd uitging."),
        ),
        "beheerder",
    ),
)
