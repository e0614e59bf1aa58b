"""What the clockwork does and when: each job's schedule, and from when on it is late."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app.domain.calendar import civil_date
from app.domain.digests import ALARM_AT, MADE_AT
from app.domain.errors import NotFound, mark
from app.domain.slots import Daily, Every, Schedule, Weekly, moment

_LONGEST_GAP = timedelta(days=32)


@dataclass(frozen=True)
class Plan:
    """One job as people read it. Without a `schedule` it runs at every tick, wherever a scheduler ticks.

    Its slot counts as missed `grace` after it began, or at `alarm_at` on its day. `missed` says what becomes of slots
    that nobody was there to run.
    """

    name: str
    title: str
    does: str
    missed: str
    schedule: Schedule | None
    grace: timedelta
    alarm_at: time | None = None

    def late_from(self, slot: datetime) -> datetime:
        """The moment from which a slot that has not been done is late."""
        return moment(civil_date(slot), self.alarm_at) if self.alarm_at else slot + self.grace


_ONCE = mark("Na stilstand loopt deze taak één keer, voor alle gemiste keren samen.")
_LAST = mark("Na stilstand loopt alleen de laatste keer; gemiste keren worden niet ingehaald.")
_ALWAYS = mark("Na stilstand gaat deze taak verder waar zij was.")

MONDAYS = Weekly(0, MADE_AT)

PLANS = (
    Plan(
        "succession",
        mark("Opvolging"),
        mark("Brengt op de dag na het einde van een ministerie zijn vragen, mensen en verzoeken naar de opvolger."),
        _ONCE,
        Daily(time(0, 5)),
        timedelta(hours=2),
    ),
    Plan(
        "sweep",
        mark("Escalaties"),
        mark("Zet vragen een trede hoger, herinnert wie niets liet horen, en schrijft elke lezer één mail."),
        mark("Na stilstand loopt deze taak één keer. Van elke vraag telt dan alleen de hoogste trede."),
        Daily(time(6)),
        timedelta(hours=1),
    ),
    Plan(
        "digest",
        mark("Weekoverzicht"),
        mark("Legt op maandag na de escalaties het weekoverzicht vast en mailt het wie het wil."),
        mark("Na stilstand wordt het laatste overzicht gemaakt. Een ouder overzicht maakt u met run-job digest."),
        MONDAYS,
        timedelta(hours=5),
        alarm_at=ALARM_AT,
    ),
    Plan(
        "post",
        mark("Verzending"),
        mark("Verstuurt wat in het postvak uit wacht."),
        _ALWAYS,
        None,
        timedelta(minutes=10),
    ),
    Plan(
        "takeover",
        mark("Overnemen"),
        mark("Controleert en schrijft registers die iemand overneemt, één tegelijk."),
        _ALWAYS,
        None,
        timedelta(hours=6),
    ),
    Plan(
        "export",
        mark("Uitvoer"),
        mark("Schrijft lange lijsten naar een bestand voor wie erom vroeg, en gooit ze na een dag weg."),
        _ALWAYS,
        None,
        timedelta(hours=6),
    ),
    Plan(
        "statistics",
        mark("Cijfers"),
        mark("Telt de cijfers van vandaag."),
        _LAST,
        Every(15),
        timedelta(minutes=45),
    ),
    Plan(
        "search",
        mark("Zoekindex"),
        mark("Leest nieuwe documenten, zodat ook hun tekst te vinden is."),
        _ALWAYS,
        Every(5),
        timedelta(hours=1),
    ),
    Plan(
        "scan",
        mark("Viruscontrole"),
        mark("Kijkt opnieuw naar bestanden die de virusscanner nog niet heeft gecontroleerd."),
        _LAST,
        Every(5),
        timedelta(minutes=30),
    ),
    Plan(
        "tidy",
        mark("Opruimen"),
        mark("Ruimt bestanden op die bij niets horen, en oude regels van deze pagina."),
        _ONCE,
        Daily(time(3)),
        timedelta(hours=6),
    ),
    Plan(
        "audit",
        mark("Controle van het logboek"),
        mark(
            "Loopt het hele logboek na, legt het naast de weekoverzichten, en mailt de beheerder als iets niet klopt."
        ),
        _ONCE,
        Daily(time(4)),
        timedelta(hours=6),
    ),
    Plan(
        "retention",
        mark("Bewaartermijnen"),
        mark("Zoekt uit wat langer is bewaard dan nodig, en stelt voor dat te verwijderen."),
        _ONCE,
        Weekly(1, time(4, 30)),
        timedelta(hours=12),
    ),
    Plan(
        "watch",
        mark("Bewaking"),
        mark("Kijkt of de andere taken op tijd zijn, en mailt de beheerder als dat niet zo is."),
        _LAST,
        Every(5),
        timedelta(minutes=15),
    ),
)


def plan_of(name: str) -> Plan:
    """The plan of a job. Raises NotFound (`no-job`)."""
    plan = next((plan for plan in PLANS if plan.name == name), None)
    if plan is None:
        names = ", ".join(plan.name for plan in PLANS)
        raise NotFound("no-job", mark("Er is geen taak {name}. Kies uit: {names}."), name=name, names=names)
    return plan


def next_slot(schedule: Schedule, after: datetime) -> datetime:
    """The first slot later than `after`."""
    return schedule.slots(after, after + _LONGEST_GAP)[0]


def wanted_slot(plan: Plan, schedule: Schedule, now: datetime) -> datetime:
    """The latest slot that has to be done by now."""
    slot = schedule.latest(now)
    while now < plan.late_from(slot):
        slot = schedule.latest(slot - timedelta(microseconds=1))
    return slot


def late_since(plan: Plan, done: datetime | None, now: datetime) -> datetime | None:
    """Since when a job is late; None while it is in time.

    `done` is the slot of its last run that came to an end, or for a job without schedule when that was; None where it
    never ran.
    """
    if plan.schedule is None:
        return done if done is not None and now - done > plan.grace else None
    wanted = wanted_slot(plan, plan.schedule, now)
    if done is None:
        return wanted
    return None if done >= wanted else next_slot(plan.schedule, done)
