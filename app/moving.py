"""The commands `export` and `import-register`: the whole register into one file, and back into an empty place."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from app.domain.errors import Invalid, Refusal, mark
from app.office import Office
from app.store.moving.form import Moved
from app.store.moving.into import opened, take_away
from app.store.moving.out import Tick, write
from app.usecases import audit
from app.wording import Wording, terminal_wording

OK = 0


def move_out(office: Office, to: Path, out: Console) -> int:
    """Write everything into a file. Others may go on working: it holds one moment."""
    words = terminal_wording()
    with _room(to), _progress() as tick, office.db.reading() as session:
        moved = write(session, office.settings.documents, to, office.now(), tick)
    _tell(words, out, mark("Het hele register staat in {file}."), file=str(to))
    _tell_contents(words, out, moved)
    return OK


def move_in(office: Office, path: Path, out: Console) -> int:
    """Read such a file into this register, which must be empty: all of it or nothing."""
    words = terminal_wording()
    with _room(office.settings.documents), _progress() as tick, opened(path) as mover:
        mover.check(tick)
        with office.db.writing() as session:
            new = mover.store_documents(office.settings.documents, tick)
            try:
                mover.load(session, tick)
                chain = audit.verify(session)
                if chain.broken_at is not None or chain.entries != mover.moved.audit_entries:
                    raise Invalid(
                        "register-altered", mark("De auditketen in dit bestand klopt niet. Er is niets geschreven.")
                    )
            except BaseException:
                take_away(new)
                raise
        moved = mover.moved
    _tell(words, out, mark("Overgezet: het register van {made_at}."), made_at=moved.made_at)
    _tell_contents(words, out, moved)
    _tell(
        words,
        out,
        mark("Neem de sleutel mee (REGIE_SECRET of secret.key): zonder die werken verstuurde links niet meer."),
    )
    return OK


def _tell_contents(words: Wording, out: Console, moved: Moved) -> None:
    rows = moved.rows
    _tell(
        words,
        out,
        mark("{letters} brieven, {questions} vragen, {documents} documenten, {entries} regels in de auditketen."),
        letters=words.number(rows["letters"]),
        questions=words.number(rows["questions"]),
        documents=words.number(len(moved.documents)),
        entries=words.number(moved.audit_entries),
    )
    if moved.audit_head:
        _tell(words, out, mark("Einde van de auditketen: {hash}"), hash=moved.audit_head)
    if moved.missing:
        _tell(
            words,
            out,
            mark("LET OP: {n} documenten die het register noemt waren al weg of beschadigd, zoals {sha256}."),
            n=len(moved.missing),
            sha256=moved.missing[0],
        )


@contextmanager
def _room(to: Path) -> Iterator[None]:
    """A full disk, or no place to write, told as what it is."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, PermissionError, IsADirectoryError) as error:
        sentence = mark("In {folder} kan niets worden geschreven. Kies een map die er is en waarin u mag schrijven.")
        raise Refusal("no-folder", sentence, folder=str(to.parent)) from error
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        sentence = mark("De schijf is vol. Er is niets geschreven; maak ruimte en begin opnieuw.")
        raise Refusal("disk-full", sentence) from error


@contextmanager
def _progress() -> Iterator[Tick]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tick(part: str, done: int, total: int) -> None:
            if part not in tasks:
                tasks[part] = bars.add_task(part, total=total)
            bars.update(tasks[part], completed=done)

        yield tick


def _tell(words: Wording, out: Console, sentence: str, **facts: object) -> None:
    out.print(words.text(sentence, **facts), markup=False, soft_wrap=True)
