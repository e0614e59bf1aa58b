"""Signing in: how a session was opened and in which browser, passkeys, accounts elsewhere, invitations, rate limits.

Revision: 0012, after 0011
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the register to this revision."""
    op.add_column("sessions", sa.Column("means", sa.String(20), nullable=False, server_default="code"))
    op.add_column("sessions", sa.Column("browser_digest", sa.String(64), nullable=True))
    op.create_index(op.f("ix_sessions_browser_digest"), "sessions", ["browser_digest"])
    op.create_table(
        "passkeys",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("credential_id", sa.String(1364), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("handle", sa.String(43), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.Column("blocked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_passkeys_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_person_id"), "passkeys", ["person_id"])
    op.create_table(
        "passkey_challenges",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("ceremony", sa.String(20), nullable=False),
        sa.Column("browser_digest", sa.String(64), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("handle", sa.String(43), nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_passkey_challenges_person_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_passkey_challenges")),
    )
    op.create_index(op.f("ix_passkey_challenges_expires_at"), "passkey_challenges", ["expires_at"])
    op.create_table(
        "openid_accounts",
        sa.Column("id", ID, nullable=False),
        sa.Column("issuer", sa.String(400), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_openid_accounts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openid_accounts")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_openid_accounts_issuer_subject")),
        sa.UniqueConstraint("issuer", "person_id", name=op.f("uq_openid_accounts_issuer_person_id")),
    )
    op.create_index(op.f("ix_openid_accounts_person_id"), "openid_accounts", ["person_id"])
    op.create_table(
        "enrolments",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_enrolments_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
    )
    op.create_index(op.f("ix_enrolments_person_id"), "enrolments", ["person_id"])
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("full_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limits")),
    )
    op.create_index(op.f("ix_rate_limits_full_at"), "rate_limits", ["full_at"])


def downgrade() -> None:
    """Undo it."""
    op.drop_table("rate_limits")
    op.drop_table("enrolments")
    op.drop_table("openid_accounts")
    op.drop_table("passkey_challenges")
    op.drop_table("passkeys")
    op.drop_index(op.f("ix_sessions_browser_digest"), "sessions")
    op.drop_column("sessions", "browser_digest")
    op.drop_column("sessions", "means")
