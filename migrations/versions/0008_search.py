"""What searching looks in: the texts of letters, questions, answers and documents, kept up to date by triggers.

Revision: 0008, after 0007
"""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 10_000
TEXTS = sa.Enum(
    "brief", "vraag", "antwoord", "bijlage", "antwoordbijlage",
    name="found", native_enum=False, create_constraint=True, length=40,
)  # fmt: skip

# Each fills the entries of one kind; where it is a trigger's, `{rows}` picks the row that was written.
LETTER = """
INSERT INTO search_entries (kind, about_id, document_id, letter_id, text, is_read)
SELECT 'brief', l.id, 0, l.id,
  l.reference || '\n' || l.subject || '\n' || coalesce(l.attention, '') || '\n' || coalesce(l.body, ''), true
FROM letters l WHERE {rows}
ON CONFLICT (kind, about_id, document_id) DO UPDATE SET text = excluded.text WHERE search_entries.text <> excluded.text
"""
QUESTION = """
INSERT INTO search_entries (kind, about_id, document_id, letter_id, question_id, text, is_read)
SELECT 'vraag', q.id, 0, q.letter_id, q.id, q.title || '\n' || q.text, true
FROM questions q WHERE {rows} AND q.state <> 'ingetrokken'
ON CONFLICT (kind, about_id, document_id) DO UPDATE SET text = excluded.text WHERE search_entries.text <> excluded.text
"""
ANSWER = """
INSERT INTO search_entries (kind, about_id, document_id, letter_id, question_id, text, is_read)
SELECT 'antwoord', a.id, 0, q.letter_id, q.id, a.text, true
FROM answers a JOIN questions q ON q.id = a.question_id WHERE {rows} AND q.state <> 'ingetrokken'
ON CONFLICT (kind, about_id, document_id) DO UPDATE SET text = excluded.text WHERE search_entries.text <> excluded.text
"""
LETTER_DOCUMENT = """
INSERT INTO search_entries (kind, about_id, document_id, letter_id, text, is_read)
SELECT 'bijlage', x.letter_id, d.id, x.letter_id, d.name, false
FROM letter_documents x JOIN documents d ON d.id = x.document_id WHERE {rows}
ON CONFLICT (kind, about_id, document_id) DO NOTHING
"""
ANSWER_DOCUMENT = """
INSERT INTO search_entries (kind, about_id, document_id, letter_id, question_id, text, is_read)
SELECT 'antwoordbijlage', x.answer_id, d.id, q.letter_id, q.id, d.name, false
FROM answer_documents x JOIN documents d ON d.id = x.document_id
JOIN answers a ON a.id = x.answer_id JOIN questions q ON q.id = a.question_id
WHERE {rows} AND q.state <> 'ingetrokken'
ON CONFLICT (kind, about_id, document_id) DO NOTHING
"""
GONE = "DELETE FROM search_entries WHERE {rows}"

# Table, event, and what then happens. Withdrawn questions leave the index with all that was said about them.
TRIGGERS = (
    ("letters", "INSERT", (LETTER.format(rows="l.id = NEW.id"),)),
    ("letters", "UPDATE OF reference, subject, attention, body", (LETTER.format(rows="l.id = NEW.id"),)),
    ("letters", "DELETE", (GONE.format(rows="kind = 'brief' AND about_id = OLD.id"),)),
    ("questions", "INSERT", (QUESTION.format(rows="q.id = NEW.id"),)),
    (
        "questions",
        "UPDATE OF title, text, state",
        (
            GONE.format(rows="question_id = NEW.id AND NEW.state = 'ingetrokken'"),
            QUESTION.format(rows="q.id = NEW.id"),
            ANSWER.format(rows="q.id = NEW.id AND OLD.state = 'ingetrokken'"),
            ANSWER_DOCUMENT.format(rows="q.id = NEW.id AND OLD.state = 'ingetrokken'"),
        ),
    ),
    ("questions", "DELETE", (GONE.format(rows="question_id = OLD.id"),)),
    ("answers", "INSERT", (ANSWER.format(rows="a.id = NEW.id"),)),
    ("answers", "UPDATE OF text", (ANSWER.format(rows="a.id = NEW.id"),)),
    ("answers", "DELETE", (GONE.format(rows="kind = 'antwoord' AND about_id = OLD.id"),)),
    (
        "letter_documents",
        "INSERT",
        (LETTER_DOCUMENT.format(rows="x.letter_id = NEW.letter_id AND x.document_id = NEW.document_id"),),
    ),
    (
        "letter_documents",
        "DELETE",
        (GONE.format(rows="kind = 'bijlage' AND about_id = OLD.letter_id AND document_id = OLD.document_id"),),
    ),
    (
        "answer_documents",
        "INSERT",
        (ANSWER_DOCUMENT.format(rows="x.answer_id = NEW.answer_id AND x.document_id = NEW.document_id"),),
    ),
    (
        "answer_documents",
        "DELETE",
        (GONE.format(rows="kind = 'antwoordbijlage' AND about_id = OLD.answer_id AND document_id = OLD.document_id"),),
    ),
)

# Letters with a mark on them become the letter; what joins words becomes a space, as it is for SQLite.
MARKED = "àáâãäåāăąçćčďđèéêëēĕėęěğģìíîïĩīĭįķłĺļľñńņňòóôõöøōŏőŕŗřśşšţťùúûüũūŭůűųŵýÿŷźżž-/.@_:'’&+#%"
PLAIN = "aaaaaaaaacccddeeeeeeeeeggiiiiiiiikllllnnnnooooooooorrrsssttuuuuuuuuuuwyyyzzz" + " " * 12
# More signs than this no row of PostgreSQL's index is sure to hold.
LONGEST = 200_000

ON_SQLITE = (
    (
        "CREATE VIRTUAL TABLE search_words USING fts5(text, content='search_entries', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 2')"
    ),
    (
        "CREATE TRIGGER search_entries_insert AFTER INSERT ON search_entries BEGIN "
        "INSERT INTO search_words (rowid, text) VALUES (NEW.id, NEW.text); END"
    ),
    (
        "CREATE TRIGGER search_entries_delete AFTER DELETE ON search_entries BEGIN "
        "INSERT INTO search_words (search_words, rowid, text) VALUES ('delete', OLD.id, OLD.text); END"
    ),
    (
        "CREATE TRIGGER search_entries_update AFTER UPDATE OF text ON search_entries BEGIN "
        "INSERT INTO search_words (search_words, rowid, text) VALUES ('delete', OLD.id, OLD.text); "
        "INSERT INTO search_words (rowid, text) VALUES (NEW.id, NEW.text); END"
    ),
)
ON_POSTGRESQL = (
    (
        "CREATE FUNCTION search_vector(written text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ "
        f"SELECT to_tsvector('pg_catalog.dutch', translate(lower(left(written, {LONGEST})), "
        f"'{MARKED.replace(chr(39), chr(39) * 2)}', '{PLAIN}')) $$"
    ),
    (
        "CREATE FUNCTION search_entries_vector() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN NEW.vector := search_vector(NEW.text); RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER search_entries_vector BEFORE INSERT OR UPDATE OF text ON search_entries "
        "FOR EACH ROW EXECUTE FUNCTION search_entries_vector()"
    ),
)


def _triggers(dialect: str) -> Iterator[str]:
    for table, event, acts in TRIGGERS:
        name = f"{table}_search_{event.split()[0].lower()}"
        body = " ".join(f"{act};" for act in acts)
        if dialect == "sqlite":
            yield f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {body} END"
        else:
            yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$"
            yield f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


# What is there already, in batches of this table's ids.
FILLS = (
    ("letters", LETTER.format(rows="l.id BETWEEN :first AND :last")),
    ("questions", QUESTION.format(rows="q.id BETWEEN :first AND :last")),
    ("answers", ANSWER.format(rows="a.id BETWEEN :first AND :last")),
    ("documents", LETTER_DOCUMENT.format(rows="d.id BETWEEN :first AND :last")),
    ("documents", ANSWER_DOCUMENT.format(rows="d.id BETWEEN :first AND :last")),
)


def _fill() -> None:
    """Take up what is there. What is written meanwhile the triggers see to: an entry that is there stays as it is.

    Where others write meanwhile, each batch is a transaction of its own, so that nobody waits for all of them.
    """
    bind = op.get_bind()
    for table, source in FILLS:
        fill = source.split("ON CONFLICT")[0] + "ON CONFLICT (kind, about_id, document_id) DO NOTHING"
        last = bind.scalar(sa.text(f"SELECT max(id) FROM {table}")) or 0  # noqa: S608  # names of our own tables
        for first in range(1, last + 1, BATCH):
            bind.execute(sa.text(fill), {"first": first, "last": first + BATCH - 1})


def upgrade() -> None:
    """Bring the register to this revision."""
    dialect = op.get_bind().dialect.name
    op.create_table(
        "search_entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", TEXTS, nullable=False),
        sa.Column("about_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.Column("vector", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entries")),
        sa.UniqueConstraint(
            "kind", "about_id", "document_id", name=op.f("uq_search_entries_kind_about_id_document_id")
        ),
    )
    op.create_index(op.f("ix_search_entries_question_id"), "search_entries", ["question_id"])
    where = sa.text("NOT is_read")
    op.create_index("ix_search_unread", "search_entries", ["document_id"], sqlite_where=where, postgresql_where=where)
    if dialect == "postgresql":
        op.create_index("ix_search_vector", "search_entries", ["vector"], postgresql_using="gin")
    for statement in (*(ON_SQLITE if dialect == "sqlite" else ON_POSTGRESQL), *_triggers(dialect)):
        op.execute(statement)
    if dialect == "sqlite":
        op.create_index("ix_questions_due", "questions", ["due_on", "id"])
        op.create_index("ix_letters_dated", "letters", ["letter_date", "id"])
        _fill()
        return
    with op.get_context().autocommit_block():
        # It waits for transactions that are under way, and nobody waits for it meanwhile.
        op.execute("SET lock_timeout = 0")
        for name, table, columns in (
            ("ix_questions_due", "questions", ["due_on", "id"]),
            ("ix_letters_dated", "letters", ["letter_date", "id"]),
        ):
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
            op.create_index(name, table, columns, postgresql_concurrently=True)
        op.execute("RESET lock_timeout")
        _fill()


def downgrade() -> None:
    """Undo it."""
    dialect = op.get_bind().dialect.name
    for table, event, _ in TRIGGERS:
        name = f"{table}_search_{event.split()[0].lower()}"
        op.execute(f"DROP TRIGGER {name}" if dialect == "sqlite" else f"DROP TRIGGER {name} ON {table}")
        if dialect == "postgresql":
            op.execute(f"DROP FUNCTION {name}()")
    if dialect == "sqlite":
        op.execute("DROP TABLE search_words")
    op.drop_table("search_entries")
    if dialect == "postgresql":
        op.execute("DROP FUNCTION search_entries_vector()")
        op.execute("DROP FUNCTION search_vector(text)")
    op.drop_index("ix_letters_dated", "letters")
    op.drop_index("ix_questions_due", "questions")
