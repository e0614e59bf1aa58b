"""Who and what the office knows: ministries, people, ways to sign in, days, terms and the ladder.

Revision: 0001, after nothing
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Bring the register to this revision."""
    op.create_table(
        "default_terms",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "wettelijk", "norm", "afspraak", name="termkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column(
            "unit",
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
            nullable=False,
        ),
        sa.Column("extension_length", sa.Integer(), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_default_terms")),
        sa.UniqueConstraint("name", name=op.f("uq_default_terms_name")),
    )
    op.create_table(
        "dossiers",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("slug", name=op.f("uq_dossiers_slug")),
    )
    op.create_table(
        "equated_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_equated_days")),
    )
    op.create_table(
        "ladder_rungs",
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("readers", JSON, nullable=False),
        sa.PrimaryKeyConstraint("edition", "number", name=op.f("pk_ladder_rungs")),
        sa.UniqueConstraint("edition", "working_days", name=op.f("uq_ladder_rungs_edition_working_days")),
    )
    op.create_table(
        "ministries",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("display", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("tooi", sa.String(length=20), nullable=True),
        sa.Column("oin", sa.String(length=20), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("successor_id", ID, nullable=True),
        sa.Column("releases_answers", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_from IS NULL OR valid_from <= valid_until", name=op.f("ck_ministries_period")
        ),
        sa.ForeignKeyConstraint(["successor_id"], ["ministries.id"], name=op.f("fk_ministries_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ministries")),
        sa.UniqueConstraint("code", name=op.f("uq_ministries_code")),
    )
    op.create_table(
        "ministry_aliases",
        sa.Column("ministry_id", ID, nullable=False),
        sa.Column("alias", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_ministry_aliases_ministry_id")),
        sa.PrimaryKeyConstraint("ministry_id", "alias", name=op.f("pk_ministry_aliases")),
    )
    op.create_table(
        "pauses",
        sa.Column("id", ID, nullable=False),
        sa.Column("ministry_id", ID, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_pauses_period")),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_pauses_ministry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    op.create_table(
        "people",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("ministry_id", ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("absent_from", sa.Date(), nullable=True),
        sa.Column("absent_until", sa.Date(), nullable=True),
        sa.Column("deputy_id", ID, nullable=True),
        sa.CheckConstraint("absent_until IS NULL OR absent_until >= absent_from", name=op.f("ck_people_absence")),
        sa.CheckConstraint("(absent_from IS NULL) = (absent_until IS NULL)", name=op.f("ck_people_absence_both")),
        sa.CheckConstraint("deputy_id IS NULL OR deputy_id <> id", name=op.f("ck_people_deputy")),
        sa.CheckConstraint("language IN ('nl', 'en')", name=op.f("ck_people_language")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_people_email_lower")),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name=op.f("fk_people_deputy_id")),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_people_ministry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_index(op.f("ix_people_ministry_id"), "people", ["ministry_id"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("scopes", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_api_tokens_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_tokens_digest")),
    )
    op.create_index(op.f("ix_api_tokens_person_id"), "api_tokens", ["person_id"], unique=False)
    op.create_table(
        "contact_assignments",
        sa.Column("id", ID, nullable=False),
        sa.Column("ministry_id", ID, nullable=False),
        sa.Column("dossier_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_contact_assignments_dossier_id")),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_contact_assignments_ministry_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_contact_assignments_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_assignments")),
    )
    op.create_index(
        "uq_contact_dossier",
        "contact_assignments",
        ["ministry_id", "dossier_id"],
        unique=True,
        sqlite_where=sa.text("dossier_id IS NOT NULL"),
        postgresql_where=sa.text("dossier_id IS NOT NULL"),
    )
    op.create_index(
        "uq_contact_general",
        "contact_assignments",
        ["ministry_id"],
        unique=True,
        sqlite_where=sa.text("dossier_id IS NULL"),
        postgresql_where=sa.text("dossier_id IS NULL"),
    )
    op.create_table(
        "person_roles",
        sa.Column("person_id", ID, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "contactpersoon",
                "coordinator",
                "bureau-sg",
                "regie",
                "secretariaat",
                "directie",
                "beheer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_person_roles_person_id")),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_roles")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_sessions_digest")),
    )
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"], unique=False)
    op.create_table(
        "sign_in_codes",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("email_digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("browser_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_in_codes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_codes")),
    )
    op.create_index(op.f("ix_sign_in_codes_created_at"), "sign_in_codes", ["created_at"], unique=False)
    op.create_index(op.f("ix_sign_in_codes_email_digest"), "sign_in_codes", ["email_digest"], unique=False)


def downgrade() -> None:
    """Undo it."""
    op.drop_table("sign_in_codes")
    op.drop_table("sessions")
    op.drop_table("person_roles")
    op.drop_table("contact_assignments")
    op.drop_table("api_tokens")
    op.drop_table("people")
    op.drop_table("pauses")
    op.drop_table("ministry_aliases")
    op.drop_table("ministries")
    op.drop_table("ladder_rungs")
    op.drop_table("equated_days")
    op.drop_table("dossiers")
    op.drop_table("default_terms")
