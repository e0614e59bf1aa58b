"""The timetable: which jobs there are, when each is due and what it does. `scheduler` is the clockwork that runs it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from threading import Event

from app.digest_press import press
from app.domain.actors import COMMAND, Actor
from app.domain.calendar import civil_date
from app.domain.digests import Week
from app.domain.errors import NotFound, Refusal
from app.domain.jobs import MONDAYS, PLANS, plan_of
from app.domain.slots import Schedule, moment
from app.exporting import NOTHING_TO_EXPORT
from app.exporting import run as export
from app.mail.post import post
from app.office import Office
from app.store import files, jobs, scanner
from app.store.base import plan_anew
from app.store.figures.digests import is_frozen
from app.store.jobs import Turn
from app.taking_over import NOTHING_TO_TAKE
from app.taking_over import run as take_over
from app.usecases import audit, digests, kept_figures, retention, scanning, searching, succession, tidying
from app.usecases import jobs as clockwork
from app.usecases.escalation import sweep

BY_HAND_AT = time(9)
SECOND_LOOK = timedelta(seconds=60)
"""How long the watch waits before it alarms: after a standstill the others begin in the same moment."""
FATES = {"sent": "verzonden", "dropped": "vervallen", "redirected": "naar wie vervangt", "held": "aangehouden",
         "deferred": "uitgesteld", "refused": "geweigerd", "lost": "onzeker", "untried": "nog te doen"}  # fmt: skip

NOTHING_TO_SEND = "niets te verzenden"
IDLE = frozenset({NOTHING_TO_SEND, NOTHING_TO_TAKE, NOTHING_TO_EXPORT})
"""What a job without slots says when it had nothing to do."""

Run = Callable[[Office, Actor, "Call"], str]


class NotYet(Exception):
    """What a job waits for; it is tried again until that has happened."""


@dataclass(frozen=True)
class Call:
    """How a job is called: `by_hand` for a day, or for now (None); `stopping` tells it to come to an end.

    `took` hears which slot was taken for it.
    """

    by_hand: bool = False
    on: date | None = None
    stopping: Callable[[], bool] = lambda: False
    took: Callable[[Turn], None] = lambda _turn: None


@dataclass(frozen=True)
class Job:
    """One line of the timetable. Without a schedule it runs at every tick, wherever a scheduler ticks.

    With one, the latest slot that has come runs once in all; slots missed before it are not caught up with.
    A job that still waits at `alarm_at` on the day of its slot, or later, warns whoever runs Regie.
    """

    name: str
    schedule: Schedule | None
    run: Run
    alarm_at: time | None = None


def _succession(office: Office, actor: Actor, call: Call) -> str:
    with office.db.writing() as session:
        return str(succession.run(session, actor, call.on or office.today(), office.now()))


def _sweep(office: Office, actor: Actor, call: Call) -> str:
    now = office.now()
    send_from = moment(call.on, BY_HAND_AT) if call.on else now
    with office.db.writing() as session:
        return str(sweep(session, actor, call.on or office.today(), now, send_from=send_from))


def _post(office: Office, _actor: Actor, call: Call) -> str:
    # Whoever sends by hand, and not as of some day, wants the mail to leave now, office hours or not.
    hurried = call.by_hand and call.on is None
    if call.on is not None:
        at = moment(call.on, BY_HAND_AT)
        at = max(at, office.now()) if call.on == office.today() else at
        office = replace(office, clock=lambda: at)
    tally = post(office, hurried=hurried, stopping=call.stopping)
    return _told(tally) or NOTHING_TO_SEND


def _told(tally: Counter[str]) -> str:
    return ", ".join(f"{tally[fate]} {word}" for fate, word in FATES.items() if tally[fate])


def _digest(office: Office, actor: Actor, call: Call) -> str:
    """This week's digest, or that of the week of a day; made by the clock it waits for that morning's sweep.

    By hand it does not wait, and the digest says so. An older week's is made without mail: it is no news any more.
    """
    this = Week.of(civil_date(MONDAYS.latest(office.now())))
    week = Week.of(call.on) if call.on else this
    with office.db.reading() as session:
        if is_frozen(session, week):
            return f"het overzicht van {week} is er al"
        sweep_at = jobs.finished_since(session, "sweep", moment(week.monday, time(0)))
        if sweep_at is None and not call.by_hand:
            raise NotYet("wacht op de sweep")
        try:
            digest = digests.draw_up(session, week, office.now(), sweep_at)
        except Refusal as refusal:
            if call.by_hand:
                raise
            return f"geen overzicht van {week}: {refusal.code}"
    written = press(office.settings)(digest)
    now = office.now()
    with office.db.writing() as session:
        new = digests.freeze(session, actor, digest, written, now, tell=week == this)
    return f"het overzicht van {week} is {'vastgelegd' if new else 'er al'}: {digest.figures.late} te laat"


def _statistics(office: Office, _actor: Actor, call: Call) -> str:
    today = call.on or office.today()
    with office.db.reading() as session:
        counted = kept_figures.count(session, today, office.now())
    with office.db.writing() as session:
        kept_figures.put_away(session, counted)
    return str(counted)


def _search(office: Office, _actor: Actor, call: Call) -> str:
    read = 0
    while not call.stopping():
        with office.db.reading() as session:
            texts = searching.next_texts(session, office.settings.documents)
        if not texts:
            break
        with office.db.writing() as session:
            searching.keep(session, texts)
        read += len(texts)
    return f"{read} documenten gelezen" if read != 1 else "1 document gelezen"


def _take_over(office: Office, _actor: Actor, _call: Call) -> str:
    return take_over(office)


def _export(office: Office, _actor: Actor, call: Call) -> str:
    return export(office, call.stopping)


def _tidy(office: Office, actor: Actor, _call: Call) -> str:
    now = office.now()
    with office.db.writing() as session:
        forgotten = tidying.forget_documents(session, actor, now)
        clockwork.forget(session, now)
    with office.db.writing() as session:
        plan_anew(session)
    with office.db.reading() as session:
        return str(tidying.Tidied(forgotten, tidying.clear_files(session, office.settings.documents, now)))


def _scan(office: Office, actor: Actor, call: Call) -> str:
    """Each content in a transaction of its own; the scanner is asked in none."""
    folder, done = office.settings.documents, 0
    with office.db.reading() as session:
        contents = scanning.waiting(session)
    for sha256 in contents:
        if call.stopping():
            break
        try:
            if not office.settings.clamav:
                raise scanner.ScannerAway("REGIE_CLAMAV is not set")
            virus = scanner.look(office.settings.clamav, files.find(folder, sha256))
        except (scanner.ScannerAway, NotFound) as away:
            with office.db.writing() as session:
                scanning.alarm(session, office.now())
            return f"{done} gecontroleerd, {len(contents) - done} wachten: {away}"
        with office.db.writing() as session:
            scanning.settle(session, actor, sha256, virus, office.now())
        if virus:
            files.discard(folder, sha256)
        done += 1
    return f"{done} bestanden gecontroleerd" if contents else "niets te controleren"


def _audit(office: Office, _actor: Actor, _call: Call) -> str:
    with office.db.reading() as session:
        found = audit.verify(session)
    with office.db.writing() as session:
        audit.check(session, found, office.now())
    if found.fault is None:
        return f"{found.entries} regels heel, {found.witnesses} weekoverzichten eens"
    sentence, facts = audit.told(found)
    return sentence.format(**facts)


def _retention(office: Office, actor: Actor, _call: Call) -> str:
    with office.db.writing() as session:
        made = retention.propose(session, actor, office.now())
    return ", ".join(f"{count} {kind}" for kind, count in made.items()) or "niets nieuws voor te stellen"


def _watch(office: Office, _actor: Actor, call: Call) -> str:
    with office.db.reading() as session:
        seen = clockwork.late(session, office.now(), but=clockwork.WATCH)
    waited = Event()
    for _ in range(0 if call.by_hand or not seen else int(SECOND_LOOK.total_seconds())):
        if call.stopping():
            return "gestopt"
        waited.wait(1)
    if not seen:
        return "alle taken zijn op tijd"
    with office.db.writing() as session:
        names = clockwork.alarm(session, office.now())
    return f"te laat: {', '.join(names)}" if names else "alle taken zijn op tijd"


RUNS: Mapping[str, Run] = {
    "succession": _succession,
    "sweep": _sweep,
    "digest": _digest,
    "post": _post,
    "takeover": _take_over,
    "export": _export,
    "statistics": _statistics,
    "search": _search,
    "scan": _scan,
    "tidy": _tidy,
    "audit": _audit,
    "retention": _retention,
    "watch": _watch,
}
TIMETABLE = tuple(Job(plan.name, plan.schedule, RUNS[plan.name], plan.alarm_at) for plan in PLANS)


def run_job(office: Office, name: str, on: date | None = None) -> str:
    """Run a job once by hand, as of a day (nine in the morning in Amsterdam, or later if it is today) or now.

    Says what it did, in a sentence. Safe to do twice. Raises NotFound (`no-job`).
    """
    return RUNS[plan_of(name).name](office, COMMAND, Call(by_hand=True, on=on))
