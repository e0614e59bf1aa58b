"""What happened to a question, newest first, in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain.calendar import civil_date
from app.domain.errors import mark
from app.domain.escalation import Reader, Rung
from app.domain.questions import Act
from app.store.dispute_mails import CENTRE_REMINDED
from app.store.ladder.escalation import Escalation
from app.store.letters import DOSSIER_CHOSEN
from app.store.lists.concurrences import Told as Request
from app.store.lists.story import Story, late_days_of
from app.store.repeats import LINKED, UNLINKED
from app.store.succession.moving import CONTRIBUTION_MOVED
from app.usecases.commitments import MADE, RECORDED
from app.usecases.contacts import DISOWNED
from app.wording import Wording


@dataclass(frozen=True)
class Happening:
    """One line: icon, kind of line ("", late, good, answer, dispute), when, what, and why ("" if nobody said).

    `who` did it: empty where it was the register itself, or where `what` names that person.
    """

    icon_name: str
    kind: str
    when: str
    what: str
    why: str
    who: str = ""


Told = tuple[str, str, str]
TOLD: Mapping[str, Told] = {
    LINKED: ("two", "", mark("Gekoppeld: deze vraag is eerder gesteld")),
    DOSSIER_CHOSEN: ("file", "", mark("De brief staat in een ander dossier")),
    UNLINKED: ("two", "", mark("Losgemaakt van een eerdere vraag")),
    Act.SEND: ("mail", "", mark("Verstuurd aan {ministry}")),
    Act.ACCEPT: ("half", "", mark("{ministry} behandelt de vraag")),
    Act.DEEM: ("half", "", mark("{ministry} behandelt de vraag, stilzwijgend aanvaard")),
    Act.REMIND: ("mail", "", mark("{ministry} gevraagd of het de vraag behandelt")),
    Act.SUBMIT: ("answer", "answer", mark("{ministry} heeft geantwoord")),
    Act.RECORD: ("answer", "answer", mark("Antwoord van {ministry} ontvangen")),
    Act.TRANSFER: ("arrow", "", mark("{ministry} geleidt de vraag door naar {to}")),
    Act.TRANSFER_AGAIN: ("dispute", "dispute", mark("{ministry} wil doorgeleiden naar {to}: eigenaar betwist")),
    Act.DECLINE: ("dispute", "dispute", mark("{ministry} vindt dat de vraag niet bij {ministry} hoort")),
    Act.ASSIGN: ("check", "good", mark("{to} is aangewezen als eigenaar")),
    CENTRE_REMINDED: ("mail", "late", mark("AZ herinnerd: nog geen eigenaar aangewezen")),
    Act.OFFER: ("clock", "", mark("{ministry} heeft een antwoord klaar; het wacht op vrijgave")),
    Act.RELEASE: ("answer", "answer", mark("{ministry} heeft geantwoord, na vrijgave")),
    Act.SEND_BACK: ("arrow", "", mark("{ministry} werkt het antwoord nog bij")),
    Act.TAKE_BACK: ("arrow", "", mark("{ministry} neemt het antwoord terug om het te wijzigen")),
    Act.CHANGE_CONTACT: ("arrow", "", mark("{ministry} heeft een andere contactpersoon voor deze vraag")),
    Act.REVOKE_LINK: ("cross", "", mark("De link van {ministry} is ingetrokken; er is een nieuwe")),
    DISOWNED: (
        "dispute",
        "dispute",
        mark("{ministry} zegt dat dit antwoord van een ander komt; link ingetrokken"),
    ),
    Act.SUCCEED: ("arrow", "", mark("{ministry} is opgehouden te bestaan; {to} neemt de vraag over")),
    RECORDED: ("pen", "", mark("Vastgelegd als toezegging van {ministry}")),
    MADE: ("pen", "", mark("Toezegging vastgelegd")),
    CONTRIBUTION_MOVED: ("arrow", "", mark("{ministry} is opgehouden te bestaan; {to} is nu meebetrokken")),
    Act.POSTPONE: ("clock", "", mark("Uitstelbericht van {ministry}")),
    Act.ASK_TIME: ("clock", "", mark("{ministry} vraagt om uitstel")),
    Act.CLARIFY: ("info", "", mark("{ministry} vraagt om verduidelijking")),
    Act.REFUSE: ("cross", "", mark("Verzoek van {ministry} afgewezen")),
    Act.SUSPEND: ("pause", "", mark("De klok staat stil")),
    Act.RESUME: ("arrow", "", mark("De klok loopt weer")),
    Act.VOID: ("cross", "", mark("Een termijnboeking is vervallen")),
    Act.RECEIVE: ("check", "", mark("{ministry} heeft de vraag ontvangen")),
    Act.RESEND: ("mail", "", mark("Opnieuw verstuurd aan {ministry}")),
    Act.REPLAY: ("clock", "", mark("Termijn herrekend met een gewijzigde kalender")),
    Act.REQUEST_CONCURRENCE: ("two", "", mark("{ministry} vraagt {to} om in te stemmen met het concept")),
    Act.AGREE: ("check", "good", mark("{ministry} stemt in met het concept")),
    Act.PROPOSE: ("pen", "", mark("{ministry} stelt een andere tekst voor")),
    Act.OBJECT: ("dispute", "dispute", mark("{ministry} maakt bezwaar tegen het concept")),
    Act.CLEAR: ("half", "", mark("De afstemming is klaar: {ministry} kan antwoorden")),
    Act.RECALL: ("arrow", "", mark("{ministry} neemt de afstemming terug")),
    Act.OVERRULE: ("check", "", mark("AZ doorbreekt de afstemming: {ministry} kan antwoorden")),
    Act.JUDGE_CONCRETE: ("check", "good", mark("Oordeel: concreet. De vraag is afgedaan")),
    Act.JUDGE_PARTIAL: ("half", "", mark("Oordeel: gedeeltelijk. Ronde {next_round} begint")),
    Act.JUDGE_EVASIVE: ("dash", "late", mark("Oordeel: ontwijkend. Ronde {next_round} begint")),
    Act.REOPEN: ("arrow", "", mark("Heropend: ronde {next_round} begint")),
    Act.REOPEN_UNSENT: ("pen", "", mark("Heropend als concept")),
    Act.WITHDRAW: ("cross", "", mark("Ingetrokken")),
}
REMINDED_BY_HAND: Told = ("mail", "", mark("{ministry} herinnerd door {who}"))
REPLIES = frozenset({Act.AGREE, Act.PROPOSE, Act.OBJECT})
DEEMED_WHY = mark("3 werkdagen geen bericht. Dat geldt als aanvaard.")
READERS: Mapping[Reader, str] = {
    Reader.CONTACT: mark("contactpersoon"),
    Reader.COORDINATOR: mark("coördinator"),
    Reader.SG: mark("bureau SG"),
    Reader.CENTRE: mark("AZ"),
    Reader.SECRETARIAT: mark("secretariaat"),
    Reader.LEADERSHIP: mark("directie"),
}


def timeline(
    words: Wording,
    story: Story,
    escalations: Sequence[Escalation],
    ladders: Mapping[int, Sequence[Rung]],
    requests: Sequence[Request] = (),
) -> list[Happening]:
    """Everything that happened, newest first; what happened on one day in the order it was recorded, last one first.

    `requests` to concur as this reader may see them: what others said of a draft stands in no event.
    """
    said: dict[tuple[datetime | None, str], str] = {
        (one.settled_at, one.ministry): one.reason or "" for one in requests if one.settled_at
    }
    lines = [((event.on, event.at), _event(words, story, event, said)) for event in story.events]
    lines += [((one.reminded_on, one.asked_at), _reminded(words, one)) for one in requests if one.reminded_on]
    lines += [
        ((one.reached_on, one.recorded_at), _climb(words, one, ladders[one.edition]))
        for one in reversed(escalations)
        if not one.passed
    ]
    return [line for _, line in sorted(lines, key=lambda pair: pair[0], reverse=True)]


def _event(words: Wording, story: Story, event: Any, said: Mapping[tuple[datetime | None, str], str]) -> Happening:
    icon, kind, sentence = TOLD.get(event.act, ("info", "", str(event.act)))
    if event.act == Act.REMIND and event.person:
        icon, kind, sentence = REMINDED_BY_HAND
    facts = {
        "ministry": event.ministry or "",
        "to": event.to_ministry or "",
        "who": event.person or "",
        "next_round": event.round + 1,
    }
    why = said.get((event.at, event.ministry), "") if event.act in REPLIES else _why(words, story, event)
    who = "" if "{who}" in sentence else event.person or ""
    return Happening(icon, kind, _when(words, event.on, event.at), words.text(sentence, **facts), why, who)


def _reminded(words: Wording, one: Request) -> Happening:
    what = words.text(mark("{ministry} herinnerd: de reactie op het concept is te laat"), ministry=one.ministry)
    return Happening("mail", "late", words.longdate(one.reminded_on or one.due_on), what, "")


def _why(words: Wording, story: Story, event: Any) -> str:
    if event.act == Act.DEEM:
        return words.text(DEEMED_WHY)
    if event.act in {Act.SUBMIT, Act.RECORD, Act.RELEASE}:
        answer = next((one.answer for one in story.answers if one.answer.round == event.round), None)
        late = late_days_of(answer) if answer else 0
        return words.plural(mark("{n} dag te laat."), mark("{n} dagen te laat."), late) if late else ""
    return event.reason or ""


def _climb(words: Wording, escalation: Escalation, ladder: Sequence[Rung]) -> Happening:
    rung = next((one for one in ladder if one.number == escalation.rung), None)
    readers = [words.text(name) for reader, name in READERS.items() if rung and reader in rung.readers]
    heard = words.text(mark("Mail aan {readers}."), readers=", ".join(readers)) if readers else ""
    if rung is not None and rung.is_reminder:
        what, kind = mark("Herinnering: de termijn loopt bijna af (trede {rung})"), ""
    else:
        what, kind = mark("Te laat: trede {rung} bereikt"), "late"
    when = _when(words, escalation.reached_on, escalation.recorded_at)
    return Happening("mail", kind, when, words.text(what, rung=escalation.rung), heard)


def _when(words: Wording, on: date, at: datetime) -> str:
    return words.moment(at) if civil_date(at) == on else words.longdate(on)
