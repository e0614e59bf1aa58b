"""What becomes of people, contacts and requests when the work of a ministry goes to another: rules on plain values."""

from collections.abc import Mapping
from datetime import date

from app.domain.permissions import Role

Contacts = Mapping[tuple[int, int | None], int]
"""Who (person's number) is contact of a ministry in a dossier; dossier None: in general."""

OFFICES = frozenset({Role.COORDINATOR, Role.SG})
"""What a ministry has one of; people who bring such a role along give it up where the successor has somebody."""


def roles_at_successor(roles: frozenset[Role], held_there: frozenset[Role]) -> frozenset[Role]:
    """Return which roles somebody keeps at the successor, where others hold the roles `held_there` already.

    Who gives up an office (coordinator, SG office) goes on as contact: so nobody gets to see or release what belongs to
    the whole of another ministry by its growing larger.
    """
    given_up = roles & held_there & OFFICES
    return roles - given_up | {Role.CONTACT} if given_up else roles


def usual_contact(contacts: Contacts, ministry_id: int, dossier_id: int | None) -> int | None:
    """Return who is contact of a ministry in a dossier, else in general; None where nobody is set."""
    return contacts.get((ministry_id, dossier_id), contacts.get((ministry_id, None)))


def contact_at_successor(contact_id: int | None, usual: int | None, usual_there: int | None, there: bool) -> int | None:
    """Return who is contact of a question after it moved.

    Somebody chosen for this very question (another than the `usual` contact until then) stays it, if they went along
    (`there`); else it is the successor's usual contact.
    """
    return contact_id if there and contact_id != usual else usual_there


def contacts_at_successor(assigned: Contacts, targets: Contacts, workplace: Mapping[int, int]) -> Contacts:
    """Return who is contact for what after the move: what the successors have stays, gaps are filled by who came along.

    `targets` tells for each assignment of an ended ministry to which ministry its dossier goes; `workplace` where each
    person works afterwards. Where two ministries bring a contact for one dossier, that of the lowest number is it.
    """
    after = {key: person_id for key, person_id in assigned.items() if key not in targets}
    for (ministry_id, dossier_id), target in sorted(targets.items(), key=lambda one: (one[0][0], one[0][1] or 0)):
        person_id = assigned[ministry_id, dossier_id]
        if workplace.get(person_id) == target:
            after.setdefault((target, dossier_id), person_id)
    return after


def workplace_after(targets: Contacts, person_id: int, assigned: Contacts, main: int | None) -> int | None:
    """Return to which ministry somebody goes: the successor, or where all dossiers go that they were contact for.

    None where nobody succeeds; they stay where they are.
    """
    own = {(key, target) for key, target in targets.items() if assigned[key] == person_id}
    places = {target for _, target in own}
    only_dossiers = all(dossier_id is not None for (_, dossier_id), _ in own)
    return places.pop() if own and only_dossiers and len(places) == 1 else main


def effective_days(steps: list[date], held_since: date) -> list[date]:
    """Return on which day each step of a question's way counts: its own, but never before what happened last.

    So a succession that is carried out late (the ministry's end was recorded afterwards, or Regie stood still) leaves
    what people did in the meantime as it was.
    """
    days: list[date] = []
    for day in steps:
        days.append(max(day, held_since, *days))
    return days
