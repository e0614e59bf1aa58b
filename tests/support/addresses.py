"""Every page there is: its addresses in the demo's register, each with who opens it; for tests that look at them all.

A page stands in one of the tables below under the path of its route; what answers a GET with something else than a page
stands in NO_PAGE, with the reason.
"""

import re
from collections.abc import Mapping, Sequence

from app.domain.questions import State

NOBODY, CODED, HALFWAY = "", "wie een code kreeg", "wie met een code niet ver genoeg is"
SECRETARIAT, LEADERSHIP, ADMIN = "secretariaat@vng.example", "directie@vng.example", "beheer@vng.example"
CENTRE, CONTACT, COORDINATOR, SG = (
    "regie@az.example",
    "contact@bzk.example",
    "coordinator@bzk.example",
    "sg@bzk.example",
)
OWNER, ITS_COORDINATOR, CONTRIBUTOR = "contact@{owner}", "coordinator@{owner}", "contact@{contributor}"

FILE, PART, ELSEWHERE, MACHINE = "a file", "a part of a page", "leads to another page", "read by machines"
NO_PAGE: Mapping[str, str] = {
    "/brieven/{letter_id}/antwoordblad.odt": FILE,
    "/a/{token}/documenten/{document_id}": FILE,
    "/agenda/{token}.ics": FILE,
    "/samenhang.{kind}": FILE,
    "/samenhang/{slug}.{kind}": FILE,
    "/overzichten/{week}.{kind}": FILE,
    "/documenten/{document_id}": FILE,
    "/vragen.{kind}": FILE,
    "/uitvoer/{export_id}/{name}": FILE,
    "/statistieken/ministerie/{code}.odt": FILE,
    "/statistieken/dossier/{slug}.odt": FILE,
    "/statistieken/maand/{month}.odt": FILE,
    "/hulp/beelden/{name}": FILE,
    "/statistieken.{kind}": FILE,
    "/statistieken/bal.{kind}": FILE,
    "/statistieken/klokken.{kind}": FILE,
    "/beheer/logboek.csv": FILE,
    "/beheer/logboek.ods": FILE,
    "/beheer/inzage.csv": FILE,
    "/beheer/inzage.ods": FILE,
    "/postvak-uit/{mail_id}/bericht.eml": FILE,
    "/huisstijl/logo": FILE,
    "/favicon.ico": FILE,
    "/mijn/gegevens.json": FILE,
    "/mijn/gegevens.ods": FILE,
    "/beheer/personen/{person_id}/gegevens.json": FILE,
    "/beheer/personen/{person_id}/gegevens.ods": FILE,
    "/brieven/nieuw/termijn": PART,
    "/brieven/nieuw/voorstel": PART,
    "/zoeken/voorstellen": PART,
    "/vers": PART,
    "/aanmelden/openid/{name}": ELSEWHERE,
    "/aanmelden/openid/{name}/terug": ELSEWHERE,
    "/.well-known/security.txt": MACHINE,
    "/healthz": MACHINE,
}

# Who → addresses, with parameters as in the route and after a ? what the page is asked.
PAGES: Mapping[str, Sequence[str]] = {
    NOBODY: (
        "/a",
        "/a/ingetrokken",
        "/aanmelden",
        "/hulp",
        "/toegankelijkheid",
        "/privacy",
        "/afmelding/{personal}",
        "/uitnodiging/{enrolment}",
        "/a/{to_answer}",
        "/a/{to_read_back}",
        "/a/{to_concur}",
        "/a/{to_read_back}/ontvangst",
        "/a/{to_read_back}/intrekking",
        "/a/{to_answer}/afstemming",
    ),
    CODED: ("/aanmelden/code",),
    HALFWAY: ("/aanmelden/verder",),
    CONTACT: ("/", "/vragen", "/mijn/afwezigheid", "/mijn/agenda"),
    COORDINATOR: ("/", "/stand", "/samenhang", "/statistieken"),
    SG: ("/",),
    CENTRE: ("/", "/samenhang", "/samenhang/{slug}", "/samenhang/{slug}?afdruk=ja"),
    LEADERSHIP: (
        "/",
        "/stand",
        "/overzichten",
        "/overzichten/{week}",
        "/statistieken",
        "/statistieken?groepering=ministerie",
        "/statistieken?groepering=maand&van=",
        "/statistieken/bal",
        "/statistieken/vragen",
        "/statistieken/definities",
        "/statistieken/ministerie/JENV",
        "/statistieken/dossier/{slug}",
        "/statistieken/maand/2026-09",
        "/statistieken/vergelijken",
        "/statistieken/vergelijken?ministerie=JENV&ministerie=BZK",
        "/mijn/weekoverzicht",
    ),
    SECRETARIAT: (
        "/",
        "/?weergave=te-beoordelen",
        "/?weergave=concept",
        "/vragen",
        "/vragen?laat=ja&zoek=opvang",
        "/vragen/samen?handeling=herinneren&vraag={question}",
        "/brieven",
        "/brieven?stand=concept",
        "/brieven?zoek=nergens",
        "/brieven/samen?brief={letter}",
        "/brieven/{letter}",
        "/brieven/{draft}",
        "/brieven/{draft}/verzenden",
        "/brieven/{draft}/bewerken",
        "/brieven/{letter}/antwoordblad",
        "/brieven/{letter}/antwoord",
        "/brieven/nieuw",
        "/brieven/onafgemaakt/{unfinished}",
        "/brieven/onafgemaakt/{unfinished}/weggooien",
        "/zoeken?zoek=opvang",
        "/zoeken?zoek=nergens",
        "/uitvoer",
        "/uitvoer/{export}",
        "/weergaven",
        "/weergaven/nieuw?van=/vragen",
        "/postvak-uit",
        "/postvak-uit/{mail}",
        "/beheer/dossiers",
        "/beheer/dossiers/nieuw",
        "/beheer/dossiers/{dossier}",
        "/beheer/overnemen",
        "/beheer/overnemen/{takeover}",
        "/mijn",
        "/mijn/toegang",
        "/mijn/gegevens",
    ),
    ADMIN: (
        "/beheer",
        "/beheer/personen",
        "/beheer/personen/nieuw",
        "/beheer/uitnodigingen",
        "/beheer/personen/{person}",
        "/beheer/personen/{person}/afwezigheid",
        "/beheer/personen/{person}/gegevens",
        "/beheer/ministeries",
        "/beheer/ministeries/{ministry}",
        "/beheer/termijnen",
        "/beheer/termijnen/nieuw",
        "/beheer/termijnen/{term}",
        "/beheer/kalender",
        "/beheer/kalender/{day}/verwijderen",
        "/beheer/escalatieladder",
        "/beheer/escalatieladder/wijzigen",
        "/beheer/escalatieladder/vooruitblik?dag-dag=24&dag-maand=11&dag-jaar=2026",
        "/beheer/teksten",
        "/beheer/teksten/antwoord",
        "/beheer/taken",
        "/beheer/bewaren",
        "/beheer/bewaren/{removal}",
        "/beheer/logboek",
        "/beheer/inzage",
        "/beheer/abonnementen",
        "/beheer/stijl",
    ),
}

# What follows /vragen/{question_id} → the state of the question (None: any), and who opens it. Not each question in
# that state offers the page; the first that does is looked at.
ON_A_QUESTION: Sequence[tuple[str, State | None, str]] = (
    *(("", state, SECRETARIAT) for state in State),
    ("", State.ASKED, OWNER),
    ("", State.ACCEPTED, OWNER),
    ("", State.CONCURRING, CONTRIBUTOR),
    ("", State.DISPUTED, CENTRE),
    ("/doorgeleiden", State.ASKED, OWNER),
    ("/afwijzen", State.ASKED, OWNER),
    ("/toewijzen", State.DISPUTED, CENTRE),
    ("/uitstellen", State.ACCEPTED, OWNER),
    ("/verduidelijking", State.ACCEPTED, OWNER),
    ("/antwoorden", State.ACCEPTED, OWNER),
    ("/afstemmen", State.ACCEPTED, OWNER),
    ("/instemmen", State.CONCURRING, CONTRIBUTOR),
    ("/terugnemen", State.CONCURRING, OWNER),
    ("/doorbreken", State.CONCURRING, CENTRE),
    ("/vrijgeven", State.ACCEPTED, ITS_COORDINATOR),
    ("/contactpersoon", State.ACCEPTED, ITS_COORDINATOR),
    ("/link-intrekken", State.ACCEPTED, OWNER),
    ("/herinneren", State.ASKED, ITS_COORDINATOR),
    ("/oordeel", State.ANSWERED, SECRETARIAT),
    ("/toezegging", State.ANSWERED, SECRETARIAT),
    ("/eerder", State.ASKED, SECRETARIAT),
    ("/intrekken", State.ASKED, SECRETARIAT),
    ("/heropenen", State.SETTLED, SECRETARIAT),
    ("/termijn", State.ACCEPTED, SECRETARIAT),
    ("/opschorten", State.ACCEPTED, SECRETARIAT),
    ("/hervatten", State.ACCEPTED, SECRETARIAT),
    ("/ontvangst", State.ASKED, SECRETARIAT),
    ("/opnieuw-versturen", State.ASKED, SECRETARIAT),
    ("/termijnboekingen/{entry}/vervallen", None, SECRETARIAT),
    ("/verzoeken/{request}", None, SECRETARIAT),
)


def route_of(path: str, routes: Sequence[str]) -> str:
    """The route that answers an address, as the application finds it: the first that fits."""
    for route in routes:
        pattern = re.sub(
            r"\\\{[a-z_]+(:int)?\\\}", lambda found: r"\d+" if found.group(1) else "[^/]+", re.escape(route)
        )
        if re.fullmatch(pattern, path.partition("?")[0]):
            return route
    raise LookupError(path)


def without_address(routes: Sequence[str]) -> list[str]:
    """Of the routes that answer a GET those that nobody looks at, and those that are called no page and looked at."""
    asked = [path for paths in PAGES.values() for path in paths]
    asked += [f"/vragen/1{ending}" for ending, _, _ in ON_A_QUESTION]
    looked_at = {route_of(re.sub(r"\{[a-z_]+\}", "1", path), routes) for path in asked}
    return [route for route in routes if (route in looked_at) == (route in NO_PAGE)]
