"""Oversight: who read what, checks of the audit chain, how long things are kept and what was removed.

Revision: 0011, after 0010
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("brieven", "mailkopieen", "inzage", "aanmeldingen", "personen")

# A row of the access log goes only by a removal that somebody confirmed and that is being carried out.
UNLESS = (
    "SELECT 1 FROM removals WHERE kind = 'inzage' AND confirmed_at IS NOT NULL AND removed IS NULL AND before > OLD.at"
)
ON_SQLITE = (
    """
CREATE TRIGGER access_log_refuse_update BEFORE UPDATE ON access_log
BEGIN SELECT RAISE(ABORT, 'rows of access_log are never changed or removed'); END
""",
    f"""
CREATE TRIGGER access_log_refuse_delete BEFORE DELETE ON access_log WHEN NOT EXISTS ({UNLESS})
BEGIN SELECT RAISE(ABORT, 'rows of access_log are never changed or removed'); END
""",
)
ON_POSTGRESQL = (
    f"""
CREATE FUNCTION refuse_unless_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS ({UNLESS}) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'rows of access_log are never changed or removed' USING ERRCODE = 'restrict_violation';
END $$
""",
    """
CREATE TRIGGER access_log_refuse_update BEFORE UPDATE ON access_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER access_log_refuse_truncate BEFORE TRUNCATE ON access_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER access_log_refuse_delete BEFORE DELETE ON access_log
FOR EACH ROW EXECUTE FUNCTION refuse_unless_removed()
""",
)


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Bring the register to this revision."""
    op.add_column("letters", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_audit_entries_actor"), "audit_entries", ["actor"], unique=False)
    op.create_index(op.f("ix_audit_entries_at"), "audit_entries", ["at"], unique=False)
    faults = _words("fault", "veranderd", "ontbreekt", "einde", "herschreven", "weekoverzicht")
    op.create_table(
        "audit_checks",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", ID, nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("witnesses", sa.Integer(), nullable=False),
        sa.Column("broken_at", ID, nullable=True),
        sa.Column("fault", faults, nullable=True),
        sa.Column("said_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("(broken_at IS NULL) = (fault IS NULL)", name=op.f("ck_audit_checks_fault_somewhere")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checks")),
    )
    op.create_table(
        "access_log",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("page", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    for column in ("actor", "at", "object"):
        op.create_index(op.f(f"ix_access_log_{column}"), "access_log", [column], unique=False)
    op.create_table(
        "retention_periods",
        sa.Column("kind", _words("kept", *KINDS), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("months >= 1", name=op.f("ck_retention_periods_some")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_retention_periods")),
    )
    op.create_table(
        "removals",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", _words("kept", *KINDS), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_by_id", ID, nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", ID, nullable=True),
        sa.Column("removed", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("removed IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_removals_confirmed")),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["people.id"], name=op.f("fk_removals_agreed_by_id")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["people.id"], name=op.f("fk_removals_confirmed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removals")),
    )
    op.create_index(
        "uq_removal_open",
        "removals",
        ["kind"],
        unique=True,
        sqlite_where=sa.text("confirmed_at IS NULL AND dropped_at IS NULL"),
        postgresql_where=sa.text("confirmed_at IS NULL AND dropped_at IS NULL"),
    )
    op.create_table(
        "kept_letters",
        sa.Column("letter_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["kept_by_id"], ["people.id"], name=op.f("fk_kept_letters_kept_by_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_kept_letters_letter_id")),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_kept_letters")),
    )
    for statement in ON_SQLITE if op.get_bind().dialect.name == "sqlite" else ON_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Undo it; triggers go with their table."""
    op.drop_table("kept_letters")
    op.drop_table("access_log")
    op.drop_table("removals")
    op.drop_table("retention_periods")
    op.drop_table("audit_checks")
    op.drop_index(op.f("ix_audit_entries_at"), table_name="audit_entries")
    op.drop_index(op.f("ix_audit_entries_actor"), table_name="audit_entries")
    op.drop_column("letters", "removed_at")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_unless_removed()")
