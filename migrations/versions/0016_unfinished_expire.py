"""Letters that were never finished have a period of their own.

Revision: 0016, after 0015
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
BEFORE = ("brieven", "mailkopieen", "inzage", "aanmeldingen", "personen")
UNFINISHED = "onafgemaakt"
OPEN = sa.text("confirmed_at IS NULL AND dropped_at IS NULL")


def upgrade() -> None:
    """Bring the register to this revision."""
    _allow((*BEFORE, UNFINISHED))


def downgrade() -> None:
    """Go back to the revision before; its periods and proposals go."""
    for table in ("removals", "retention_periods"):
        op.execute(f"DELETE FROM {table} WHERE kind = '{UNFINISHED}'")  # noqa: S608  # words of our own
    _allow(BEFORE)


def _allow(kinds: Sequence[str]) -> None:
    """Let the two tables hold these kinds. SQLite can't change a CHECK: there they are made anew, under their own name.

    Renaming one would stumble over the trigger of the access log that looks into it; dropping and making it doesn't.
    """
    if op.get_bind().dialect.name != "sqlite":
        allowed = ", ".join(f"'{kind}'" for kind in kinds)
        for table in ("removals", "retention_periods"):
            op.drop_constraint(f"ck_{table}_kept", table)
            op.create_check_constraint(op.f(f"ck_{table}_kept"), table, f"kind IN ({allowed})")
        return
    for table, make in (("retention_periods", _make_periods), ("removals", _make_removals)):
        op.execute(f"CREATE TEMPORARY TABLE kept_rows AS SELECT * FROM {table}")  # noqa: S608
        op.drop_table(table)
        make(sa.Enum(*kinds, name="kept", native_enum=False, create_constraint=True, length=40))
        op.execute(f"INSERT INTO {table} SELECT * FROM kept_rows")  # noqa: S608
        op.execute("DROP TABLE kept_rows")


def _make_periods(kept: sa.Enum) -> None:
    op.create_table(
        "retention_periods",
        sa.Column("kind", kept, nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("months >= 1", name=op.f("ck_retention_periods_some")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_retention_periods")),
    )


def _make_removals(kept: sa.Enum) -> None:
    op.create_table(
        "removals",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", kept, nullable=False),
        sa.Column("before", INSTANT, nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("agreed_at", INSTANT, nullable=True),
        sa.Column("agreed_by_id", ID, nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("confirmed_by_id", ID, nullable=True),
        sa.Column("removed", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("dropped_at", INSTANT, nullable=True),
        sa.CheckConstraint("removed IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_removals_confirmed")),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["people.id"], name=op.f("fk_removals_agreed_by_id")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["people.id"], name=op.f("fk_removals_confirmed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removals")),
    )
    op.create_index("uq_removal_open", "removals", ["kind"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
