"""What the log says in plain words: who did what to which thing, and with which particulars."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.actors import Door
from app.domain.errors import mark
from app.domain.questions import Act
from app.store.access_log import AccessEntry
from app.store.audit import AuditEntry
from app.wording import Wording

LONGEST_DETAIL = 300

# An act → the sentence about it, as said of one thing. Acts without one are told by their own word.
ACTS: Mapping[str, str] = {
    Act.EDIT: mark("{who} wijzigde {thing}."),
    Act.SEND: mark("{who} verstuurde {thing}."),
    Act.WITHDRAW: mark("{who} trok {thing} in."),
    Act.ACCEPT: mark("{who} aanvaardde {thing}."),
    Act.DEEM: mark("{who} aanvaardde {thing} stilzwijgend."),
    Act.SAVE_DRAFT: mark("{who} bewaarde een concept bij {thing}."),
    Act.SUBMIT: mark("{who} beantwoordde {thing}."),
    Act.OFFER: mark("{who} bood het antwoord op {thing} ter vrijgave aan."),
    Act.RELEASE: mark("{who} gaf het antwoord op {thing} vrij."),
    Act.SEND_BACK: mark("{who} stuurde het antwoord op {thing} terug."),
    Act.TAKE_BACK: mark("{who} nam het aangeboden antwoord op {thing} terug."),
    Act.RECORD: mark("{who} legde een antwoord op {thing} vast."),
    Act.TRANSFER: mark("{who} geleidde {thing} door."),
    Act.TRANSFER_AGAIN: mark("{who} geleidde {thing} opnieuw door; daardoor is de eigenaar betwist."),
    Act.DECLINE: mark("{who} wees {thing} af."),
    Act.ASSIGN: mark("{who} wees een eigenaar aan voor {thing}."),
    Act.REQUEST_CONCURRENCE: mark("{who} vroeg afstemming over {thing}."),
    Act.AGREE: mark("{who} stemde in bij {thing}."),
    Act.PROPOSE: mark("{who} stelde een andere tekst voor bij {thing}."),
    Act.OBJECT: mark("{who} maakte bezwaar bij {thing}."),
    Act.CLEAR: mark("{who} gaf de laatste reactie bij {thing}; de afstemming is rond."),
    Act.RECALL: mark("{who} nam de afstemming over {thing} terug."),
    Act.OVERRULE: mark("{who} doorbrak de afstemming over {thing}."),
    Act.JUDGE_CONCRETE: mark("{who} vond het antwoord op {thing} concreet."),
    Act.JUDGE_PARTIAL: mark("{who} vond het antwoord op {thing} gedeeltelijk."),
    Act.JUDGE_EVASIVE: mark("{who} vond het antwoord op {thing} ontwijkend."),
    Act.REOPEN: mark("{who} heropende {thing}."),
    Act.REOPEN_UNSENT: mark("{who} heropende {thing} als concept."),
    Act.POSTPONE: mark("{who} meldde uitstel bij {thing}."),
    Act.ASK_TIME: mark("{who} vroeg meer tijd voor {thing}."),
    Act.CLARIFY: mark("{who} vroeg om verduidelijking van {thing}."),
    Act.REFUSE: mark("{who} wees een verzoek over {thing} af."),
    Act.SUSPEND: mark("{who} zette de klok van {thing} stil."),
    Act.RESUME: mark("{who} liet de klok van {thing} weer lopen."),
    Act.VOID: mark("{who} liet een termijnboeking van {thing} vervallen."),
    Act.RECEIVE: mark("{who} legde vast dat {thing} is ontvangen."),
    Act.RESEND: mark("{who} verstuurde {thing} opnieuw."),
    Act.REPLAY: mark("{who} rekende de termijn van {thing} opnieuw uit."),
    Act.SUCCEED: mark("{who} bracht {thing} naar de opvolger."),
    Act.REMIND: mark("{who} stuurde een herinnering: {thing}."),
    Act.CHANGE_CONTACT: mark("{who} koos een andere contactpersoon voor {thing}."),
    Act.REVOKE_LINK: mark("{who} trok de link van {thing} in."),
    "registreren": mark("{who} registreerde {thing}."),
    "wijzigen": mark("{who} wijzigde {thing}."),
    "aanmelden": mark("{who} meldde zich aan."),
    "afmelden": mark("{who} meldde zich af: {thing}."),
    "code-geblokkeerd": mark("Een code van {who} is geblokkeerd na te veel pogingen."),
    "sleutel-maken": mark("{who} maakte een API-sleutel: {thing}."),
    "sleutel-intrekken": mark("{who} trok een API-sleutel in: {thing}."),
    "bijvoegen": mark("{who} voegde {thing} toe."),
    "opruimen": mark("{who} ruimde op wat bij niets hoorde: {thing}."),
    "persoon-toevoegen": mark("{who} voegde {thing} toe."),
    "persoon-wijzigen": mark("{who} wijzigde {thing}."),
    "persoon-beeindigen": mark("{who} noteerde dat {thing} is gestopt."),
    "persoon-hervatten": mark("{who} liet {thing} weer toe."),
    "contactpersoon-aanwijzen": mark("{who} wees een contactpersoon aan bij {thing}."),
    "contactpersoon-schrappen": mark("{who} schrapte een contactpersoon bij {thing}."),
    "afwezigheid-melden": mark("{who} noteerde afwezigheid van {thing}."),
    "afwezigheid-beeindigen": mark("{who} beëindigde de afwezigheid van {thing}."),
    "escaleren": mark("{who} zette vragen een trede hoger."),
    "vastleggen": mark("{who} legde {thing} vast."),
    "importeren": mark("{who} nam een bestaand register over."),
    "gegevens-laden": mark("{who} laadde de stamgegevens."),
    "beheerder-aanstellen": mark("{who} maakte {thing} beheerder."),
    "taak-vragen": mark("{who} vroeg om {thing} nu te draaien."),
    "verzonden-concept-lezen": mark("{who} las het verzonden concept bij {thing}."),
    "vrijgeven": mark("{who} gaf aangehouden mail vrij: {thing}."),
    "vrijgave-instellen": mark("{who} wijzigde de vrijgave bij {thing}."),
    "pauzeren": mark("{who} zette een pauze in de ladder: {thing}."),
    "pauze-schrappen": mark("{who} schrapte een pauze: {thing}."),
    "toezegging-vastleggen": mark("{who} legde een toezegging vast bij {thing}."),
    "dossier-kiezen": mark("{who} zette {thing} in een ander dossier."),
    "dossier-maken": mark("{who} maakte {thing}."),
    "dossier-hernoemen": mark("{who} gaf {thing} een andere naam."),
    "dossier-beeindigen": mark("{who} bepaalde dat {thing} niet meer te kiezen is."),
    "dossier-hervatten": mark("{who} bepaalde dat {thing} weer te kiezen is."),
    "herhaling-koppelen": mark("{who} koppelde een eerdere vraag aan {thing}."),
    "herhaling-ontkoppelen": mark("{who} maakte een eerdere vraag los van {thing}."),
    "ministerie-wijzigen": mark("{who} wijzigde {thing}."),
    "gelijkgestelde-dag-toevoegen": mark("{who} voegde een dag toe die als feestdag telt: {thing}."),
    "gelijkgestelde-dag-verwijderen": mark("{who} verwijderde een dag die als feestdag telde: {thing}."),
    "passkey-toevoegen": mark("{who} voegde een passkey toe: {thing}."),
    "passkey-verwijderen": mark("{who} verwijderde een passkey: {thing}."),
    "passkey-blokkeren": mark("Een passkey is geblokkeerd, want hij lijkt gekopieerd: {thing}."),
    "account-koppelen": mark("{who} koppelde een account elders: {thing}."),
    "account-ontkoppelen": mark("{who} ontkoppelde een account elders: {thing}."),
    "uitnodigen": mark("{who} nodigde {thing} uit."),
    "tekst-schrijven": mark("{who} schreef een andere begintekst: {thing}."),
    "uitnodiging-intrekken": mark("{who} trok de uitnodiging van {thing} in."),
    "toegang-herstellen": mark("{who} herstelde de toegang van {thing}."),
    "bewaartermijn-wijzigen": mark("{who} wijzigde een bewaartermijn: {thing}."),
    "verwijdering-voorstellen": mark("{who} stelde voor te verwijderen: {thing}."),
    "verwijdering-instemmen": mark("{who} stemde in met verwijderen: {thing}."),
    "verwijdering-laten-vervallen": mark("{who} liet een voorstel vervallen: {thing}."),
    "verwijderen": mark("{who} verwijderde wat de bewaartermijn voorbij was: {thing}."),
    "langer-bewaren": mark("{who} bewaart {thing} langer."),
}
_OTHER = mark("{who}: {act}, {thing}.")
_KINDS: Mapping[str, str] = {
    "vraag": mark("vraag {name}"),
    "brief": mark("brief {name}"),
    "persoon": mark("{name}"),
    "dossier": mark("dossier {name}"),
    "document": mark("het document {name}"),
    "weekoverzicht": mark("het weekoverzicht {name}"),
}
_PLACES: Mapping[str, str] = {
    "vraag": "/vragen/",
    "brief": "/brieven/",
    "persoon": "/beheer/personen/",
    "ministerie": "/beheer/ministeries/",
    "dossier": "/beheer/dossiers/",
    "mail": "/postvak-uit/",
}
_DOORS: Mapping[str, str] = {
    Door.SESSION: mark("aangemeld"),
    Door.LINK: mark("met een link"),
    Door.API: mark("met een API-sleutel"),
    Door.COMMAND: mark("opdracht op de server"),
    Door.JOB: mark("taak"),
}


@dataclass(frozen=True)
class LogLine:
    """A row of either list, in words. `number` and `act` are those of the chain; the access log has none (0, "")."""

    number: int
    at: datetime
    who: str
    door: str
    act: str
    sentence: str
    thing: str
    about: str
    details: Sequence[tuple[str, str]]


def act_line(words: Wording, row: AuditEntry, names: Mapping[str, str]) -> LogLine:
    """An entry of the chain."""
    who, thing = _who(words, row.actor, names), _thing(words, row.object, names)
    sentence = ACTS.get(row.act, _OTHER)
    said = words.text(sentence, who=who, thing=thing, act=row.act.replace("-", " "))
    details = [
        (key.replace("_", " "), _plain(value)) for key, value in json.loads(row.detail).items() if value is not None
    ]
    return LogLine(row.sequence, row.at, who, _door(words, row.actor), row.act, said, thing, row.object, details)


def read_line(words: Wording, row: AccessEntry, names: Mapping[str, str]) -> LogLine:
    """A reading."""
    who, thing = _who(words, row.actor, names), _thing(words, row.object, names)
    said = words.text(mark("{who} bekeek {thing}."), who=who, thing=thing)
    return LogLine(0, row.at, who, _door(words, row.actor), "", said, thing, row.object, [(row.page, "")])


def act_name(act: str) -> str:
    """An act in a list to choose from: its own word, the first letter a capital."""
    return act.replace("-", " ").capitalize()


def _who(words: Wording, actor: str, names: Mapping[str, str]) -> str:
    door, _, number = actor.partition(":")
    if not number:
        return "Regie" if door == Door.JOB else words.text(mark("Een opdracht op de server"))
    return names.get(f"persoon:{number}") or words.text(mark("Persoon {number}"), number=number)


def _door(words: Wording, actor: str) -> str:
    door = actor.partition(":")[0]
    return words.text(_DOORS[door]) if door in _DOORS else door


def _thing(words: Wording, about: str, names: Mapping[str, str]) -> str:
    kind, _, number = about.partition(":")
    if kind in _KINDS and number:
        return words.text(_KINDS[kind], name=names.get(about, number))
    return about.replace(":", " ")


def place_of(about: str) -> str:
    """Where the thing can be looked at; empty where it has no page."""
    kind, _, number = about.partition(":")
    return f"{_PLACES[kind]}{number}" if kind in _PLACES and number else ""


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST_DETAIL else f"{text[:LONGEST_DETAIL]}…"
