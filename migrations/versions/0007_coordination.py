"""What coordination keeps: requests about a term, promises in answers, repeats, successors per dossier.

Revision: 0007, after 0006
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Bring the register to this revision."""
    op.create_table(
        "term_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("ministry_id", ID, nullable=False),
        sa.Column("kind", _words("requestkind", "uitstel", "verduidelijking"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("named_on", sa.Date(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("state", _words("requeststate", "gevraagd", "toegekend", "afgewezen", "vervallen"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.CheckConstraint("(kind = 'uitstel') = (named_on IS NOT NULL)", name=op.f("ck_term_requests_named")),
        sa.CheckConstraint(
            "(state IN ('gevraagd', 'vervallen')) = (decided_at IS NULL)", name=op.f("ck_term_requests_decided")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name=op.f("fk_term_requests_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_term_requests_decided_by_id")),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_term_requests_ministry_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_term_requests_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_requests")),
    )
    op.create_index(op.f("ix_term_requests_question_id"), "term_requests", ["question_id"], unique=False)
    op.create_index(
        "uq_term_request_open",
        "term_requests",
        ["question_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'gevraagd'"),
        postgresql_where=sa.text("state = 'gevraagd'"),
    )
    op.create_table(
        "commitments",
        sa.Column("question_id", ID, nullable=False),
        sa.Column("answer_id", ID, nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_commitments_answer_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_commitments_question_id")),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_commitments")),
    )
    op.create_index(op.f("ix_commitments_answer_id"), "commitments", ["answer_id"], unique=False)
    op.create_table(
        "question_repeats",
        sa.Column("question_id", ID, nullable=False),
        sa.Column("earlier_id", ID, nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_by_id", ID, nullable=True),
        sa.CheckConstraint("earlier_id <> question_id", name=op.f("ck_question_repeats_other")),
        sa.ForeignKeyConstraint(["earlier_id"], ["questions.id"], name=op.f("fk_question_repeats_earlier_id")),
        sa.ForeignKeyConstraint(["linked_by_id"], ["people.id"], name=op.f("fk_question_repeats_linked_by_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_question_repeats_question_id")),
        sa.PrimaryKeyConstraint("question_id", "earlier_id", name=op.f("pk_question_repeats")),
    )
    op.create_index(op.f("ix_question_repeats_earlier_id"), "question_repeats", ["earlier_id"], unique=False)
    op.create_table(
        "dossier_successors",
        sa.Column("ministry_id", ID, nullable=False),
        sa.Column("dossier_id", ID, nullable=False),
        sa.Column("successor_id", ID, nullable=False),
        sa.CheckConstraint("successor_id <> ministry_id", name=op.f("ck_dossier_successors_other")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_successors_dossier_id")),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_dossier_successors_ministry_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["ministries.id"], name=op.f("fk_dossier_successors_successor_id")),
        sa.PrimaryKeyConstraint("ministry_id", "dossier_id", name=op.f("pk_dossier_successors")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("dossier_successors")
    op.drop_table("question_repeats")
    op.drop_table("commitments")
    op.drop_table("term_requests")
