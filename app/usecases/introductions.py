"""Writing the text with which a page for outsiders begins."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Invalid, OutOfDate, mark
from app.domain.introductions import LANGUAGES, Place, read
from app.domain.permissions import Task
from app.store import audit
from app.store.access import require
from app.store.introductions import in_force, put


def write(session: Session, actor: Actor, place: Place, edition: int, typed: Mapping[str, str], now: datetime) -> bool:
    """Put another text in force (`typed`: language → text); False where it is the same.

    `edition` is the one that was shown, 0 for none. Raises Invalid (`too-long`, others in `others`), OutOfDate
    (`text-changed`) where it is no longer the last. The log holds how long the texts are; the editions hold the words.
    """
    require(actor, Task.MANAGE_REFERENCE)
    texts, wrong = {}, []
    for language in LANGUAGES:
        try:
            texts[language] = read(language, typed.get(language, ""))
        except Invalid as refusal:
            wrong.append(refusal)
    if wrong:
        first = wrong[0]
        raise Invalid(first.code, first.sentence, field=first.field, others=tuple(wrong[1:]), **first.facts)
    found = in_force(session, place)
    if (found.edition if found else 0) != edition:
        raise _changed()
    if all(text == (found.text(language) if found else "") for language, text in texts.items()):
        return False
    if not put(session, place, edition + 1, (texts["nl"], texts["en"]), actor.person_id, now):
        raise _changed()
    lengths = {f"tekens_{language}": len(text) for language, text in texts.items()}
    audit.record(session, actor, "tekst-schrijven", f"tekst:{place}", now, versie=edition + 1, **lengths)
    return True


def _changed() -> OutOfDate:
    sentence = mark("Iemand anders wijzigde deze tekst intussen; die staat hieronder. Vergelijk en bewaar opnieuw.")
    return OutOfDate("text-changed", sentence)
