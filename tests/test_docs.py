"""Pages of the documentation that are drawn from the code."""

from pathlib import Path

from tests.support import state_table

DOCS = Path(__file__).parents[1] / "docs"


def test_the_page_of_states_says_what_the_code_does() -> None:
    written = (DOCS / "states.md").read_text(encoding="utf-8")
    assert written == state_table.page(), "run `make states` and commit docs/states.md"
