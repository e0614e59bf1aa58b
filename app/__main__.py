"""The commands of Regie: `python -m app --help`. What each does is in `app.commands`."""

import gc
import os
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from app import logs

cli = typer.Typer(
    name="regie",
    help="One register for letters to ministries and the questions in them. Settings: REGIE_… in the environment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command that was asked for."""
    cli(prog_name="python -m app")


def _run(command: str, **options: Any) -> None:
    logs.set_up()
    # Loaded when a command runs, not when the program starts: the list of commands needs no web server or database.
    # What loads now stays: looking for garbage among it, now and at every later look, would find none.
    gc.disable()
    commands = import_module("app.commands")
    gc.freeze()
    gc.enable()
    sys.exit(commands.run(command, **options))


@cli.command()
def setup(admin: Annotated[str, typer.Option(metavar="EMAIL", help="Who becomes the first administrator.")]) -> None:
    """Make the tables, add ministries, days, terms and ladder, and the first administrator. Safe to run twice."""
    _run("setup", admin=admin)


@cli.command()
def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Fill the register with a demo first, if it is empty.")] = False,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="Where to listen.")] = 8000,
) -> None:
    """Bring the tables up to date and serve the pages and the API, with the scheduler unless REGIE_SCHEDULER=false."""
    os.environ["PORT"] = str(port)  # part of the address in mails, unless REGIE_BASE_URL says otherwise
    _run("serve", demo=demo, host=host, port=port)


@cli.command()
def scheduler() -> None:
    """Run the jobs when they are due, as a process of its own. Several may run at once."""
    _run("scheduler")


@cli.command()
def migrate() -> None:
    """Bring the tables up to date."""
    _run("migrate")


@cli.command()
def demo() -> None:
    """Fill an empty register with a demo."""
    _run("demo")


@cli.command("run-job")
def run_job(
    name: Annotated[str, typer.Argument(help="sweep, post, …")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As if it were this day.")] = None,
) -> None:
    """Run one job by hand. Running it twice does no harm."""
    _run("run_job", name=name, on=on.date() if on else None)


@cli.command()
def token(email: Annotated[str, typer.Argument(help="Whose token it becomes.")]) -> None:
    """Make an API token for somebody; it stands alone on the last line, and is shown this once."""
    _run("token", email=email)


@cli.command("import")
def import_register(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="An XLSX, ODS or CSV file.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Write it; without this, only tell what would happen.")] = False,
    create_owners: Annotated[bool, typer.Option("--create-owners", help="Let unknown owners be new bodies.")] = False,
    sheet: Annotated[str, typer.Option(help="Which sheet; without this, the one that looks like a register.")] = "",
) -> None:
    """Take over an existing register: check it line by line, then all of it or nothing. No mail goes out.

    Columns, by these names or in Dutch: reference, subject, letter_date, addressee, question, owner, asked_on, due_on,
    answered_on, withdrawn_on, dossier, kind. Running it again changes nothing.
    """
    _run("import_register", file=file, yes=yes, create_owners=create_owners, tab=sheet)


@cli.command("export")
def move_out(
    to: Annotated[Path, typer.Argument(metavar="TO", help="The file that gets the register: TO.zip.")],
) -> None:
    """Write the whole register with its documents into one ZIP of JSON lines and files (docs/moving.md)."""
    _run("move_out", to=to)


@cli.command("import-register")
def move_in(
    file: Annotated[Path, typer.Argument(metavar="FROM", exists=True, dir_okay=False, help="What export made.")],
) -> None:
    """Read such a ZIP into an empty register, on SQLite or PostgreSQL: all of it or nothing."""
    _run("move_in", file=file)


@cli.command()
def backup(
    to: Annotated[Path, typer.Argument(metavar="TO", help="The folder that gets the copy, as a new folder.")],
) -> None:
    """Copy the register and its documents while it is in use. Needs pg_dump on PATH where it is on PostgreSQL."""
    _run("backup", to=to)


@cli.command()
def restore(
    place: Annotated[
        Path,
        typer.Argument(
            metavar="FROM", exists=True, file_okay=False, help="A copy, or a folder of copies: then the newest."
        ),
    ],
) -> None:
    """Put a copy back into an empty place; a register that is there is never touched."""
    _run("restore", place=place)


@cli.command()
def drill(
    place: Annotated[
        Path,
        typer.Argument(
            metavar="FROM", exists=True, file_okay=False, help="A copy, or a folder of copies: then the newest."
        ),
    ],
) -> None:
    """Put a copy back into a scratch place, compare what is in it, and throw that away; exit 1 when it differs."""
    _run("drill", place=place)


@cli.command("verify-audit")
def verify_audit(
    head: Annotated[
        list[str] | None,
        typer.Option(metavar="SEQ:HASH", help="A head written down elsewhere, to compare with; may be given again."),
    ] = None,
) -> None:
    """Walk the audit chain, compare it with the weekly digests; exit 1 when it is broken."""
    _run("verify_audit", heads=head or [])


@cli.command("verify-statistics")
def verify_statistics() -> None:
    """Count the kept figures anew and compare them to the last unit; exit 1 when they differ."""
    _run("verify_statistics")


@cli.command()
def reindex() -> None:
    """Make the search index anew from the register; documents are read again by the job."""
    _run("reindex")


if __name__ == "__main__":
    main()
