"""Mail, escalations, jobs and the audit chain.

Revision: 0004, after 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

# Rows of these tables are proof: they are added, and never changed or removed.
APPEND_ONLY = ("audit_entries", "term_entries")

REFUSE_ON_SQLITE = """
CREATE TRIGGER {table}_refuse_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or removed'); END
"""
FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
REFUSE_ON_POSTGRESQL = """
CREATE TRIGGER {table}_refuse_{act} BEFORE {act} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def refuse_changes() -> None:
    """Put the triggers on the append-only tables; PostgreSQL has one more way to empty a table."""
    if op.get_bind().dialect.name == "sqlite":
        refuse, acts = REFUSE_ON_SQLITE, ("update", "delete")
    else:
        op.execute(FUNCTION)
        refuse, acts = REFUSE_ON_POSTGRESQL, ("update", "delete", "truncate")
    for table in APPEND_ONLY:
        for act in acts:
            op.execute(refuse.format(table=table, act=act))


def allow_changes() -> None:
    """Take the triggers away; on PostgreSQL they go with their function."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change() CASCADE")
        return
    for table in APPEND_ONLY:
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_refuse_{act}")


def upgrade() -> None:
    """Bring the register to this revision."""
    op.create_table(
        "audit_entries",
        sa.Column("sequence", ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_object"), "audit_entries", ["object"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", ID, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "job_runs",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("runner", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name=op.f("fk_job_runs_asked_by_id")),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_runs")),
    )
    op.create_index(
        "ix_job_runs_asked",
        "job_runs",
        ["job"],
        unique=True,
        sqlite_where=sa.text("asked_by_id IS NOT NULL AND finished_at IS NULL"),
        postgresql_where=sa.text("asked_by_id IS NOT NULL AND finished_at IS NULL"),
    )
    op.create_table(
        "escalations",
        sa.Column("id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("term_version", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), server_default="1", nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_escalations_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sa.UniqueConstraint(
            "question_id",
            "round",
            "term_version",
            "edition",
            "rung",
            name=op.f("uq_escalations_question_id_round_term_version_edition_rung"),
        ),
    )
    op.create_index("ix_escalations_reached_on", "escalations", ["reached_on"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("question_id", ID, nullable=True),
        sa.Column("params", JSON, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "wacht",
                "onderweg",
                "verzonden",
                "geweigerd",
                "onzeker",
                "vervallen",
                "aangehouden",
                name="mailstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("again_of_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["again_of_id"], ["outbox.id"], name=op.f("fk_outbox_again_of_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_outbox_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_outbox_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"], unique=False)
    op.create_index(
        "ix_outbox_due",
        "outbox",
        [sa.literal_column("urgent DESC"), "not_before", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('wacht', 'onderweg', 'onzeker')"),
        postgresql_where=sa.text("state IN ('wacht', 'onderweg', 'onzeker')"),
    )
    op.create_index("ix_outbox_person_id_sent_at", "outbox", ["person_id", "sent_at"], unique=False)
    op.create_index(
        "ix_outbox_again_of_id",
        "outbox",
        ["again_of_id"],
        unique=False,
        sqlite_where=sa.text("again_of_id IS NOT NULL"),
        postgresql_where=sa.text("again_of_id IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_held",
        "outbox",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("state = 'aangehouden'"),
        postgresql_where=sa.text("state = 'aangehouden'"),
    )
    op.create_index(op.f("ix_outbox_question_id"), "outbox", ["question_id"], unique=False)
    op.create_table(
        "mail_copies",
        sa.Column("outbox_id", ID, autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_mail_copies_outbox_id")),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_mail_copies")),
    )
    op.create_table(
        "escalation_mails",
        sa.Column("escalation_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("outbox_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalations.id"], name=op.f("fk_escalation_mails_escalation_id")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_escalation_mails_outbox_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_escalation_mails_person_id")),
        sa.PrimaryKeyConstraint("escalation_id", "person_id", name=op.f("pk_escalation_mails")),
    )
    op.create_index(op.f("ix_escalation_mails_outbox_id"), "escalation_mails", ["outbox_id"], unique=False)
    refuse_changes()


def downgrade() -> None:
    """Undo it."""
    allow_changes()
    op.drop_table("escalation_mails")
    op.drop_table("mail_copies")
    op.drop_table("outbox")
    op.drop_table("escalations")
    op.drop_table("job_runs")
    op.drop_table("audit_head")
    op.drop_table("audit_entries")
