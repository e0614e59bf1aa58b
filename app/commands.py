"""What the commands do. Each gives the program's exit code: 0 done, 1 refused or broken, 2 a wrong setting."""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from pydantic import ValidationError
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from app.demo.mailboxes import ADMIN, CENTRE, LEADERSHIP, SECRETARIAT
from app.domain.actors import COMMAND
from app.domain.audit import written_head
from app.domain.errors import Refusal
from app.later import Later
from app.main import create_app
from app.office import Office
from app.serving import Server, share_heaps
from app.settings import Settings
from app.store import migrations
from app.store.base import Db
from app.store.people import Person
from app.usecases import audit, kept_figures, reference, searching
from app.usecases.accounts import enrolments, tokens
from app.wording import wording

if TYPE_CHECKING:
    from app import digest_press, importing, moving, timetable
    from app import scheduler as clockwork
    from app.backup import told as copies
    from app.demo import replay
else:
    clockwork, digest_press, importing, moving, timetable = (
        Later(f"app.{name}") for name in ("scheduler", "digest_press", "importing", "moving", "timetable")
    )
    copies, replay = Later("app.backup.told"), Later("app.demo.replay")

OK, REFUSED, WRONG_SETTING = 0, 1, 2
BACKLOG = 2048
MANY = 1_000

SIGN_IN = {
    SECRETARIAT: "registers, sends and judges",
    LEADERSHIP: "reads all",
    ADMIN: "people, ministries, outbox",
    CENTRE: "coordinates at AZ",
    "contact@jenv.example": "answers; likewise at bzk, vws, szw, ocw, ezk …",
    "coordinator@jenv.example": "coordinates at one ministry",
    "sg@jenv.example": "office of its secretary-general",
}

out = Console(highlight=False)
complaints = Console(stderr=True, highlight=False, soft_wrap=True)


def run(command: str, /, **options: Any) -> int:
    """Run a command by its name; what goes wrong is said in one line."""
    try:
        settings = Settings()
    except ValidationError as error:
        for wrong in error.errors():
            reason = wrong["msg"].removeprefix("Value error, ")
            complaints.print(f"REGIE_{str(wrong['loc'][0]).upper()}: {reason}", style="red", markup=False)
        return WRONG_SETTING
    try:
        return COMMANDS[command](settings, **options)
    except Refusal as refusal:
        complaints.print(wording("en").refusal(refusal), style="red", markup=False)
    except sa.exc.OperationalError as error:
        complaints.print(f"The database can't be used: {error.orig}", style="red", markup=False)
    return REFUSED


@contextmanager
def _office(settings: Settings) -> Iterator[Office]:
    """The office on an up-to-date database, closed afterwards."""
    migrations.upgrade(settings.database)
    db = Db(settings.database)
    try:
        yield Office(settings, db)
    finally:
        db.dispose()


def setup(settings: Settings, admin: str) -> int:
    """Fill the register with what it starts with, and appoint the first administrator."""
    with _office(settings) as office, office.db.writing() as session:
        loaded = reference.load(session, COMMAND, office.now())
        new = reference.setup(session, COMMAND, admin, office.now())
        link = office.enrolment_link(enrolments.make_by_command(session, admin, office.now()))
    out.print(f"{loaded.ministries} ministries, {loaded.equated_days} days and {loaded.dossiers} dossiers added.")
    out.print(f"{admin} {'is now' if new else 'was already'} an administrator.", markup=False)
    out.print("With this link they add a passkey to sign in with, once, within 24 hours; earlier links no longer work:")
    print(link)  # noqa: T201  # alone on its line and never wrapped
    return OK


def migrate(settings: Settings) -> int:
    """Bring the tables up to date."""
    before = migrations.current(settings.database)
    migrations.upgrade(settings.database)
    after = migrations.head()
    out.print(f"The tables are at revision {after}{', as they were' if before == after else ''}.")
    return OK


def demo(settings: Settings) -> int:
    """Fill an empty register with the demo."""
    with _office(settings) as office:
        filled = replay.fill(office.db, office.now(), digest_press.press(settings))
    if filled is None:
        complaints.print("The register is not empty, so no demo was added. Choose another folder with REGIE_VAR.")
        return REFUSED
    out.print(_filled(filled))
    return OK


def _filled(filled: "replay.Filled") -> str:
    return (
        f"Demo: {filled.letters} letters, {filled.questions} questions; {filled.mails_waiting} mails wait to be sent."
    )


def serve(settings: Settings, demo: bool, host: str, port: int) -> int:
    """Serve until told to stop; the scheduler ticks along unless it was switched off."""
    share_heaps()
    settings = settings.model_copy(update={"demo": demo or settings.demo})
    try:
        listening = socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        complaints.print(
            f"Nothing can listen on {host}, port {port}: {os.strerror(error.errno or 0)}. Choose another with PORT=…"
        )
        return REFUSED
    with listening, _office(settings) as office:
        filled = replay.fill(office.db, office.now(), digest_press.press(settings)) if demo else None
        out.print(_panel(settings, office.db, filled))
        stop = clockwork.start_embedded(office) if settings.scheduler else None
        Server(create_app(settings, db=office.db), settings.trusted_proxies, stop).serve_on(listening)
    return OK


def _panel(settings: Settings, db: Db, filled: "replay.Filled | None") -> Panel:
    """Where to go, who can sign in as what, and where the codes appear."""
    rows = Table.grid(padding=(0, 2))
    rows.add_row("Open", f"[bold]{settings.base_url}[/bold]")
    if filled is not None:
        rows.add_row("", _filled(filled))
    with db.reading() as session:
        known = set(session.scalars(sa.select(Person.email).where(Person.ended_at.is_(None)).limit(MANY)))
    if not known:
        rows.add_row("Sign in", "nobody can yet: run python -m app setup --admin EMAIL")
    elif known.issuperset(SIGN_IN):
        how = "the sign-in page shows the code" if settings.shows_codes else "a code is mailed to it"
        rows.add_row("Sign in", f"with one of these addresses; {how}")
        for email, role in SIGN_IN.items():
            rows.add_row("", f"{email}  [dim]{role}[/dim]")
    if settings.smtp_url:
        rows.add_row("Mail", "goes out by SMTP")
    else:
        rows.add_row("Mail", f"lands in {settings.mail_folder.resolve()}: codes and links are in the files there")
    return Panel(rows, title=settings.name, title_align="left", expand=False, padding=(1, 2))


def scheduler(settings: Settings) -> int:
    """Run the jobs when they are due, until told to stop."""
    share_heaps()
    with _office(settings) as office:
        clockwork.serve(office)
    return OK


def run_job(settings: Settings, name: str, on: date | None) -> int:
    """Run one job by hand."""
    with _office(settings) as office:
        out.print(timetable.run_job(office, name, on), markup=False, soft_wrap=True)
    return OK


def token(settings: Settings, email: str) -> int:
    """Make an API token."""
    with _office(settings) as office, office.db.writing() as session:
        made = tokens.make_for(session, email, office.now())
    out.print(f"A token for {email}. Keep it like a password; it is not shown again.", markup=False)
    print(made)  # noqa: T201  # alone on its line and never wrapped, for scripts that read it
    return OK


def import_register(settings: Settings, file: Path, yes: bool, create_owners: bool, tab: str = "") -> int:
    """Take over an existing register."""
    with _office(settings) as office:
        return importing.run(office, file, yes=yes, create_owners=create_owners, tab=tab, out=out)


def move_out(settings: Settings, to: Path) -> int:
    """Write the whole register into one file."""
    with _office(settings) as office:
        return moving.move_out(office, to, out)


def move_in(settings: Settings, file: Path) -> int:
    """Read a whole register from one file."""
    with _office(settings) as office:
        return moving.move_in(office, file, out)


def backup(settings: Settings, to: Path) -> int:
    """Copy the register and its documents."""
    return copies.backup(settings, to, datetime.now(UTC), out)


def restore(settings: Settings, place: Path) -> int:
    """Put a copy back."""
    return copies.restore(settings, place, out)


def drill(settings: Settings, place: Path) -> int:
    """Try a copy out."""
    return copies.drill(settings, place, datetime.now(UTC), out)


def verify_audit(settings: Settings, heads: Sequence[str] = ()) -> int:
    """Walk the audit chain, and compare it with the digests and with heads that were written down."""
    witnesses = [written_head(text) for text in heads]
    with _office(settings) as office, office.db.reading() as session:
        chain = audit.verify(session, witnesses)
    if chain.broken_at is not None:
        sentence, facts = audit.told(chain)
        complaints.print(f"The chain is broken at entry {chain.broken_at}.", wording("en").text(sentence, **facts))
        return REFUSED
    out.print(f"{chain.entries} of {chain.entries} entries are whole; {chain.witnesses} witnesses agree.")
    out.print(f"Head: {chain.entries}:{chain.head}", soft_wrap=True)
    return OK


def verify_statistics(settings: Settings) -> int:
    """Count the kept figures anew from the source, and compare."""
    with _office(settings) as office, office.db.reading() as session:
        compared = kept_figures.verify(session)
    for one in compared:
        same = f"{one.questions} questions, {one.since} put in since, "
        same += f"{one.cells - one.different} of {one.cells} cells equal"
        out.print(
            f"{one.as_of} by {one.grouping}: {same if one.current else 'out of date, not in use'}", soft_wrap=True
        )
    if not compared:
        out.print("No figures are kept yet: run python -m app run-job statistics")
    if any(one.current and one.different for one in compared):
        complaints.print("What is kept differs from the source. Run python -m app run-job statistics, and report this.")
        return REFUSED
    return OK


def reindex(settings: Settings) -> int:
    """Make the search index anew."""
    with _office(settings) as office, office.db.writing() as session:
        texts = searching.rebuild(session)
    out.print(f"{texts} texts indexed; documents are read by: python -m app run-job search", soft_wrap=True)
    return OK


COMMANDS: dict[str, Callable[..., int]] = {
    one.__name__: one
    for one in (
        setup,
        serve,
        scheduler,
        migrate,
        demo,
        run_job,
        token,
        import_register,
        move_out,
        move_in,
        backup,
        restore,
        drill,
        verify_audit,
        verify_statistics,
        reindex,
    )
}
