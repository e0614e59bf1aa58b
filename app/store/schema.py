"""Every table in one place, for migrations and tests: importing this module fills `metadata`."""

from app.store import (
    accounts,
    answering,
    audit,
    concurrence,
    documents,
    jobs,
    letters,
    mail_copies,
    ministries,
    outbox,
    people,
    questions,
    term_requests,
    terms,
)
from app.store.base import Base
from app.store.figures import digests, kept_figures
from app.store.ladder import escalation

metadata = Base.metadata

MODULES = (
    accounts,
    answering,
    audit,
    concurrence,
    digests,
    documents,
    escalation,
    jobs,
    kept_figures,
    letters,
    mail_copies,
    ministries,
    outbox,
    people,
    questions,
    term_requests,
    terms,
)
