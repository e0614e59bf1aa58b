"""Where PostgreSQL looks for words, the newest first: part by part, so that it stops when a page is full.

Its index for words gives all that was found in no order: of a word that stands everywhere it would gather a million
entries to sort them and show fifty. So the index holds for each entry in which part of the numbers it lies as well, in
small parts and in larger ones, and is asked for one part after the other: some small ones from where the page begins,
for words that are common, and then larger ones, so that nobody waits long for a word that isn't there.
"""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from app.store.search.entries import LEXEMES

_ASKED = "to_tsquery('pg_catalog.dutch', :asked)"

# From which number to which, and where small parts end and large ones begin.
_DOWN = """
SELECT top, bottom, greatest((top >> 15) - 1, bottom >> 15) AS edge
FROM (SELECT least(CAST(:mark AS bigint) - 1, max(id)) AS top, min(id) AS bottom FROM search_entries) AS numbers
"""
_UP = """
SELECT top, bottom, (bottom >> 15) + 2 AS edge
FROM (SELECT max(id) AS top, greatest(CAST(:mark AS bigint) + 1, min(id)) AS bottom FROM search_entries) AS numbers
"""
_PARTS_DOWN = """
SELECT n << 12 AS first, '/f' || n AS lexeme
FROM ends, generate_series(edge << 3, top >> 12) AS n
UNION ALL SELECT n << 15, '/c' || n FROM ends, generate_series(bottom >> 15, edge - 1) AS n
"""
_PARTS_UP = """
SELECT n << 12 AS first, '/f' || n AS lexeme
FROM ends, generate_series(bottom >> 12, least((edge << 3) - 1, top >> 12)) AS n
UNION ALL SELECT n << 15, '/c' || n FROM ends, generate_series(edge, top >> 15) AS n
"""
# How a word begins is looked up in all words each time: no more than twice, near the page's beginning and in the rest.
_TWO_DOWN = """
SELECT edge << 15 AS first, '/c' || edge || '|/c' || edge + 1 AS lexeme FROM ends
UNION ALL SELECT -1, '' FROM ends
"""
_TWO_UP = """
SELECT -1 AS first, '/c' || edge - 2 || '|/c' || edge - 1 AS lexeme FROM ends
UNION ALL SELECT edge << 15, '' FROM ends
"""


@lru_cache
def hits(*, back: bool, starred: bool) -> sa.FromClause:
    """Entries in which what is `asked` stands, of these `kinds`, below the `mark` from the newest on, or `back` above
    it from the oldest on: place, id, kind, letter_id, question_id. To be sorted by place and id, which they are.

    `starred`: whether a term is how a word begins.
    """
    way = "ASC" if back else "DESC"
    if starred:
        parts = _TWO_UP if back else _TWO_DOWN
        # What stands in the part that was looked at first isn't given again.
        beyond = "e.id + 0 >= (SELECT edge << 15 FROM ends)" if back else "e.id + 0 < (SELECT edge << 15 FROM ends)"
        rest = f"AND (part.lexeme <> '' OR {beyond})"
    else:
        parts, rest = (_PARTS_UP if back else _PARTS_DOWN), ""
    # OFFSET 0: to be done as it stands here. "+ 0": the numbers' own index is no help, whatever the planner thinks.
    text = f"""
    WITH ends AS ({_UP if back else _DOWN})
    SELECT part.first AS place, hit.id, hit.kind, hit.letter_id, hit.question_id
    FROM (SELECT first, lexeme FROM ({parts}) AS every ORDER BY first {way}) AS part
    CROSS JOIN LATERAL (
        SELECT e.id, e.kind, e.letter_id, e.question_id FROM search_entries AS e
        WHERE ({LEXEMES}) @@ ({_ASKED} && CAST(:kinds AS tsquery) && CAST(part.lexeme AS tsquery))
            AND e.id + 0 {">" if back else "<"} coalesce(CAST(:mark AS bigint), e.id + 1) {rest}
        ORDER BY e.id {way} OFFSET 0
    ) AS hit
    WHERE numnode({_ASKED}) > 0
    ORDER BY part.first {way}, hit.id {way} OFFSET 0
    """  # noqa: S608  # nosec B608  # pieces of our own; what was typed is bound
    columns: Any = {"place": sa.BigInteger, "id": sa.BigInteger, "letter_id": sa.BigInteger}
    return sa.text(text).columns(**columns, question_id=sa.BigInteger, kind=sa.String).subquery("hits")
