"""What happens to a question: terms, drafts, answers and concurrence.

Revision: 0003, after 0002
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the register to this revision."""
    op.create_table(
        "answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("ministry_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", ID, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("alone_because", sa.Text(), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "concreet",
                "gedeeltelijk",
                "ontwijkend",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("verdict_reason", sa.Text(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_by_id", ID, nullable=True),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict = 'concreet' OR verdict_reason IS NOT NULL",
            name=op.f("ck_answers_verdict_reason"),
        ),
        sa.CheckConstraint("(verdict IS NULL) = (judged_at IS NULL)", name=op.f("ck_answers_judged")),
        sa.ForeignKeyConstraint(["judged_by_id"], ["people.id"], name=op.f("fk_answers_judged_by_id")),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_answers_ministry_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_answers_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_answers_question_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["people.id"], name=op.f("fk_answers_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("question_id", "round", name=op.f("uq_answers_question_id_round")),
    )
    op.create_table(
        "contributions",
        sa.Column("id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("ministry_id", ID, nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "gevraagd",
                "ingestemd",
                "tekstvoorstel",
                "bezwaar",
                "vervallen",
                name="contributionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("proposal", sa.Text(), nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.CheckConstraint("state <> 'bezwaar' OR reason IS NOT NULL", name=op.f("ck_contributions_objection_reason")),
        sa.CheckConstraint(
            "state <> 'tekstvoorstel' OR proposal IS NOT NULL", name=op.f("ck_contributions_proposal_text")
        ),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_contributions_ministry_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_contributions_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_contributions_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributions")),
    )
    op.create_index(op.f("ix_contributions_question_id"), "contributions", ["question_id"], unique=False)
    op.create_index(
        "uq_contribution_open",
        "contributions",
        ["question_id", "ministry_id"],
        unique=True,
        sqlite_where=sa.text("state = 'gevraagd'"),
        postgresql_where=sa.text("state = 'gevraagd'"),
    )
    op.create_index(
        "ix_contributions_awaited",
        "contributions",
        ["ministry_id", "due_on"],
        unique=False,
        sqlite_where=sa.text("state = 'gevraagd'"),
        postgresql_where=sa.text("state = 'gevraagd'"),
    )
    op.create_table(
        "drafts",
        sa.Column("id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("ministry_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_by_id", ID, nullable=True),
        sa.Column("alone_because", sa.Text(), nullable=True),
        sa.Column("sent_back_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["offered_by_id"], ["people.id"], name=op.f("fk_drafts_offered_by_id")),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_drafts_ministry_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_drafts_question_id")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["people.id"], name=op.f("fk_drafts_saved_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint(
            "question_id", "round", "ministry_id", name=op.f("uq_drafts_question_id_round_ministry_id")
        ),
    )
    op.create_table(
        "term_entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "gezet",
                "ontvangen",
                "uitgesteld",
                "opgeschort",
                "hervat",
                "doorgeleid",
                "opnieuw-verstuurd",
                "herrekend",
                "vervallen",
                name="entrykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column(
            "term_kind",
            sa.Enum(
                "wettelijk", "norm", "afspraak", name="termkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
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
        sa.Column("named_on", sa.Date(), nullable=True),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.Column("voids", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("rule", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_term_entries_actor_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_term_entries_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_entries")),
        sa.UniqueConstraint(
            "question_id", "round", "sequence", name=op.f("uq_term_entries_question_id_round_sequence")
        ),
    )
    op.create_table(
        "answer_documents",
        sa.Column("answer_id", ID, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_answer_documents_answer_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_answer_documents_document_id")),
        sa.PrimaryKeyConstraint("answer_id", "document_id", name=op.f("pk_answer_documents")),
    )
    op.create_table(
        "draft_documents",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_draft_documents_document_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_draft_documents_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "document_id", name=op.f("pk_draft_documents")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("draft_documents")
    op.drop_table("answer_documents")
    op.drop_table("term_entries")
    op.drop_table("drafts")
    op.drop_table("contributions")
    op.drop_table("answers")
