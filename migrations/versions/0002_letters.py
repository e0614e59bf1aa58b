"""Letters and their questions.

Revision: 0002, after 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the register to this revision."""
    op.create_table(
        "letter_counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_letter_counters")),
    )
    op.create_table(
        "documents",
        sa.Column("id", ID, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["people.id"], name=op.f("fk_documents_added_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_sha256"), "documents", ["sha256"], unique=False)
    op.create_table(
        "letters",
        sa.Column("id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("letter_date", sa.Date(), nullable=False),
        sa.Column("addressee_id", ID, nullable=False),
        sa.Column("attention", sa.String(length=200), nullable=True),
        sa.Column(
            "channel",
            sa.Enum(
                "brief",
                "email",
                "portaal",
                "overhandigd",
                "anders",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("dossier_id", ID, nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("save_key", sa.String(length=64), nullable=True),
        sa.Column("saved_sha256", sa.String(length=64), nullable=True),
        sa.CheckConstraint("sent_on IS NULL OR sent_on >= letter_date", name=op.f("ck_letters_sent_after_date")),
        sa.ForeignKeyConstraint(["addressee_id"], ["ministries.id"], name=op.f("fk_letters_addressee_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_letters_created_by_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_letters_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_letters_year_serial")),
        sa.UniqueConstraint("save_key", name=op.f("uq_letters_save_key")),
    )
    op.create_index(op.f("ix_letters_dossier_id"), "letters", ["dossier_id"], unique=False)
    op.create_index(op.f("ix_letters_reference"), "letters", ["reference"], unique=False)
    op.create_table(
        "letter_documents",
        sa.Column("letter_id", ID, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_letter_documents_document_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_letter_documents_letter_id")),
        sa.PrimaryKeyConstraint("letter_id", "document_id", name=op.f("pk_letter_documents")),
    )
    op.create_table(
        "questions",
        sa.Column("id", ID, nullable=False),
        sa.Column("letter_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "vraag",
                "verzoek",
                "toezegging",
                name="questionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("owner_binding", sa.Boolean(), nullable=False),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("contact_id", ID, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "concept",
                "uitgezet",
                "in-behandeling",
                "in-afstemming",
                "betwist",
                "beantwoord",
                "afgedaan",
                "ingetrokken",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "term_kind",
            sa.Enum(
                "wettelijk", "norm", "afspraak", name="termkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("term_length", sa.Integer(), nullable=True),
        sa.Column(
            "term_unit",
            sa.Enum(
                "dagen",
                "werkdagen",
                "weken",
                "maanden",
                name="unit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("term_named_on", sa.Date(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("original_due_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("term_version", sa.Integer(), nullable=False),
        sa.Column("term_set_on", sa.Date(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("deemed", sa.Boolean(), nullable=False),
        sa.Column("link_serial", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'concept' OR state = 'ingetrokken' OR asked_on IS NOT NULL", name=op.f("ck_questions_asked")
        ),
        sa.CheckConstraint("round >= 1 AND term_version >= 1 AND position >= 1", name=op.f("ck_questions_counts")),
        sa.ForeignKeyConstraint(["contact_id"], ["people.id"], name=op.f("fk_questions_contact_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_questions_letter_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["ministries.id"], name=op.f("fk_questions_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("letter_id", "position", name=op.f("uq_questions_letter_id_position")),
    )
    op.create_index(
        "ix_questions_answered",
        "questions",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'beantwoord'"),
        postgresql_where=sa.text("state = 'beantwoord'"),
    )
    op.create_index(
        "ix_questions_climbing",
        "questions",
        ["rung", "due_on"],
        unique=False,
        sqlite_where=sa.text("state IN ('uitgezet', 'in-behandeling', 'in-afstemming', 'betwist') AND NOT suspended"),
        postgresql_where=sa.text(
            "state IN ('uitgezet', 'in-behandeling', 'in-afstemming', 'betwist') AND NOT suspended"
        ),
    )
    op.create_index(op.f("ix_questions_contact_id"), "questions", ["contact_id"], unique=False)
    op.create_index("ix_questions_owner_state_due", "questions", ["owner_id", "state", "due_on"], unique=False)
    op.create_index(
        "ix_questions_silent",
        "questions",
        ["handed_over_on"],
        unique=False,
        sqlite_where=sa.text("state = 'uitgezet' AND handed_over_on IS NOT NULL"),
        postgresql_where=sa.text("state = 'uitgezet' AND handed_over_on IS NOT NULL"),
    )
    op.create_index("ix_questions_state_due", "questions", ["state", "due_on"], unique=False)
    op.create_table(
        "contributors",
        sa.Column("question_id", ID, nullable=False),
        sa.Column("ministry_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_contributors_ministry_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_contributors_question_id")),
        sa.PrimaryKeyConstraint("question_id", "ministry_id", name=op.f("pk_contributors")),
    )
    op.create_index(op.f("ix_contributors_ministry_id"), "contributors", ["ministry_id"], unique=False)
    op.create_table(
        "former_owners",
        sa.Column("question_id", ID, nullable=False),
        sa.Column("ministry_id", ID, nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_former_owners_ministry_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_former_owners_question_id")),
        sa.PrimaryKeyConstraint("question_id", "ministry_id", name=op.f("pk_former_owners")),
    )
    op.create_index(op.f("ix_former_owners_ministry_id"), "former_owners", ["ministry_id"], unique=False)
    op.create_table(
        "holding_periods",
        sa.Column("id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column(
            "holder",
            sa.Enum(
                "vng",
                "eigenaar",
                "meebetrokken",
                "az",
                name="holderkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ministry_id", ID, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_holding_periods_period")),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_holding_periods_ministry_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_holding_periods_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding_periods")),
    )
    op.create_index(op.f("ix_holding_periods_question_id"), "holding_periods", ["question_id"], unique=False)
    op.create_index(
        "uq_holding_open",
        "holding_periods",
        ["question_id"],
        unique=True,
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )
    op.create_table(
        "question_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("ministry_id", ID, nullable=True),
        sa.Column("to_ministry_id", ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_question_events_actor_id")),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_question_events_ministry_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_question_events_question_id")),
        sa.ForeignKeyConstraint(["to_ministry_id"], ["ministries.id"], name=op.f("fk_question_events_to_ministry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_events")),
    )
    op.create_index(op.f("ix_question_events_question_id"), "question_events", ["question_id"], unique=False)
    op.create_table(
        "rounds",
        sa.Column("question_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("original_due_on", sa.Date(), nullable=False),
        sa.Column(
            "term_kind",
            sa.Enum(
                "wettelijk", "norm", "afspraak", name="termkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_rounds_question_id")),
        sa.PrimaryKeyConstraint("question_id", "number", name=op.f("pk_rounds")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("rounds")
    op.drop_table("question_events")
    op.drop_table("holding_periods")
    op.drop_table("former_owners")
    op.drop_table("contributors")
    op.drop_table("questions")
    op.drop_table("letter_documents")
    op.drop_table("letters")
    op.drop_table("documents")
    op.drop_table("letter_counters")
