"""The command `import`: what a file from an earlier register holds, told line by line, and on request taken over."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from app.domain.actors import COMMAND
from app.domain.errors import mark
from app.domain.exchange_columns import Reading
from app.domain.exchange_findings import Findings, Step, Tick
from app.domain.exchange_tables import FileKind
from app.domain.exchange_text import Encoding
from app.office import Office
from app.store.exchange.exchange_scratch import scratch
from app.usecases.exchange import check
from app.usecases.exchange_writing import take_over
from app.wording import Wording, terminal_wording

OK, WRONG = 0, 1
SHEETS = {".xlsx", ".ods"}
ENCODINGS: Mapping[Encoding, str] = {Encoding.UTF_8: "UTF-8", Encoding.WINDOWS: "windows-1252"}
SEPARATORS: Mapping[str, str] = {",": mark("komma’s"), ";": mark("puntkomma’s"), "\t": mark("tabs")}
STEPS: Mapping[Step, str] = {
    Step.READ: mark("Lezen"),
    Step.COMPARE: mark("Vergelijken"),
    Step.WRITE: mark("Schrijven"),
}


def run(office: Office, path: Path, *, yes: bool, create_owners: bool, tab: str, out: Console) -> int:
    """Check a file, tell what was found, and with `yes` take it over; the program's exit code.

    All lines are taken over or none: the register changes in one transaction, and only if nothing is wrong.
    """
    words = terminal_wording()
    with scratch() as rows, _progress(words) as tick:
        with office.db.reading() as session, path.open("rb") as file:
            reading = Reading(tab=tab)
            findings = check(
                session, COMMAND, file, rows, office.today(), create_owners=create_owners, tick=tick, reading=reading
            )
        for line in _told(words, path, findings):
            out.print(line, markup=False, soft_wrap=True)
        if findings.wrong:
            return WRONG
        if findings.known == findings.rows:
            out.print(words.text(mark("Alles staat al in Regie. Er is niets geschreven.")))
            return OK
        if not yes:
            out.print(words.text(mark("Dit was een proef: er is niets geschreven. Neem alles over met --yes.")))
            return OK
        with office.db.writing() as session:
            taken = take_over(session, COMMAND, rows, findings, office.now(), tick=tick)
    said = words.text(
        mark("Overgenomen: {questions} in {letters}. Er is geen mail verstuurd. SHA-256: {sha256}"),
        questions=_questions(words, taken.questions),
        letters=_letters(words, taken.letters),
        sha256=taken.sha256,
    )
    out.print(said, markup=False, soft_wrap=True)
    return OK


def _told(words: Wording, path: Path, findings: Findings) -> Iterator[str]:
    """What was found, in sentences."""
    if findings.headings:
        yield from _how_it_was_read(words, path, findings)
    if findings.odd_dates:
        yield words.plural(
            mark(
                "Op {n} regel staat een datum anders dan 2026-04-03: {example} is gelezen als {day}. "
                "Klopt dat niet, schrijf datums dan als 2026-04-03."
            ),
            mark(
                "Op {n} regels staan datums anders dan 2026-04-03: {example} is gelezen als {day}. "
                "Klopt dat niet, schrijf datums dan als 2026-04-03."
            ),
            findings.odd_dates,
            example=findings.odd_date,
            day=findings.odd_day,
        )
    if findings.known:
        yield words.plural(
            mark("{n} vraag staat al in Regie; die blijft zoals ze is."),
            mark("{n} vragen staan al in Regie; die blijven zoals ze zijn."),
            findings.known,
        )
    if findings.new_bodies:
        named = ", ".join(f"{body.name} ({body.code})" for body in findings.new_bodies)
        yield words.text(mark("Nieuwe eigenaren: {names}."), names=named)
    if findings.new_dossiers:
        yield words.text(mark("Nieuwe dossiers: {names}."), names=", ".join(findings.new_dossiers))
    if findings.wrong:
        yield from _wrong(words, findings)


def _how_it_was_read(words: Wording, path: Path, findings: Findings) -> Iterator[str]:
    facts = {
        "file": path.name,
        "questions": _questions(words, findings.rows),
        "letters": _letters(words, findings.letters),
        "line": findings.heading_line,
    }
    if findings.kind is FileKind.CSV:
        yield words.text(
            mark("{file}: {questions} in {letters}; geschreven in {encoding}, met {separator} ertussen."),
            encoding=ENCODINGS[findings.encoding],
            separator=words.text(SEPARATORS[findings.separator]),
            **facts,
        )
    else:
        sentence = mark("{file}: {questions} in {letters}; van tabblad {tab}, met de koppen op regel {line}.")
        yield words.text(sentence, tab=findings.tab, **facts)
    if findings.kind is FileKind.CSV and path.suffix.lower() in SHEETS:
        sentence = mark(
            "{file} is van binnen geen {kind}-bestand. Open het in het programma waarmee het is gemaakt, "
            "bewaar het als {kind} en kies dat."
        )
        yield words.text(sentence, file=path.name, kind=path.suffix[1:].upper())
    if findings.ignored:
        yield words.text(mark("Deze kolommen doen niet mee: {columns}."), columns=", ".join(findings.ignored))


def _questions(words: Wording, n: int) -> str:
    return words.plural(mark("{n} vraag"), mark("{n} vragen"), n)


def _letters(words: Wording, n: int) -> str:
    return words.plural(mark("{n} brief"), mark("{n} brieven"), n)


def _wrong(words: Wording, findings: Findings) -> Iterator[str]:
    told = findings.told()
    for problem in told:
        where = words.text(mark("regel {line}"), line=problem.line) if problem.line else words.text(mark("bestand"))
        yield f"{where}: {words.refusal(problem.wrong)}"
    more = findings.wrong - len(told)
    if more:
        yield words.plural(mark("En nog {n} fout."), mark("En nog {n} fouten."), more)
    yield words.plural(
        mark("{n} fout: er is niets geschreven. Verbeter het bestand en probeer het opnieuw."),
        mark("{n} fouten: er is niets geschreven. Verbeter het bestand en probeer het opnieuw."),
        findings.wrong,
    )


@contextmanager
def _progress(words: Wording) -> Iterator[Tick]:
    """A bar for each step, on the error output so that the report can be kept in a file."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[Step, TaskID] = {}

        def tick(step: Step, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(words.text(STEPS[step]), total=total)
            bars.update(tasks[step], completed=done)

        yield tick
