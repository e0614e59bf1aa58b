"""Every table in one place, for migrations and tests: importing this module fills `metadata`."""

from app.store import (
    access_log,
    accounts,
    answering,
    audit,
    challenges,
    concurrence,
    credentials,
    documents,
    feeds,
    hints,
    introductions,
    jobs,
    letters,
    limits,
    mail_copies,
    ministries,
    outbox,
    people,
    questions,
    retention,
    saved_views,
    term_requests,
    terms,
    unfinished,
)
from app.store.base import Base
from app.store.figures import digests, kept_figures, kept_places, weekly_figures
from app.store.ladder import escalation
from app.store.search import entries

metadata = Base.metadata

MODULES = (
    access_log,
    accounts,
    answering,
    audit,
    challenges,
    concurrence,
    credentials,
    digests,
    documents,
    entries,
    escalation,
    feeds,
    hints,
    introductions,
    jobs,
    kept_figures,
    kept_places,
    letters,
    limits,
    mail_copies,
    ministries,
    outbox,
    people,
    questions,
    retention,
    saved_views,
    term_requests,
    terms,
    unfinished,
    weekly_figures,
)
