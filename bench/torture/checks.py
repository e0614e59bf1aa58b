"""What must hold after whatever happened: counted in the register itself, as `n of n`."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.store.dumps import faults
from app.usecases import audit
from bench.torture.load import PER_LETTER, Promised
from bench.torture.scene import Scene


@dataclass(frozen=True)
class Finding:
    """One line of the report: so many of so many."""

    name: str
    good: int
    all: int
    more: str = ""

    def __str__(self) -> str:
        """Print as `R1 sqlite 200 of 200 …`."""
        return f"{self.name}: {self.good} of {self.all}{' ' if self.more else ''}{self.more}"

    @property
    def holds(self) -> bool:
        """Whether all are good, and there were any."""
        return self.good == self.all > 0


def none_of(name: str, wrong: int, more: str = "") -> Finding:
    """A finding where none should be found."""
    return Finding(name, 0 if wrong else 1, 1, more or f"({wrong} found)")


def promises_kept(scene: Scene, promised: Promised) -> list[Finding]:
    """Every acknowledged write is there, once; nothing is there by half."""
    with scene.db.reading() as session:

        def rows(query: str) -> list[sa.Row[tuple[object, ...]]]:
            return list(session.execute(sa.text(query)))

        letters = {row[0]: (row[1], row[2]) for row in rows(_LETTERS)}
        answers = {
            (row[0], row[1]): row[2] for row in rows("SELECT question_id, text, count(*) FROM answers GROUP BY 1, 2")
        }
        sent = {row[0] for row in rows("SELECT id FROM letters WHERE sent_on IS NOT NULL")}
        kept = sum(letters.get(key) == (made, 1) for key, made in promised.letters.items())
        answered = sum(answers.get((question, text)) == 1 for question, text in promised.answers.items())
        halves = {name: len(rows(query)) for name, query in _HALVES.items()}
        chain = audit.verify(session)
    good, total = (
        kept + len(promised.sent & sent) + answered,
        len(promised.letters) + len(promised.sent) + len(promised.answers),
    )
    told = ", ".join(f"{number} {name}" for name, number in halves.items() if number)
    return [
        Finding("acknowledged writes kept, each once", good, total),
        Finding(
            "kinds of half-written things not found", sum(not number for number in halves.values()), len(halves), told
        ),
        Finding("entries of the audit chain whole", chain.entries, chain.entries if chain.broken_at is None else -1),
        none_of("faults the database finds in itself", len(faults(scene.url))),
    ]


def mails_right(scene: Scene) -> list[Finding]:
    """Each (escalation × reader) in one mail, each mail at an end, each sent mail at the server, doubles explained."""
    with scene.db.reading() as session:
        pairs = session.execute(sa.text(_PAIRS)).one()
        ended = session.execute(sa.text(_ENDED)).one()
        sent = set(session.scalars(sa.text("SELECT message_id FROM outbox WHERE state = 'verzonden'")))
    taken = {name.strip("<>").partition("@")[0]: number for name, number in scene.mail.taken.items()}
    doubles = sum(number - 1 for number in taken.values())
    broken = len([role for role in scene.killed if role == "sender"]) + (scene.cluster.crashes if scene.cluster else 0)
    return [
        Finding("(escalation × reader) in exactly one mail", pairs.once, pairs.pairs),
        Finding("mails at an end", ended.ended, ended.mails),
        Finding("mails marked as sent are at the server", len(sent & set(taken)), len(sent)),
        none_of(
            "more doubles on the wire than senders killed",
            max(0, doubles - broken),
            f"({doubles} doubles, same Message-ID)",
        ),
    ]


_LETTERS = f"""
SELECT l.reference, min(l.id), CASE WHEN count(*) = {PER_LETTER} AND count(DISTINCT l.id) = 1 THEN 1 ELSE 0 END
FROM letters l JOIN questions q ON q.letter_id = l.id GROUP BY l.reference
"""
_HALVES = {
    "letters without their questions": f"""
        SELECT l.id FROM letters l LEFT JOIN questions q ON q.letter_id = l.id
        WHERE length(l.reference) = 32 GROUP BY l.id HAVING count(q.id) <> {PER_LETTER}""",
    "questions sent without a term": """
        SELECT q.id FROM questions q WHERE q.state <> 'concept'
        AND NOT EXISTS (SELECT 1 FROM term_entries t WHERE t.question_id = q.id)""",
    "open questions without one holder": """
        SELECT q.id FROM questions q LEFT JOIN holding_periods h ON h.question_id = q.id AND h.until_on IS NULL
        WHERE q.state NOT IN ('concept', 'afgedaan', 'ingetrokken') GROUP BY q.id HAVING count(h.question_id) <> 1""",
    "questions sent whose contact got no mail": """
        SELECT q.id FROM questions q JOIN letters l ON l.id = q.letter_id WHERE l.sent_on IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.kind = 'asked' AND o.person_id = q.contact_id)""",
    "answered questions without an answer": """
        SELECT q.id FROM questions q WHERE q.state = 'beantwoord'
        AND (SELECT count(*) FROM answers a WHERE a.question_id = q.id AND a.round = q.round) <> 1""",
    "answers of questions that are not answered": """
        SELECT a.id FROM answers a JOIN questions q ON q.id = a.question_id
        WHERE a.round = q.round AND q.state NOT IN ('beantwoord', 'afgedaan')""",
    "answers without a receipt": """
        SELECT a.id FROM answers a WHERE NOT EXISTS
        (SELECT 1 FROM outbox o WHERE o.kind = 'receipt' AND o.question_id = a.question_id)""",
    "answers without an entry in the audit chain": """
        SELECT a.id FROM answers a WHERE NOT EXISTS
        (SELECT 1 FROM audit_entries e WHERE e.act = 'indienen' AND e.object = 'vraag:' || a.question_id)""",
    "escalations that nobody hears of": """
        SELECT e.id FROM escalations e WHERE NOT e.passed
        AND NOT EXISTS (SELECT 1 FROM escalation_mails m WHERE m.escalation_id = e.id)""",
}
_PAIRS = """
SELECT count(*) AS pairs, sum(CASE WHEN mails = 1 THEN 1 ELSE 0 END) AS once
FROM (SELECT count(DISTINCT outbox_id) AS mails FROM escalation_mails GROUP BY escalation_id, person_id) AS each_pair
"""
_ENDED = """
SELECT count(*) AS mails,
    sum(CASE WHEN state IN ('verzonden', 'geweigerd', 'onzeker', 'vervallen') THEN 1 ELSE 0 END) AS ended FROM outbox
"""
