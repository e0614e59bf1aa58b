"""Keeping a view under a name, naming it anew, and letting it go. Nobody else sees it, so no log tells of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Invalid, mark
from app.store.saved_views import SavedView, find_view, views_of

LONGEST_NAME = 60
MOST = 30


def save(session: Session, actor: Actor, name: str, place: str, query: str, now: datetime) -> SavedView:
    """Keep a view; the same name again takes the place of the earlier one.

    Raises Invalid (field `naam`): `missing`, `too-long`, `too-many`.
    """
    name = _named(name)
    mine = views_of(session, actor)
    view = next((one for one in mine if one.name.casefold() == name.casefold()), None)
    if view is None:
        if len(mine) >= MOST:
            sentence = mark("U hebt al {most} weergaven. Verwijder er eerst een.")
            raise Invalid("too-many", sentence, field="naam", most=MOST)
        view = SavedView(person_id=actor.person_id)
        session.add(view)
    view.name, view.place, view.query, view.saved_at = name, place, query, now
    session.flush()
    return view


def rename(session: Session, actor: Actor, view_id: int, name: str) -> SavedView:
    """Give a view another name. Raises NotFound, Invalid (field `naam`): `missing`, `too-long`, `taken`."""
    view, name = find_view(session, actor, view_id), _named(name)
    if any(one.name.casefold() == name.casefold() and one is not view for one in views_of(session, actor)):
        raise Invalid("taken", mark("U hebt al een weergave met deze naam."), field="naam")
    view.name = name
    return view


def remove(session: Session, actor: Actor, view_id: int) -> str:
    """Let a view go; its name. Raises NotFound."""
    view = find_view(session, actor, view_id)
    session.delete(view)
    return view.name


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("missing", mark("Geef de weergave een naam."), field="naam")
    if len(name) > LONGEST_NAME:
        sentence = mark("Deze naam is te lang. Gebruik hooguit {most} tekens.")
        raise Invalid("too-long", sentence, field="naam", most=LONGEST_NAME)
    return name
