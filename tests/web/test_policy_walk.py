"""S1: every route × role × relation × state answers as the table of permissions says, on pages and by API.

The table is `domain.permissions`; which acts an address stands for is written down here, so that a new one without its
acts fails. In process, without a socket: some thousands of requests.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from app.domain.permissions import Relation, Role, Task, may
from app.domain.questions import Act, State, acts_from
from app.store.audit import AuditHead
from app.store.base import Db
from app.store.outbox import OutboxMail
from app.store.questions import Question
from app.usecases.accounts import tokens
from app.web.questions.offers import PLACES, POSTS, TERM_PLACES
from tests.support.every_stand import MAILBOXES, SECRET, SENT, Stand, every_stand
from tests.support.live import Live
from tests.support.visits import TOKEN, cookies_of
from tests.web.test_policy import UNSAFE, Declared, routes_of

# The last parts of an address under /vragen/{question_id} → the acts (or tasks) it is for.
DONE_AT: Mapping[str, tuple[Act | Task, ...]] = {
    **{place: (act,) for act, _, place in (*PLACES, *TERM_PLACES) if place},
    "oordeel": (Act.JUDGE_CONCRETE, Act.JUDGE_PARTIAL, Act.JUDGE_EVASIVE),
    "heropenen": (Act.REOPEN, Act.REOPEN_UNSENT),
    "uitstellen": (Act.POSTPONE, Act.ASK_TIME),
    "antwoorden": (Act.SUBMIT,),
    "antwoorden/concept": (Act.SAVE_DRAFT,),
    "instemmen": (Act.AGREE, Act.PROPOSE, Act.OBJECT),
    "voorstellen/{request_id}": (Act.SAVE_DRAFT,),
    "termijnboekingen/{sequence}/vervallen": (Act.VOID,),
    "verzoeken/{request_id}": (Act.REFUSE,),
    "toezegging": (Task.REGISTER,),
    "eerder": (Task.REGISTER,),
    "termijn": (Task.READ,),
    "": (Task.READ,),
}
AT_MINISTRY = (Role.CONTACT, Role.COORDINATOR, Role.SG)


@dataclass(frozen=True)
class Somebody:
    """A role with its client; `key` is for the API."""

    role: Role
    client: httpx.AsyncClient
    form_token: str
    key: str

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        if path.startswith("/api/"):
            headers = {"Authorization": f"Bearer {self.key}"}
            return await self.client.request(method, path, headers=headers, json=body)
        if method == "GET":
            return await self.client.get(path)
        headers = {"Origin": str(self.client.base_url)}
        return await self.client.post(path, data={"form_token": self.form_token}, headers=headers)


def readable(role: Role, stand: Stand) -> bool:
    """Whether the table lets this role read a question that stands so."""
    return may({role}, Task.REGISTER) or (may({role}, Task.READ, stand.relation) and stand.asked)


def acts_of(route: Declared) -> tuple[Act | Task, ...]:
    """The acts that a route about one question stands for."""
    if route.path.startswith("/api/"):
        tasks: tuple[Act | Task, ...] = route.policy.tasks
        return tasks
    return DONE_AT[route.path.partition("{question_id}")[2].strip("/")]


def about_questions(live: Live) -> list[Declared]:
    """The routes about one question."""
    return [route for route in routes_of(live.app) if re.match(r"(/api/v1)?/vragen/\{", route.path)]


def at_question(route: Declared, stand: Stand) -> str:
    """The route's address for this question; further parts name nothing that is there."""
    path = re.sub(r"\{(question_id|id)(:int)?\}", str(stand.id), route.path)
    return re.sub(r"\{[^}]+\}", "999999", path)


def least(schema: Mapping[str, Any], defined: Mapping[str, Any]) -> Any:
    """The smallest body that a schema of the API takes."""
    if "$ref" in schema:
        return least(defined[schema["$ref"].rpartition("/")[2]], defined)
    if other := schema.get("anyOf") or schema.get("oneOf"):
        return least(other[0], defined)
    kind = schema.get("type")
    if kind == "object":
        return {name: least(schema["properties"][name], defined) for name in schema.get("required", ())}
    if kind == "array":
        return [least(schema["items"], defined)]
    text = "2026-12-14" if schema.get("format") == "date" else "FIN"
    return schema.get("enum", [{"integer": 1, "boolean": True}.get(str(kind), text)])[0]


async def bodies(client: httpx.AsyncClient) -> dict[tuple[str, str], Any]:
    """What the API takes at each method and path, by its own description (paths without what stands before /vragen)."""
    told = (await client.get("/api/v1/openapi.json")).json()
    found = {}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}) if isinstance(operation, dict) else {}
            if "application/json" in content:
                schema = content["application/json"]["schema"]
                found[method.upper(), path.partition("/vragen")[2]] = least(schema, told["components"]["schemas"])
    return found


LISTS = ("/vragen", "/vragen.csv", "/vragen?zoek=Kop-", "/api/v1/vragen", "/api/v1/vragen?zoek=Kop-")
# Pages that are there only with an answer, a draft or a ledger to show.
NEEDS_MORE = ("/toezegging", "/aanbieding")
# These open, and say why not, where they are not offered for now: the clock runs, nothing waits for release, nobody is
# late, or the question must be accepted first.
SAY_WHY_NOT = {"hervatten", "vrijgeven", "doorbreken", "afstemmen"}
POSTED_ONLY = {place for act, _, place in PLACES if act in POSTS}
# What is offered elsewhere: at a request, at an entry of the ledger, at an answer, at the list of earlier questions.
ELSEWHERE = {"", "termijn", "eerder", "toezegging", "antwoorden/concept"}
OPENED = {place for place in DONE_AT if "{" not in place} - ELSEWHERE - POSTED_ONLY


def pace(db: Db) -> tuple[Any, ...]:
    """What moves with every act: the head of the chain, the versions of questions, the number of mails."""
    with db.reading() as s:
        return (
            s.scalars(sa.select(AuditHead.sequence)).one(),
            s.scalars(sa.select(sa.func.sum(Question.version))).one(),
            s.scalars(sa.select(sa.func.count()).select_from(OutboxMail)).one(),
        )


def walked(role: Role, stands: list[Stand]) -> Iterator[Stand]:
    """The questions a role is tried on: all for ministries; for the others the relation makes no difference."""
    yield from (one for one in stands if role in AT_MINISTRY or one.relation is Relation.OTHER)


async def somebody(live: Live, role: Role) -> Somebody:
    """Somebody with this role alone, signed in."""
    email = MAILBOXES[role]
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=live.app), base_url=live.url)
    for name, value in cookies_of(live, email).items():
        client.cookies.set(name, value)
    found = TOKEN.search((await client.get("/hulp")).text)
    assert found
    with live.db.writing() as s:
        key = tokens.make_for(s, email, live.clock())
    return Somebody(role, client, found[1], key)


def never(role: Role, route: Declared) -> bool:
    """Whether this is for other roles, whatever the question."""
    return not any(may({role}, task, relation) for task in route.policy.tasks for relation in Relation)


def expected(who: Somebody, route: Declared, stand: Stand) -> set[int]:
    """What the table says that this answers: not readable 404, not allowed 403; the rest is the act's own business."""
    acts = acts_of(route)
    if never(who.role, route):
        return {403}
    if not readable(who.role, stand):
        return {404}
    nothing_there = "999999" in at_question(route, stand)
    if not any(may({who.role}, act, stand.relation) for act in acts):
        return {403, 404} if nothing_there else {403}
    if route.methods & UNSAFE or nothing_there:
        return {200, 201, 204, 303, 400, 404, 409, 422}
    if route.path.endswith(NEEDS_MORE) or stand.state is State.DRAFT:
        return {200, 404, 409}
    possible = any(act in acts_from(stand.state) or isinstance(act, Task) for act in acts)
    return {200} if possible else {200, 404, 409}


def offered_on(*pages: str) -> set[str]:
    """The last parts of what pages offer to do with a question, in links and in forms."""
    found = re.findall(r'(?:href|action)="/vragen/\d+/([a-z-]+)(?:"|\?)', " ".join(pages))
    return set(found) - ELSEWHERE


@dataclass
class Walk:
    """What was tried, what opened, and what was not as the table says.

    Every page is asked for in every state. A POST that must be refused, and a page that a role may see of no question
    at all, are refused before the state is looked at, so each is tried in every fourth state only, another one for each
    role and route.
    """

    live: Live
    stands: list[Stand]
    routes: list[Declared]
    tried: int = 0
    opened: dict[tuple[Role, int], dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    wrong: list[str] = field(default_factory=list)

    async def all(self) -> None:
        """Every role in turn: what is refused, what lists and documents hold; after that what is offered."""
        everybody = [await somebody(self.live, role) for role in Role]
        for who in everybody:
            before = pace(self.live.db)
            sendable = await bodies(who.client)
            for turn, stand in enumerate(walked(who.role, self.stands), start=list(Role).index(who.role)):
                for number, route in enumerate(self.routes):
                    if (turn + number) % 4 == 0 or not (route.methods & UNSAFE or never(who.role, route)):
                        await self.try_route(who, route, stand, sendable)
                await self.documents(who, stand)
            await self.lists(who)
            if pace(self.live.db) != before:
                self.wrong.append(f"{who.role}: something that was refused, or only read, changed the register")
        offered = [(who, self.offers(who)) for who in everybody]
        for who, offers in offered:
            await self.take(who, offers)
            await who.client.aclose()

    async def try_route(self, who: Somebody, route: Declared, stand: Stand, sendable: Mapping[Any, Any]) -> None:
        """Ask, and compare with the table. What is allowed and changes something is left to the test of that act."""
        should = expected(who, route, stand)
        for method in route.methods:
            if method in UNSAFE and not should <= {403, 404}:
                continue
            self.tried += 1
            body = sendable.get((method, route.path.partition("/vragen")[2]))
            answer = await who.ask(method, at_question(route, stand), body)
            told = f"{method} {route.path}: {answer.status_code}"
            if answer.status_code not in should:
                self.note(who, stand, f"{told}, not {sorted(should)}")
            for leak in leaks(answer.text, who.role, stand):
                self.note(who, stand, f"{told} shows {leak}")
            if (method, answer.status_code, route.path[:8]) == ("GET", 200, "/vragen/"):
                self.opened[who.role, stand.id][route.path.partition("_id")[2].partition("}")[2].strip("/")] = (
                    answer.text
                )

    async def lists(self, who: Somebody) -> None:
        """Lists, searches and files hold exactly the questions that may be read."""
        should = {one.title for one in self.stands if readable(who.role, one)}
        for address in LISTS if who.role is not Role.ADMIN else ():
            self.tried += 1
            text = (await who.ask("GET", address)).text
            shown = {one.title for one in self.stands if one.title in text}
            if shown != should:
                self.wrong.append(f"{who.role} {address}: {sorted(shown ^ should)}")

    async def documents(self, who: Somebody, stand: Stand) -> None:
        """A letter, its document and its answer sheet for who may read it; a draft's attachment for its ministry."""
        may_read = {f"/documenten/{stand.document_id}": readable(who.role, stand)}
        may_read |= {f"{at}/brieven/{stand.letter_id}": readable(who.role, stand) for at in ("", "/api/v1")}
        if stand.draft_document_id is not None:
            own = may({who.role}, Task.READ_DRAFT, stand.relation)
            may_read[f"/documenten/{stand.draft_document_id}"] = own
        for address, reads in may_read.items():
            self.tried += 1
            status = (await who.ask("GET", address)).status_code
            if status != (403 if who.role is Role.ADMIN else 200 if reads else 404):
                self.note(who, stand, f"GET {address}: {status}")

    def offers(self, who: Somebody) -> dict[str, Stand]:
        """What a question's two pages offer opens, and what opens is offered; gives one question for each offer."""
        found: dict[str, Stand] = {}
        for stand in walked(who.role, self.stands):
            if not readable(who.role, stand) or who.role is Role.ADMIN:
                continue
            opened = self.opened[who.role, stand.id]
            offered = offered_on(opened[""], opened.get("termijn", ""))
            opens = opened.keys() & OPENED
            for place in sorted(offered - POSTED_ONLY - opens):
                self.note(who, stand, f"{place} is offered and does not open")
            for place in sorted(opens - offered - SAY_WHY_NOT):
                self.note(who, stand, f"{place} opens and is not offered")
            found |= dict.fromkeys(offered, stand)
        return found

    async def take(self, who: Somebody, offered: Mapping[str, Stand]) -> None:
        """Take each offer, with nothing filled in: it may be refused for that, not for who asks."""
        for place, stand in offered.items():
            status = (await who.ask("POST", f"/vragen/{stand.id}/{place}")).status_code
            if status in {403, 404}:
                self.note(who, stand, f"{place} is offered and refused: {status}")

    def note(self, who: Somebody, stand: Stand, told: str) -> None:
        """Remember what was wrong."""
        self.wrong.append(f"{who.role}, {stand.state}, {stand.relation}: {told}")


def leaks(text: str, role: Role, stand: Stand) -> Iterator[str]:
    """Texts of drafts that this reader must not see."""
    own = may({role}, Task.READ_DRAFT, stand.relation)
    asked = stand.relation is Relation.CONTRIBUTOR and stand.state is State.CONCURRING
    if SECRET in text and not own:
        yield "the draft"
    if SENT in text and not own and not asked:
        yield "the version sent"


@pytest.mark.database("sqlite", "postgresql")
def test_every_role_gets_what_the_table_says_in_every_relation_and_state(
    live: Live, record_property: Callable[[str, object], None]
) -> None:
    routes = about_questions(live)
    walk = Walk(live, every_stand(live.db, live.settings.documents), routes)
    if live.db.engine.dialect.name == "postgresql":  # the same rules; only the SQL that narrows is another
        walk.stands = [one for one in walk.stands if one.state in {State.DRAFT, State.CONCURRING}]
    with ThreadPoolExecutor(1) as thread:  # a browser of an earlier test may have a loop in this one
        thread.submit(lambda: asyncio.run(walk.all())).result()
    record_property("S1: combinations of route, role, relation and state", walk.tried)
    assert not walk.wrong, "\n".join(walk.wrong)
    assert walk.tried >= len(routes) * len(Role)
