"""nuisance enforcement, kept apart: properties, violations, decisions, rule sets, procedure"""

import sqlalchemy as sa
from alembic import op

from tracker.database import append_only_statements

revision = "0016"
down_revision = "0015"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
CONFIRMS = sa.text("kind = 'confirmed'")
APPEND_ONLY = (
    "nuisance_rule_versions", "nuisance_property_versions", "nuisance_violations", "nuisance_decisions",
    "nuisance_steps",
)  # fmt: skip


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "nuisance_rule_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("drafted_by_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["users.id"], name="fk_nuisance_rule_sets_drafted_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_nuisance_rule_sets"),
        sa.UniqueConstraint("key", name="uq_nuisance_rule_sets_key"),
        sa.UniqueConstraint("name", name="uq_nuisance_rule_sets_name"),
    )
    op.create_table(
        "nuisance_properties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("address_id", BIG_ID, nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("owner_name", sa.String(length=160), nullable=False),
        sa.Column("owner_address", sa.String(length=300), nullable=False),
        sa.Column("owner_email", sa.String(length=254), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_nuisance_properties_address_id_addresses"),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["nuisance_rule_sets.id"], name="fk_nuisance_properties_rule_set_id_nuisance_rule_sets"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_nuisance_properties"),
        sa.UniqueConstraint("address_id", name="uq_nuisance_properties_address_id"),
        sa.UniqueConstraint("key", name="uq_nuisance_properties_key"),
    )
    op.create_index("ix_nuisance_properties_rule_set_id", "nuisance_properties", ["rule_set_id"])
    op.create_index("ix_nuisance_properties_status_due_on", "nuisance_properties", ["status", "due_on"])
    op.create_table(
        "nuisance_rule_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("in_force_until", sa.Date(), nullable=True),
        sa.Column("drafted_by_id", BIG_ID, nullable=False),
        sa.Column("approved_by_id", BIG_ID, nullable=False),
        sa.Column("approved_at", INSTANT, nullable=False),
        sa.CheckConstraint("drafted_by_id <> approved_by_id", name="ck_nuisance_rule_versions_two_people"),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["users.id"], name="fk_nuisance_rule_versions_approved_by_id_users"
        ),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["users.id"], name="fk_nuisance_rule_versions_drafted_by_id_users"),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["nuisance_rule_sets.id"], name="fk_nuisance_rule_versions_rule_set_id_nuisance_rule_sets"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_nuisance_rule_versions"),
        sa.UniqueConstraint("rule_set_id", "number", name="uq_nuisance_rule_versions_rule_set_id_number"),
    )
    op.create_table(
        "nuisance_property_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("property_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("owner_name", sa.String(length=160), nullable=False),
        sa.Column("owner_address", sa.String(length=300), nullable=False),
        sa.Column("owner_email", sa.String(length=254), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_nuisance_property_versions_by_id_users"),
        sa.ForeignKeyConstraint(
            ["property_id"],
            ["nuisance_properties.id"],
            name="fk_nuisance_property_versions_property_id_nuisance_properties",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_nuisance_property_versions"),
        sa.UniqueConstraint("property_id", "number", name="uq_nuisance_property_versions_property_id_number"),
    )
    op.create_table(
        "nuisance_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("property_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule_version_id", sa.Integer(), nullable=False),
        sa.Column("founded_on", sa.JSON(), nullable=False),
        sa.Column("proposed_by_id", BIG_ID, nullable=True),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("proposed_by_id IS NULL OR proposed_by_id <> by_id", name="ck_nuisance_steps_two_people"),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_nuisance_steps_by_id_users"),
        sa.ForeignKeyConstraint(
            ["property_id"], ["nuisance_properties.id"], name="fk_nuisance_steps_property_id_nuisance_properties"
        ),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["users.id"], name="fk_nuisance_steps_proposed_by_id_users"),
        sa.ForeignKeyConstraint(
            ["rule_version_id"],
            ["nuisance_rule_versions.id"],
            name="fk_nuisance_steps_rule_version_id_nuisance_rule_versions",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_nuisance_steps"),
        sa.UniqueConstraint("key", name="uq_nuisance_steps_key"),
        sa.UniqueConstraint("property_id", "number", name="uq_nuisance_steps_property_id_number"),
    )
    op.create_table(
        "nuisance_violations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("property_id", sa.Integer(), nullable=False),
        sa.Column("rule_version_id", sa.Integer(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("offense", sa.String(length=60), nullable=False),
        sa.Column("evidence", sa.String(length=40), nullable=False),
        sa.Column("evidence_number", sa.String(length=80), nullable=False),
        sa.Column("incident_number", sa.String(length=80), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("entered_by_id", BIG_ID, nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["entered_by_id"], ["users.id"], name="fk_nuisance_violations_entered_by_id_users"),
        sa.ForeignKeyConstraint(
            ["property_id"], ["nuisance_properties.id"], name="fk_nuisance_violations_property_id_nuisance_properties"
        ),
        sa.ForeignKeyConstraint(
            ["rule_version_id"],
            ["nuisance_rule_versions.id"],
            name="fk_nuisance_violations_rule_version_id_nuisance_rule_versions",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_nuisance_violations"),
        sa.UniqueConstraint("id", "entered_by_id", name="uq_nuisance_violations_id_entered_by_id"),
        sa.UniqueConstraint("key", name="uq_nuisance_violations_key"),
    )
    op.create_index(
        "ix_nuisance_violations_property_id_occurred_on", "nuisance_violations", ["property_id", "occurred_on"]
    )
    op.create_table(
        "nuisance_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("violation_id", sa.Integer(), nullable=False),
        sa.Column("entered_by_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("exclusion", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("kind = 'not_countable' OR by_id <> entered_by_id", name="ck_nuisance_decisions_two_people"),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_nuisance_decisions_by_id_users"),
        sa.ForeignKeyConstraint(
            ["violation_id", "entered_by_id"],
            ["nuisance_violations.id", "nuisance_violations.entered_by_id"],
            name="fk_nuisance_decisions_violation",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_nuisance_decisions"),
    )
    op.create_index(
        "ix_nuisance_decisions_confirmed",
        "nuisance_decisions",
        ["violation_id"],
        unique=True,
        sqlite_where=CONFIRMS,
        postgresql_where=CONFIRMS,
    )
    op.create_index("ix_nuisance_decisions_violation_id", "nuisance_decisions", ["violation_id"])
    for table in APPEND_ONLY:
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("nuisance_decisions")
    op.drop_table("nuisance_violations")
    op.drop_table("nuisance_steps")
    op.drop_table("nuisance_property_versions")
    op.drop_table("nuisance_rule_versions")
    op.drop_table("nuisance_properties")
    op.drop_table("nuisance_rule_sets")
