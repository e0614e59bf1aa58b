"""What a reader may do with a question now, and what is the first thing to do. Two tables decide: roles and states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.actors import Actor
from app.domain.concurrence import is_stalled
from app.domain.errors import NotAllowed, WrongState, mark
from app.domain.permissions import Relation, Role, may
from app.domain.questions import CLIMBING_STATES, Act, State, acts_from
from app.domain.retention import REMOVED
from app.store.concurrence import ContributionState
from app.store.lists.concurrences import Told
from app.store.questions import Question
from app.wording import Wording


@dataclass(frozen=True)
class Offer:
    """One thing a reader may do: where it is done. `posts`: there is nothing to fill in, the button does it."""

    act: Act
    label: str
    href: str
    posts: bool = False


@dataclass(frozen=True)
class Turn:
    """Whose turn it is. `yours`: the reader's, who then finds `first` as the one filled button."""

    who: str
    what: str
    yours: bool
    first: Offer | None
    beside: Sequence[Offer]
    others: Sequence[Offer]

    @property
    def links(self) -> list[tuple[str, str]]:
        """What else the reader may do: (label, address)."""
        return [(offer.label, offer.href) for offer in self.others]


# In the order of the list "Andere handelingen": act, label, last part of the address.
PLACES: tuple[tuple[Act, str, str], ...] = (
    (Act.ACCEPT, mark("Aanvaard de vraag"), "aanvaarden"),
    (Act.RELEASE, mark("Geef het antwoord vrij"), "vrijgeven"),
    (Act.TAKE_BACK, mark("Neem het antwoord terug"), "aanbieding-terugnemen"),
    (Act.SUBMIT, mark("Geef antwoord"), "antwoorden"),
    (Act.AGREE, mark("Lees mee en stem in"), "instemmen"),
    (Act.REQUEST_CONCURRENCE, mark("Vraag afstemming"), "afstemmen"),
    (Act.RECALL, mark("Neem de afstemming terug"), "terugnemen"),
    (Act.OVERRULE, mark("Doorbreek de afstemming"), "doorbreken"),
    (Act.JUDGE_CONCRETE, mark("Beoordeel het antwoord"), "oordeel"),
    (Act.ASSIGN, mark("Wijs een eigenaar aan"), "toewijzen"),
    (Act.POSTPONE, mark("Meld uitstel"), "uitstellen"),
    (Act.CLARIFY, mark("Vraag om verduidelijking"), "verduidelijking"),
    (Act.SUSPEND, mark("Zet de klok stil"), "opschorten"),
    (Act.RESUME, mark("Laat de klok weer lopen"), "hervatten"),
    (Act.TRANSFER, mark("Geleid door naar een ander ministerie"), "doorgeleiden"),
    (Act.DECLINE, mark("Meld dat de vraag niet bij u hoort"), "afwijzen"),
    (Act.CHANGE_CONTACT, mark("Kies een andere contactpersoon"), "contactpersoon"),
    (Act.REMIND, mark("Stuur een herinnering"), "herinneren"),
    (Act.REVOKE_LINK, mark("Trek de link in"), "link-intrekken"),
    (Act.RECORD, mark("Leg een antwoord per brief of mail vast"), ""),
    (Act.WITHDRAW, mark("Trek de vraag in"), "intrekken"),
    (Act.REOPEN, mark("Heropen de vraag"), "heropenen"),
    (Act.REOPEN_UNSENT, mark("Heropen de vraag als concept"), "heropenen"),
)
# What can be done about the term, on the page that explains it.
TERM_PLACES = (
    *(place for place in PLACES if place[0] in {Act.POSTPONE, Act.CLARIFY, Act.SUSPEND, Act.RESUME}),
    (Act.RECEIVE, mark("Leg vast dat de vraag is ontvangen"), "ontvangst"),
    (Act.RESEND, mark("Stuur de vraag opnieuw"), "opnieuw-versturen"),
)
POSTS = frozenset({Act.ACCEPT, Act.TAKE_BACK})
FIRST: Mapping[State, Act] = {
    State.ASKED: Act.ACCEPT,
    State.ACCEPTED: Act.SUBMIT,
    State.CONCURRING: Act.AGREE,
    State.DISPUTED: Act.ASSIGN,
    State.ANSWERED: Act.JUDGE_CONCRETE,
}
# What makes no sense while an answer waits for release, or while none does.
_WHILE_OFFERED = frozenset({Act.ACCEPT, Act.REQUEST_CONCURRENCE})
_WITHOUT_OFFER = frozenset({Act.RELEASE, Act.TAKE_BACK})
# An owner that VNG or AZ pointed out answers; it doesn't pass the question on again in this round.
NOT_WHEN_BINDING = frozenset({Act.TRANSFER, Act.DECLINE})

_YOURS: Mapping[State, str] = {
    State.ASKED: mark("Behandelt {owner} deze vraag?"),
    State.ACCEPTED: mark("{owner} geeft het antwoord."),
    State.CONCURRING: mark("{owner} vraagt of uw ministerie instemt met het concept."),
    State.DISPUTED: mark("Wie moet deze vraag beantwoorden?"),
    State.ANSWERED: mark("{owner} heeft geantwoord. Is het antwoord concreet?"),
}
_TO_RELEASE = mark("Er ligt een antwoord klaar. Geeft u het vrij?")
_WAITS_FOR_RELEASE = mark("Er ligt een antwoord klaar. Het wacht op vrijgave door de coördinator van {owner}.")
_STALLED = mark("{owner} wacht langer dan gevraagd op instemming. AZ kan de afstemming doorbreken.")
_THEIRS: Mapping[State, str] = {
    State.DRAFT: mark("De brief is nog niet verstuurd."),
    State.ASKED: mark("{owner} heeft de vraag nog niet aanvaard."),
    State.ACCEPTED: mark("{owner} geeft het antwoord."),
    State.CONCURRING: mark("{owner} wacht op instemming van de meebetrokken ministeries."),
    State.DISPUTED: mark("AZ wijst aan wie deze vraag beantwoordt. De termijn loopt door."),
    State.ANSWERED: mark("De {vng} beoordeelt of het antwoord concreet is."),
    State.SETTLED: mark("De vraag is afgedaan."),
    State.WITHDRAWN: mark("De {vng} heeft de vraag ingetrokken."),
}
_WHO: Mapping[State, str] = {
    State.DRAFT: mark("De {vng} is aan zet"),
    State.ASKED: mark("{owner} is aan zet"),
    State.ACCEPTED: mark("{owner} is aan zet"),
    State.CONCURRING: mark("De meebetrokken ministeries zijn aan zet"),
    State.DISPUTED: mark("AZ is aan zet"),
    State.ANSWERED: mark("De {vng} is aan zet"),
    State.SETTLED: mark("Niemand is aan zet"),
    State.WITHDRAWN: mark("Niemand is aan zet"),
}


def offers(
    words: Wording, actor: Actor, relation: Relation, question: Question, idle: frozenset[Act] = frozenset()
) -> list[Offer]:
    """What this reader may do with the question now, in a fixed order; `idle` acts make no sense to them now."""
    return [one for one in _offered(words, actor, relation, question, PLACES) if one.act not in idle]


def term_offers(words: Wording, actor: Actor, relation: Relation, question: Question) -> list[Offer]:
    """What this reader may do about the term now, in a fixed order."""
    return _offered(words, actor, relation, question, TERM_PLACES)


def _offered(
    words: Wording, actor: Actor, relation: Relation, question: Question, places: Sequence[tuple[Act, str, str]]
) -> list[Offer]:
    possible = set(acts_from(question.state)) - _not_now(question)
    return [
        Offer(act, words.text(label), _address(question, place), act in POSTS)
        for act, label, place in places
        if act in possible and may(actor.roles, act, relation)
    ]


def _not_now(question: Question) -> frozenset[Act]:
    """What the state allows, but not this question as it stands."""
    binding = NOT_WHEN_BINDING if question.owner_binding else frozenset()
    reopening = {Act.REOPEN if question.asked_on is None else Act.REOPEN_UNSENT}
    if question.text == REMOVED:
        reopening = {Act.REOPEN, Act.REOPEN_UNSENT}
    clock = {Act.SUSPEND, Act.CLARIFY} if question.suspended else {Act.RESUME}
    return binding | clock | reopening


def turn(
    words: Wording,
    actor: Actor,
    relation: Relation,
    question: Question,
    owner: str,
    vng: str,
    today: date,
    told: Sequence[Told] = (),
    *,
    waits_for_release: bool = False,
) -> Turn:
    """Whose turn it is, and what the reader may do. `told`: the requests to concur, as the reader may see them.

    `waits_for_release`: an answer is before the coordinator, and the reader may know.
    """
    idle = _nothing_to_concur(told, today) | (_WHILE_OFFERED if waits_for_release else _WITHOUT_OFFER)
    if waits_for_release and not may(actor.roles, Act.RELEASE, relation):
        idle |= {Act.SUBMIT}
    open_to_them = offers(words, actor, relation, question, idle)
    first = _first(open_to_them, actor, Act.RELEASE if waits_for_release else FIRST.get(question.state))
    facts = {"owner": owner, "vng": vng}
    what = (_YOURS if first else _THEIRS)[question.state]
    if waits_for_release:
        what = _TO_RELEASE if first else _WAITS_FOR_RELEASE
    elif first is not None and first.act is Act.OVERRULE:
        what = _STALLED
    sentences = [words.text(what, **facts), *_by_when(words, question, today)]
    to_accept = first is not None and first.act is Act.ACCEPT
    beside = [offer for offer in open_to_them if to_accept and offer.act is Act.SUBMIT]
    return Turn(
        who=words.text(mark("U bent aan zet")) if first else words.text(_WHO[question.state], **facts),
        what=" ".join(sentences),
        yours=first is not None,
        first=first,
        beside=beside,
        others=[offer for offer in open_to_them if offer is not first and offer not in beside],
    )


def _first(open_to_them: Sequence[Offer], actor: Actor, wanted: Act | None) -> Offer | None:
    """The first thing to do, where it waits for this reader."""
    first = next((offer for offer in open_to_them if offer.act is wanted), None)
    if first is not None and first.act is Act.ASSIGN and Role.REGIE not in actor.roles:
        first = None  # The secretariat may assign an owner, but the decision waits for AZ.
    return first or next((offer for offer in open_to_them if offer.act is Act.OVERRULE), None)


def _nothing_to_concur(told: Sequence[Told], today: date) -> frozenset[Act]:
    """What makes no sense with these requests: replying where none waits for the reader, overruling before its day."""
    waiting = [one for one in told if one.state is ContributionState.ASKED]
    idle = set()
    if not any(one.mine for one in waiting):
        idle.add(Act.AGREE)
    if not any(is_stalled(one.due_on, today) for one in waiting):
        idle.add(Act.OVERRULE)
    return frozenset(idle)


def check_offered(
    actor: Actor, relation: Relation, question: Question, *acts: Act, or_in: frozenset[State] = frozenset()
) -> None:
    """Refuse a page for an act that is not this reader's (NotAllowed), or makes no sense now (WrongState).

    `or_in`: states that are let through all the same.
    """
    check_theirs(actor, relation, *acts)
    if question.state not in or_in and not set(acts) & set(acts_from(question.state)):
        sentence = mark("Dat kan nu niet: de vraag is intussen verder. Bekijk de vraag en kies wat nu kan.")
        raise WrongState("wrong-state", sentence)


def check_theirs(actor: Actor, relation: Relation, *acts: Act) -> None:
    """Refuse acts that are not this reader's, whatever the state. Raises NotAllowed."""
    if not any(may(actor.roles, act, relation) for act in acts):
        sentence = mark("U mag dit niet doen bij deze vraag. Vraag het de coördinator of het secretariaat.")
        raise NotAllowed("not-allowed", sentence)


def _address(question: Question, place: str) -> str:
    # One letter may answer several questions, so it is recorded at the letter that asked them.
    return f"/vragen/{question.id}/{place}" if place else f"/brieven/{question.letter_id}/antwoord?vraag={question.id}"


def _by_when(words: Wording, question: Question, today: date) -> list[str]:
    if question.state not in CLIMBING_STATES or question.suspended:
        return []
    if question.due_on < today:
        sentence = mark("Het antwoord had er uiterlijk op {due_on} moeten zijn.")
    else:
        sentence = mark("Het antwoord moet er uiterlijk op {due_on} zijn.")
    return [words.text(sentence, due_on=question.due_on)]
