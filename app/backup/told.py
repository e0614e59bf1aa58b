"""The commands `backup`, `restore` and `drill`: what they say, and how they end."""

from datetime import datetime
from pathlib import Path

from rich.console import Console

from app.backup import acts
from app.backup.drill import drill as try_out
from app.backup.folder import Copy
from app.domain.errors import mark
from app.settings import Settings
from app.wording import Wording, terminal_wording

OK, WRONG = 0, 1


def backup(settings: Settings, to: Path, now: datetime, out: Console) -> int:
    """Copy the register into a new folder in `to`; its tables stay as they are, also where they are out of date."""
    words = terminal_wording()
    copy = acts.make(settings.database, settings.documents, to, now)
    _tell(words, out, mark("De reservekopie staat in {place}."), place=str(copy.folder))
    _tell_contents(words, out, copy)
    return _tell_missing(words, out, copy)


def restore(settings: Settings, place: Path, out: Console) -> int:
    """Put a copy back into an empty place."""
    words = terminal_wording()
    copy = acts.restore(settings.database, settings.documents, place)
    _tell(words, out, mark("Teruggezet: de reservekopie van {made_at}."), made_at=copy.made_at)
    _tell_contents(words, out, copy)
    if settings.secret is None:
        _tell(
            words,
            out,
            mark("Zet ook de sleutel terug ({place}): zonder de oude werken verstuurde links niet meer."),
            place=str(settings.var / "secret.key"),
        )
    else:
        _tell(words, out, mark("Verstuurde links werken als REGIE_SECRET dezelfde is als toen."))
    return _tell_missing(words, out, copy)


def drill(settings: Settings, place: Path, now: datetime, out: Console) -> int:
    """Put a copy back into a scratch place and tell what was compared."""
    words = terminal_wording()
    copy, findings = try_out(settings.database, place, now)
    _tell(words, out, mark("Oefening met {place}, gemaakt op {made_at}."), place=str(copy.folder), made_at=copy.made_at)
    for one in findings:
        sign = words.text(mark("goed")) if one.good else words.text(mark("FOUT"))
        out.print(f"{sign}: {words.text(one.sentence, **one.facts)}", markup=False, soft_wrap=True)
    good = sum(one.good for one in findings)
    _tell(words, out, mark("{good} van {all} vergelijkingen zijn goed."), good=good, all=len(findings))
    return OK if good == len(findings) else WRONG


def _tell_contents(words: Wording, out: Console, copy: Copy) -> None:
    contents = copy.contents
    _tell(
        words,
        out,
        mark("{letters} brieven, {questions} vragen, {documents} documenten, {entries} regels in de auditketen."),
        letters=words.number(contents.rows.get("letters", 0)),
        questions=words.number(contents.rows.get("questions", 0)),
        documents=words.number(len(copy.documents)),
        entries=words.number(contents.audit_entries),
    )


def _tell_missing(words: Wording, out: Console, copy: Copy) -> int:
    if not copy.missing:
        return OK
    _tell(
        words,
        out,
        mark("LET OP: {n} documenten die het register noemt waren al weg of beschadigd, zoals {sha256}."),
        n=len(copy.missing),
        sha256=copy.missing[0],
    )
    return WRONG


def _tell(words: Wording, out: Console, sentence: str, **facts: object) -> None:
    out.print(words.text(sentence, **facts), markup=False, soft_wrap=True)
