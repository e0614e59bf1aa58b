"""The web application: routes, middleware, and what happens when it starts and stops."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.api import router as api
from app.domain.errors import Refusal
from app.office import Office
from app.settings import Settings
from app.store.access_log import Reads
from app.store.base import Db
from app.web.accounts import access, codes, elsewhere, invitations, passkeys
from app.web.answering import pages as answering
from app.web.concurrence import by_link
from app.web.concurrence import pages as concurrence
from app.web.coordination import pages as coordination
from app.web.digests import pages as digests
from app.web.frame import frame
from app.web.frame.policy import LARGE_FORM, SignInNeeded, StrongerNeeded
from app.web.frame.render import STATIC
from app.web.frame.static_files import CompressedFiles
from app.web.letters import answer_sheets, documents, letter_list, letters_together, received, registering, unfinished
from app.web.letters import pages as letters
from app.web.office import (
    absences,
    calendar_feed,
    default_terms,
    dossiers,
    equated_days,
    guide,
    indexes,
    introductions,
    jobs,
    ladder,
    ministries,
    outbox,
    pages,
    people,
    style,
    subscriptions,
    taking_over,
)
from app.web.oversight import keeping, log, personal
from app.web.questions import (
    acts,
    answering_here,
    committing,
    contacting,
    exchange,
    exports,
    releasing,
    repeats,
    terms,
    together,
)
from app.web.questions import pages as questions
from app.web.search import pages as search
from app.web.statistics import compare, dashboard, focus, holding
from app.web.statistics import pages as statistics
from app.web.worklist import live, saved
from app.web.worklist import pages as worklist

# Each has a `router`; one line per module of the office.
WEB = (
    absences,
    access,
    acts,
    answer_sheets,
    answering,
    answering_here,
    by_link,
    calendar_feed,
    codes,
    committing,
    concurrence,
    contacting,
    coordination,
    dashboard,
    default_terms,
    digests,
    documents,
    dossiers,
    elsewhere,
    equated_days,
    exchange,
    exports,
    guide,
    holding,
    indexes,
    introductions,
    invitations,
    jobs,
    keeping,
    ladder,
    taking_over,
    letter_list,
    letters,
    letters_together,
    live,
    log,
    ministries,
    outbox,
    pages,
    passkeys,
    people,
    personal,
    questions,
    received,
    registering,
    releasing,
    repeats,
    saved,
    search,
    statistics,
    focus,
    compare,
    style,
    subscriptions,
    terms,
    together,
    unfinished,
    worklist,
)


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings, db: Db | None = None, clock: Callable[[], datetime] | None = None) -> FastAPI:
    """One running Regie. Without `db` it opens the database of the settings, and closes it when it stops."""
    office = Office(settings, db or Db(settings.database), clock or _wall_clock)
    reads = Reads(office.db)
    _ = office.limiter, office.doors  # made before several threads ask for them at once

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        reads.start()
        yield
        reads.stop()
        if db is None:
            office.db.dispose()

    app = FastAPI(
        title=settings.name,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=running,
        max_body_size=LARGE_FORM,
    )
    app.state.office = office
    app.state.reads = reads
    app.add_middleware(frame.Frame, settings=settings, reads=reads, clock=office.clock)
    for kind in (Refusal, SignInNeeded, StrongerNeeded, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _render_error)
    for module in WEB:
        # Not `include_router`, which makes each route once more, at the first request: nothing is added to them here.
        app.router.routes.extend(module.router.routes)
    app.router.routes.append(api.mount())
    app.mount("/static", CompressedFiles(directory=STATIC), name="static")
    _mask_links()
    return app


def _render_error(request: Request, exc: Exception) -> Response:
    return frame.render_error(request, exc)


def _mask_links() -> None:
    log = logging.getLogger("uvicorn.access")
    if not any(isinstance(one, frame.MaskLinks) for one in log.filters):
        log.addFilter(frame.MaskLinks())
