"""R5: a mail server that commits one fault after another, and two senders that have to live with it."""

from datetime import date

import sqlalchemy as sa

from app.store.outbox import OutboxMail
from bench.torture.checks import Finding
from bench.torture.mailserver import FAULTS
from bench.torture.scene import OWNERS, Scene, ask, drain, wait

AFTER_THE_DOT = "closed after the final dot"


def run(scene: Scene, names: tuple[str, ...] = tuple(FAULTS)) -> list[Finding]:
    """Eight mails for each fault; the server is well again after they were tried once."""
    scene.open_nursery()
    for _ in range(2):
        scene.start("sender")
    committed, doubled_otherwise, doubled = 0, 0, 0
    for name in names:
        last = scene.scalar("SELECT coalesce(max(id), 0) FROM outbox")
        before = set(scene.mail.taken)
        scene.mail.commit(name)
        ask(scene, date(2026, 11, 23), OWNERS)
        wait(lambda last=last: _tried(scene, last) >= len(OWNERS), f"{name}: all mails to be tried")  # type: ignore[misc]
        with scene.db.reading() as session:
            committed += (
                session.execute(
                    sa.select(sa.func.count()).where(OutboxMail.id > last, OutboxMail.why.is_not(None))
                ).scalar_one()
                > 0
            )
        scene.mail.commit(None)
        drain(scene)
        more = sum(scene.mail.taken[one] - 1 for one in set(scene.mail.taken) - before)
        doubled += more
        doubled_otherwise += more if name != AFTER_THE_DOT else 0
    with scene.db.reading() as session:
        query = sa.select(OutboxMail.state, sa.func.count()).group_by(OutboxMail.state).order_by(OutboxMail.state)
        states = {str(row[0]): row[1] for row in session.execute(query)}
        shown = session.execute(
            sa.select(sa.func.count()).where(
                OutboxMail.state.in_(("geweigerd", "onzeker", "vervallen")), OutboxMail.why.is_(None)
            )
        ).scalar_one()
    ended = {
        name: number for name, number in states.items() if name in {"verzonden", "geweigerd", "onzeker", "vervallen"}
    }
    told = "(" + ", ".join(f"{number} {name}" for name, number in ended.items()) + ")"
    most = max(scene.mail.taken.values(), default=0)
    return [
        Finding("faults met", committed, len(names)),
        Finding("mails at an end", sum(ended.values()), sum(states.values()), told),
        Finding(
            "mails refused or in doubt that say why",
            sum(states.get(s, 0) for s in ("geweigerd", "onzeker", "vervallen")) - shown,
            sum(states.get(s, 0) for s in ("geweigerd", "onzeker", "vervallen")),
        ),
        Finding("mails that came at most twice, same Message-ID", int(most <= 2), 1, f"({doubled} doubles)"),
        Finding(
            "faults before the final dot that doubled nothing",
            len(names) - (AFTER_THE_DOT in names) - doubled_otherwise,
            len(names) - (AFTER_THE_DOT in names),
        ),
    ]


def _tried(scene: Scene, last: int) -> int:
    query = sa.select(sa.func.count()).where(
        OutboxMail.id > last, OutboxMail.kind == "asked", OutboxMail.attempts > 0, OutboxMail.state != "onderweg"
    )
    with scene.db.reading() as session:
        return session.execute(query).scalar_one()
