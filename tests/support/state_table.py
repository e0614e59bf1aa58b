"""The life of a question as a page for people, drawn from the tables in the code.

`python -m tests.support.state_table FILE` writes it; a test compares it with docs/states.md.
"""

import sys
from pathlib import Path

from app.domain.permissions import PERMISSIONS, Relation, Role
from app.domain.questions import FINAL_STATES, TRANSITIONS, Act, HolderKind, State, holder_after

HEAD = """# The life of a question

Drawn from the code: `make states` writes this page, and a test refuses one that is out of date. The words are those of
the database and the API. What moves a question on stands in the diagram; the table below it tells of every act from
which states it can be done, where it leads, and who may do it.
"""
BALL = {
    HolderKind.VNG: "VNG",
    HolderKind.OWNER: "the owner",
    HolderKind.CONTRIBUTOR: "the contributors",
    HolderKind.CENTRE: "AZ",
    None: "nobody",
}
WHOSE = {
    Relation.OWNER: "owner",
    Relation.CONTRIBUTOR: "contributor",
    Relation.FORMER: "former owner",
}


def diagram() -> str:
    """The moves as a Mermaid state diagram: one arrow for each pair of states, with the acts that make it."""
    moves: dict[tuple[State, State], list[Act]] = {}
    for (state, act), to in TRANSITIONS.items():
        if state is not to:
            moves.setdefault((state, to), []).append(act)
    arrows = [f"    {_id(a)} --> {_id(b)}: {', '.join(acts)}" for (a, b), acts in moves.items()]
    names = [f'    state "{state}" as {_id(state)}' for state in State]
    ends = [f"    {_id(state)} --> [*]" for state in State if state in FINAL_STATES]
    begin = f"    [*] --> {_id(State.DRAFT)}"
    return "\n".join(["```mermaid", "stateDiagram-v2", *names, begin, *arrows, *ends, "```"])


def holders() -> str:
    """Who has the ball in each state."""
    rows = [f"| {state} | {BALL[holder_after(state)]} |" for state in State]
    return "\n".join(["| state | who has the ball |", "|---|---|", *rows])


def acts() -> str:
    """Every act: from which states, to which, and which roles may."""
    rows = []
    for act in Act:
        steps = {state: TRANSITIONS[state, act] for state in State if (state, act) in TRANSITIONS}
        led = sorted({to for state, to in steps.items() if to is not state}, key=list(State).index)
        to = ", ".join(led) or "stays"
        rows.append(f"| {act} | {', '.join(steps)} | {to} | {_who(act)} |")
    return "\n".join(["| act | from | to | who may |", "|---|---|---|---|", *rows])


def page() -> str:
    """The whole page, in Markdown."""
    return f"{HEAD}\n{diagram()}\n\n## Who has the ball\n\n{holders()}\n\n## Acts\n\n{acts()}\n"


def _who(act: Act) -> str:
    told = []
    for role in Role:
        relations = PERMISSIONS[role].get(act, frozenset())
        if Relation.OTHER in relations:
            told.append(str(role))
        elif relations:
            told.append(f"{role} ({', '.join(WHOSE[one] for one in Relation if one in relations)})")
    return ", ".join(told) or "the clockwork"


def _id(state: State) -> str:
    return state.name.lower()


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
