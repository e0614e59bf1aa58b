"""Days at the office: random acts through the use cases, and beside them what happened, to count by brute force."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Refusal
from app.domain.letters import NewQuestion
from app.domain.questions import QuestionKind, Verdict
from app.domain.terms import Term, TermKind, Unit
from app.store.base import Db
from app.store.ministries import Dossier, Ministry
from app.store.questions import Question
from app.store.terms import TermEntry, load_calendar
from app.usecases import answering, booking, closing, ownership, postponing, suspending
from tests.support.builders import a_new_letter, a_sent_letter, actor, at, questions_of, secretariat
from tests.support.registers import History, Reply

OWNERS = ("JENV", "BZK", "OCW", "VWS", "FIN")
CENTRE = "regie@az.example"


class Days:
    """An office of some ministries. `done` counts the acts that went through, `refused` those that could not."""

    def __init__(self, db: Db, seed: int) -> None:
        self.db, self.draw = db, Random(seed)  # noqa: S311  # the same days for the same seed
        self.histories: dict[int, History] = {}
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        with db.reading() as s:
            self.calendar = load_calendar(s)
            self.codes = dict(s.execute(sa.select(Ministry.id, Ministry.code)).all())
            self.dossiers = dict(s.execute(sa.select(Dossier.slug, Dossier.id)).all())
        self.acts: list[Callable[[Session, Question, datetime], None]] = [
            *[self.submit] * 4,
            *[self.judge] * 4,
            *[self.postpone] * 5,
            *[self.suspend] * 2,
            *[self.resume] * 2,
            self.transfer,
            self.decline,
            *[self.assign] * 2,
            self.withdraw,
            *[self.reopen] * 2,
            *[self.void] * 4,
        ]

    def a_letter(self, day: date) -> None:
        """Send a letter of four questions of some kinds and terms."""
        draw = self.draw
        typed = [
            NewQuestion(
                f"Wat geldt er, punt {place}?",
                draw.choice(OWNERS),
                kind=draw.choices(list(QuestionKind), [6, 3, 1])[0],
                term=self._term(day),
            )
            for place in range(4)
        ]
        dossier = draw.choice([*self.dossiers, ""])
        with self.db.writing() as s:
            letter = a_sent_letter(s, a_new_letter(*typed, letter_date=day, dossier=dossier or None))
            for question in questions_of(s, letter):
                self.histories[question.id] = History(
                    id=question.id,
                    owner_id=question.owner_id,
                    dossier_id=self.dossiers.get(dossier),
                    kind=question.kind,
                    asked_on=day,
                    term_kind=question.term_kind,
                    named_on=question.term_named_on,
                    original_due_on=question.term_named_on or self.calendar.roll(day + timedelta(weeks=3)),
                    rounds=[day],
                )

    def _term(self, day: date) -> Term:
        kind = self.draw.choices(list(TermKind), [2, 5, 2])[0]
        if kind is TermKind.AGREED:
            return Term(kind, named_on=self.calendar.roll(day + timedelta(days=self.draw.randint(5, 40))))
        return Term(kind, 3, Unit.WEEKS)

    def a_day(self, day: date, letters: int, acts: int) -> None:
        """So many letters in the morning and so many tries until the evening."""
        for _ in range(letters):
            self.a_letter(day)
        for hour in sorted(self.draw.choices(range(9, 24), k=acts)):
            self.an_act(at(day, hour))

    def an_act(self, now: datetime) -> None:
        """Try an act on some question; where it makes no sense the register refuses it, and nothing has happened."""
        act, number = self.draw.choice(self.acts), self.draw.choice(list(self.histories))
        try:
            with self.db.writing() as s:
                act(s, s.get_one(Question, number), now)
        except Refusal:
            self.refused[act.__name__] += 1
        else:
            self.done[act.__name__] += 1

    def submit(self, s: Session, question: Question, now: datetime) -> None:
        """The owner answers."""
        answer = answering.submit(s, self._contact(s, question), question.id, "Dat volgt.", "Chef", now)
        one = self._of(question)
        if answer.round not in {reply.round for reply in one.replies}:  # the same answer sent twice is one answer
            one.replies.append(Reply(answer.round, now.date(), answer.due_on))

    def judge(self, s: Session, question: Question, now: datetime) -> None:
        """VNG says what it thinks of the answer; what isn't concrete begins a round."""
        verdict = self.draw.choice(list(Verdict))
        answer = closing.judge(s, secretariat(s), question.id, verdict, "Wanneer precies?", now)
        one = self._of(question)
        reply = next(reply for reply in one.replies if reply.round == answer.round)
        reply.judged_on, reply.concrete = now.date(), verdict is Verdict.CONCRETE
        if not reply.concrete:
            one.rounds.append(now.date())

    def postpone(self, s: Session, question: Question, now: datetime) -> None:
        """The owner names a later date."""
        named_on = self.calendar.roll(question.due_on + timedelta(days=self.draw.randint(1, 15)))
        postponing.postpone(s, self._contact(s, question), question.id, named_on, "Het kost tijd.", now)
        self._book(s, question, "uitgesteld", now, named_on=named_on)

    def suspend(self, s: Session, question: Question, now: datetime) -> None:
        """The clock stands still."""
        suspending.suspend(s, secretariat(s), question.id, None, "Wij zoeken iets uit.", now)
        self._book(s, question, "opgeschort", now)

    def resume(self, s: Session, question: Question, now: datetime) -> None:
        """The clock runs again."""
        suspending.resume(s, secretariat(s), question.id, None, "Het is uitgezocht.", now)
        self._book(s, question, "hervat", now)

    def void(self, s: Session, question: Question, now: datetime) -> None:
        """A postponement is struck."""
        one = self._of(question)
        struck = {entry["voids"] for entry in one.entries}
        entries = [e["sequence"] for e in one.entries if e["kind"] == "uitgesteld" and e["sequence"] not in struck]
        if question.round > 1 or not entries:
            raise Refusal("nothing", "")
        booking.void(s, secretariat(s), question.id, entries[-1], "Vergissing.", now)
        self._book(s, question, "vervallen", now, voids=entries[-1])

    def transfer(self, s: Session, question: Question, now: datetime) -> None:
        """The owner passes it on; the second time AZ must decide."""
        had, to = question.owner_id, self.draw.choice(OWNERS)
        ownership.transfer(s, self._contact(s, question), question.id, to, "Daar hoort het.", now)
        self._owned(question, had, now)

    def decline(self, s: Session, question: Question, now: datetime) -> None:
        """The owner says it isn't theirs; AZ must decide, and until then it stays where it is."""
        ownership.decline(s, self._contact(s, question), question.id, "Niet van ons.", "", now)

    def assign(self, s: Session, question: Question, now: datetime) -> None:
        """AZ decides."""
        had = question.owner_id
        ownership.assign(s, actor(s, CENTRE), question.id, self.draw.choice(OWNERS), "Besloten.", now)
        self._owned(question, had, now)

    def withdraw(self, s: Session, question: Question, now: datetime) -> None:
        """VNG takes it back."""
        number = question.round
        closing.withdraw(s, secretariat(s), question.id, "Niet meer nodig.", now)
        self._of(question).withdrawn.append((now.date(), number))

    def reopen(self, s: Session, question: Question, now: datetime) -> None:
        """VNG opens it again, in a new round."""
        closing.reopen(s, secretariat(s), question.id, "Toch nodig.", now)
        self._of(question).rounds.append(now.date())

    def _of(self, question: Question) -> History:
        return self.histories[question.id]

    def _contact(self, s: Session, question: Question) -> Actor:
        return actor(s, f"contact@{self.codes[question.owner_id].lower()}.example")

    def _owned(self, question: Question, had: int, now: datetime) -> None:
        if question.owner_id != had:
            self._of(question).owners.append((now.date(), had, question.owner_id))

    def _book(self, s: Session, question: Question, kind: str, now: datetime, **other: Any) -> None:
        """Note what was booked in the first round; later ones have a clock of their own."""
        if question.round > 1:
            return
        s.flush()
        query = sa.select(sa.func.max(TermEntry.sequence)).where(
            TermEntry.question_id == question.id, TermEntry.round == 1
        )
        entry = {"named_on": None, "voids": None, **other, "kind": kind, "effective_on": now.date()}
        self._of(question).entries.append({**entry, "sequence": s.execute(query).scalar_one()})


def some_days(db: Db, seed: int, days: list[date], letters: int, acts: int) -> Days:
    """Days with so many letters in the morning and so many tries until the evening."""
    office = Days(db, seed)
    for day in days:
        office.a_day(day, letters, acts)
    return office
