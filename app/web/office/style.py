"""Every part the pages are built of, with what is in this register: where one looks before making another."""

from datetime import timedelta
from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.escalation import READER_NAMES
from app.domain.ledger import Entry, EntryKind, replay
from app.domain.permissions import MANAGING
from app.domain.questions import State, Verdict
from app.routes import Router
from app.store.ladder.escalation import load_ladder
from app.store.ministries import ministry_names
from app.store.terms import default_term, load_calendar
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.term_view import calendar_days, ledger
from app.web.statistics.figure_shapes import columns

router = Router()
COLOURS = (
    ("ink", mark("tekst")),
    ("accent", mark("handelen")),
    ("late", mark("te laat")),
    ("soon", mark("wacht, bezwaar")),
    ("good", mark("gedaan")),
    ("dispute", mark("betwist")),
    ("quiet", mark("terzijde")),
)
LATENESS = (62, 12, 1, 0, -1, -12)


@router.get("/beheer/stijl")
def living_style(request: Request, _: Annotated[Actor, needs(*MANAGING)]) -> Response:
    """The parts, each in all its kinds. Ministries, ladder, term and calendar are those of this register."""
    office, words = office_of(request), wording_of(request)
    today = office.today()
    with office.db.reading() as session:
        ministries = [one for one in ministry_names(session) if one.is_valid(today)]
        rungs, term, calendar = load_ladder(session), default_term(session), load_calendar(session)
    after = [(str(rung.number), rung.working_days) for rung in rungs if rung.working_days > 0]
    asked_on = today - timedelta(weeks=4)
    standing = replay([Entry(1, EntryKind.SET, asked_on, term=term)], calendar)
    return page(
        request,
        "pages/style.html",
        colours=COLOURS,
        states=list(State),
        verdicts=[*Verdict, None],
        lateness=[(days, today - timedelta(days)) for days in LATENESS],
        ministries=ministries[:12],
        options=[(one.id, one.display) for one in ministries],
        moment=office.now(),
        rungs=rungs,
        reader_names=READER_NAMES,
        standing=standing,
        ledger=ledger(words, standing),
        calendar=calendar_days(words, standing, calendar, today, today if today > standing.due_on else None),
        after=columns(after),
        wrong={"datum": words.text(mark("Vul een datum in, bijvoorbeeld 30 11 2026."))},
    )
