"""first schema"""

import sqlalchemy as sa
from alembic import op

from tracker.database import append_only_statements

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("geometry", sa.JSON(), nullable=False),
        sa.Column("point_lat", sa.Double(), nullable=False),
        sa.Column("point_long", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_areas")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_areas_kind_code")),
    )
    op.create_table(
        "call_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("encoding", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_imports")),
    )
    op.create_table(
        "callers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callers")),
    )
    with op.batch_alter_table("callers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_callers_phone"), ["phone"], unique=False)

    op.create_table(
        "cities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("origin_lat", sa.Double(), nullable=False),
        sa.Column("origin_long", sa.Double(), nullable=False),
        sa.Column("south", sa.Double(), nullable=False),
        sa.Column("west", sa.Double(), nullable=False),
        sa.Column("north", sa.Double(), nullable=False),
        sa.Column("east", sa.Double(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("localities", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cities")),
    )
    op.create_table(
        "families",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("harm_weight", sa.Integer(), nullable=False),
        sa.Column("color", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_families")),
        sa.UniqueConstraint("code", name=op.f("uq_families_code")),
    )
    op.create_table(
        "geocode_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=400), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("long", sa.Double(), nullable=True),
        sa.Column("label", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_geocode_answers")),
        sa.UniqueConstraint("provider", "query", name=op.f("uq_geocode_answers_provider_query")),
    )
    op.create_table(
        "public_points",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("long", sa.Double(), nullable=False),
        sa.Column("address_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_points")),
        sa.UniqueConstraint("key", name=op.f("uq_public_points_key")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sign_in_name", sa.String(length=120), nullable=False),
        sa.Column("remote_address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_failures_remote_address_at"), ["remote_address", "at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sign_in_failures_sign_in_name_at"), ["sign_in_name", "at"], unique=False)

    op.create_table(
        "sinks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("long", sa.Double(), nullable=False),
        sa.Column("x_dm", sa.Integer(), nullable=False),
        sa.Column("y_dm", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sinks")),
        sa.UniqueConstraint("x_dm", "y_dm", name=op.f("uq_sinks_x_dm_y_dm")),
    )
    op.create_table(
        "streets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("from_number", sa.Integer(), nullable=True),
        sa.Column("to_number", sa.Integer(), nullable=True),
        sa.Column("priority", sa.String(length=20), nullable=False),
        sa.Column("geometry", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streets")),
    )
    with op.batch_alter_table("streets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_streets_key"), ["key"], unique=False)

    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sign_in_name", sa.String(length=120), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("sign_in_name", name=op.f("uq_users_sign_in_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_users_token_hash")),
    )
    op.create_table(
        "addresses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("display", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("street_key", sa.String(length=120), nullable=False),
        sa.Column("zipcode", sa.String(length=10), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("long", sa.Double(), nullable=False),
        sa.Column("x_dm", sa.Integer(), nullable=False),
        sa.Column("y_dm", sa.Integer(), nullable=False),
        sa.Column("cell", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("public_point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["public_point_id"], ["public_points.id"], name=op.f("fk_addresses_public_point_id_public_points")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("key", name=op.f("uq_addresses_key")),
    )
    with op.batch_alter_table("addresses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_addresses_cell"), ["cell"], unique=False)
        batch_op.create_index("ix_addresses_source_public_point", ["public_point_id", "source"], unique=False)
        batch_op.create_index(batch_op.f("ix_addresses_street_key_number"), ["street_key", "number"], unique=False)

    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_audit_entries_actor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entries_hash")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)

    op.create_table(
        "city_resources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=True),
        sa.Column("base_lat", sa.Double(), nullable=False),
        sa.Column("base_long", sa.Double(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["center_id"], ["areas.id"], name=op.f("fk_city_resources_center_id_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_resources")),
        sa.UniqueConstraint("code", name=op.f("uq_city_resources_code")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=True),
        sa.Column("last_assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["center_id"], ["areas.id"], name=op.f("fk_contacts_center_id_areas")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_contacts_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("user_id", name=op.f("uq_contacts_user_id")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_center_id"), ["center_id"], unique=False)

    op.create_table(
        "grouping_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("radius_m", sa.Integer(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("distinct_days", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_grouping_rules_created_by_id_users")),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name=op.f("fk_grouping_rules_family_id_families")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grouping_rules")),
        sa.UniqueConstraint("family_id", "version", name=op.f("uq_grouping_rules_family_id_version")),
    )
    op.create_table(
        "last_looks",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_last_looks_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "subject", name=op.f("pk_last_looks")),
    )
    op.create_table(
        "log_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=True),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_log_entries_actor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entries")),
    )
    with op.batch_alter_table("log_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_entries_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_log_entries_subject_kind_subject_id_id"), ["subject_kind", "subject_id", "id"], unique=False
        )

    op.create_table(
        "playbooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name=op.f("fk_playbooks_family_id_families")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbooks")),
        sa.UniqueConstraint("family_id", name=op.f("uq_playbooks_family_id")),
    )
    op.create_table(
        "service_types",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_code", sa.String(length=120), nullable=False),
        sa.Column("service_name", sa.String(length=160), nullable=False),
        sa.Column("group", sa.String(length=120), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("default_priority", sa.Integer(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("is_unsorted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name=op.f("fk_service_types_family_id_families")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_types")),
        sa.UniqueConstraint("service_code", name=op.f("uq_service_types_service_code")),
    )
    with op.batch_alter_table("service_types", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_types_family_id"), ["family_id"], unique=False)

    op.create_table(
        "sink_candidates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("long", sa.Double(), nullable=False),
        sa.Column("x_dm", sa.Integer(), nullable=False),
        sa.Column("y_dm", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("types", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_sink", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_sink_candidates_decided_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sink_candidates")),
        sa.UniqueConstraint("x_dm", "y_dm", name=op.f("uq_sink_candidates_x_dm_y_dm")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_staff_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_sessions_token_hash")),
    )
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_absences_contact_id_contacts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absences_contact_id_last_day"), ["contact_id", "last_day"], unique=False)

    op.create_table(
        "contact_families",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_families_contact_id_contacts")),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name=op.f("fk_contact_families_family_id_families")),
        sa.PrimaryKeyConstraint("contact_id", "family_id", name=op.f("pk_contact_families")),
    )
    op.create_table(
        "log_claims",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["log_entries.id"], name=op.f("fk_log_claims_entry_id_log_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_claims")),
        sa.UniqueConstraint("entry_id", "consumer", name=op.f("uq_log_claims_entry_id_consumer")),
    )
    op.create_table(
        "playbook_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("playbook_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["playbook_id"], ["playbooks.id"], name=op.f("fk_playbook_steps_playbook_id_playbooks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbook_steps")),
        sa.UniqueConstraint("playbook_id", "position", name=op.f("uq_playbook_steps_playbook_id_position")),
    )
    op.create_table(
        "problem_cases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("anchor_x_dm", sa.Integer(), nullable=False),
        sa.Column("anchor_y_dm", sa.Integer(), nullable=False),
        sa.Column("anchor_cell", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("anchor_lat", sa.Double(), nullable=False),
        sa.Column("anchor_long", sa.Double(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("phase", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("priority_score", sa.Double(), nullable=False),
        sa.Column("priority_reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("first_call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_count", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_touched", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_below_threshold", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("monitored_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("recurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_reason", sa.Text(), nullable=False),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("center_id", sa.Integer(), nullable=True),
        sa.Column("neighborhood_id", sa.Integer(), nullable=True),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("public_label", sa.String(length=200), nullable=True),
        sa.Column("public_lat", sa.Double(), nullable=True),
        sa.Column("public_long", sa.Double(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_problem_cases_address_id_addresses")),
        sa.ForeignKeyConstraint(["center_id"], ["areas.id"], name=op.f("fk_problem_cases_center_id_areas")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_problem_cases_contact_id_contacts")),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name=op.f("fk_problem_cases_family_id_families")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["problem_cases.id"], name=op.f("fk_problem_cases_merged_into_id_problem_cases")
        ),
        sa.ForeignKeyConstraint(["neighborhood_id"], ["areas.id"], name=op.f("fk_problem_cases_neighborhood_id_areas")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["users.id"], name=op.f("fk_problem_cases_opened_by_id_users")),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["grouping_rules.id"], name=op.f("fk_problem_cases_rule_id_grouping_rules")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_cases")),
        sa.UniqueConstraint("public_id", name=op.f("uq_problem_cases_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("problem_cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_problem_cases_center_id_status"), ["center_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_problem_cases_contact_id_status"), ["contact_id", "status"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_problem_cases_family_id_anchor_cell"), ["family_id", "anchor_cell"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_problem_cases_opened_at"), ["opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_problem_cases_priority"), ["priority"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_problem_cases_status_family_id_last_call_at"),
            ["status", "family_id", "last_call_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_problem_cases_status_public_lat_public_long"),
            ["status", "public_lat", "public_long"],
            unique=False,
        )

    op.create_table(
        "resource_skills",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["city_resources.id"], name=op.f("fk_resource_skills_resource_id_city_resources")
        ),
        sa.PrimaryKeyConstraint("resource_id", "skill", name=op.f("pk_resource_skills")),
    )
    op.create_table(
        "service_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_request_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("source_id", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("service_type_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("source_status", sa.String(length=80), nullable=False),
        sa.Column("status_notes", sa.Text(), nullable=False),
        sa.Column("agency_responsible", sa.String(length=160), nullable=False),
        sa.Column("service_notice", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("media_url", sa.Text(), nullable=False),
        sa.Column("requested_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_key", sa.String(length=200), nullable=False),
        sa.Column("address_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("zipcode", sa.String(length=10), nullable=False),
        sa.Column("source_lat", sa.Double(), nullable=True),
        sa.Column("source_long", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("long", sa.Double(), nullable=True),
        sa.Column("x_dm", sa.Integer(), nullable=True),
        sa.Column("y_dm", sa.Integer(), nullable=True),
        sa.Column("cell", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("placement", sa.String(length=40), nullable=False),
        sa.Column("placement_score", sa.Double(), nullable=True),
        sa.Column("is_on_sink", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_outside", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("caller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_taken", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("center_id", sa.Integer(), nullable=True),
        sa.Column("neighborhood_id", sa.Integer(), nullable=True),
        sa.Column("public_label", sa.String(length=200), nullable=True),
        sa.Column("public_lat", sa.Double(), nullable=True),
        sa.Column("public_long", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["address_id"], ["addresses.id"], name=op.f("fk_service_requests_address_id_addresses")
        ),
        sa.ForeignKeyConstraint(["caller_id"], ["callers.id"], name=op.f("fk_service_requests_caller_id_callers")),
        sa.ForeignKeyConstraint(["center_id"], ["areas.id"], name=op.f("fk_service_requests_center_id_areas")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["call_imports.id"], name=op.f("fk_service_requests_import_id_call_imports")
        ),
        sa.ForeignKeyConstraint(
            ["neighborhood_id"], ["areas.id"], name=op.f("fk_service_requests_neighborhood_id_areas")
        ),
        sa.ForeignKeyConstraint(
            ["service_type_id"], ["service_types.id"], name=op.f("fk_service_requests_service_type_id_service_types")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_requests")),
        sa.UniqueConstraint("service_request_id", name=op.f("uq_service_requests_service_request_id")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_service_requests_source_source_id")),
    )
    with op.batch_alter_table("service_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_requests_address_key"), ["address_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_requests_caller_id"), ["caller_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_requests_cell"), ["cell"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_requests_placement_id"), ["placement", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_service_requests_requested_datetime"), ["requested_datetime"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_service_requests_service_type_id_requested_datetime"),
            ["service_type_id", "requested_datetime"],
            unique=False,
        )
        batch_op.create_index(
            "ix_service_requests_unmasked",
            ["id"],
            unique=False,
            sqlite_where=sa.text("public_label IS NULL"),
            postgresql_where=sa.text("public_label IS NULL"),
        )
        batch_op.create_index(
            "ix_service_requests_untaken",
            ["id"],
            unique=False,
            sqlite_where=sa.text("is_taken = 0"),
            postgresql_where=sa.text("NOT is_taken"),
        )

    op.create_table(
        "shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["city_resources.id"], name=op.f("fk_shifts_resource_id_city_resources")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
        sa.UniqueConstraint(
            "resource_id", "weekday", "start_minute", name=op.f("uq_shifts_resource_id_weekday_start_minute")
        ),
    )
    op.create_table(
        "case_assignments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("center_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("assigned_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_back_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"], ["users.id"], name=op.f("fk_case_assignments_assigned_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["problem_cases.id"], name=op.f("fk_case_assignments_case_id_problem_cases")
        ),
        sa.ForeignKeyConstraint(["center_id"], ["areas.id"], name=op.f("fk_case_assignments_center_id_areas")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_case_assignments_contact_id_contacts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_assignments")),
    )
    with op.batch_alter_table("case_assignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_assignments_case_id_id"), ["case_id", "id"], unique=False)

    op.create_table(
        "case_calls",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("distance_m", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unlinked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unlink_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["service_requests.id"], name=op.f("fk_case_calls_call_id_service_requests")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name=op.f("fk_case_calls_case_id_problem_cases")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_case_calls_made_by_id_users")),
        sa.ForeignKeyConstraint(["rule_id"], ["grouping_rules.id"], name=op.f("fk_case_calls_rule_id_grouping_rules")),
        sa.ForeignKeyConstraint(["unlinked_by_id"], ["users.id"], name=op.f("fk_case_calls_unlinked_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_calls")),
    )
    with op.batch_alter_table("case_calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_calls_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_calls_case_id_unlinked_at"), ["case_id", "unlinked_at"], unique=False)
        batch_op.create_index(
            "uq_case_calls_active_call",
            ["call_id"],
            unique=True,
            sqlite_where=sa.text("unlinked_at IS NULL"),
            postgresql_where=sa.text("unlinked_at IS NULL"),
        )

    op.create_table(
        "loose_calls",
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("x_dm", sa.Integer(), nullable=False),
        sa.Column("y_dm", sa.Integer(), nullable=False),
        sa.Column("cell", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("local_day", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["service_requests.id"], name=op.f("fk_loose_calls_call_id_service_requests")
        ),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name=op.f("fk_loose_calls_family_id_families")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_loose_calls")),
    )
    with op.batch_alter_table("loose_calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loose_calls_family_id_at"), ["family_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_loose_calls_family_id_cell_at"), ["family_id", "cell", "at"], unique=False)

    op.create_table(
        "work_orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name=op.f("fk_work_orders_case_id_problem_cases")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_work_orders_created_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_orders")),
    )
    with op.batch_alter_table("work_orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_orders_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_orders_status_due_on"), ["status", "due_on"], unique=False)

    op.create_table(
        "bookings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["booked_by_id"], ["users.id"], name=op.f("fk_bookings_booked_by_id_users")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["city_resources.id"], name=op.f("fk_bookings_resource_id_city_resources")
        ),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_orders.id"], name=op.f("fk_bookings_work_order_id_work_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
    )
    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bookings_resource_id_starts_at"), ["resource_id", "starts_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_bookings_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_bookings_work_order_id"), ["work_order_id"], unique=False)

    op.create_table(
        "booking_slots",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_booking_slots_booking_id_bookings")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["city_resources.id"], name=op.f("fk_booking_slots_resource_id_city_resources")
        ),
        sa.PrimaryKeyConstraint("resource_id", "slot", name=op.f("pk_booking_slots")),
    )
    with op.batch_alter_table("booking_slots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_slots_booking_id"), ["booking_id"], unique=False)

    dialect = op.get_bind().dialect.name
    for table in ("log_entries", "audit_entries"):
        for statement in append_only_statements(table, dialect):
            op.execute(statement)


def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table("booking_slots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_slots_booking_id"))

    op.drop_table("booking_slots")
    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bookings_work_order_id"))
        batch_op.drop_index(batch_op.f("ix_bookings_starts_at"))
        batch_op.drop_index(batch_op.f("ix_bookings_resource_id_starts_at"))

    op.drop_table("bookings")
    with op.batch_alter_table("work_orders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_orders_status_due_on"))
        batch_op.drop_index(batch_op.f("ix_work_orders_case_id"))

    op.drop_table("work_orders")
    with op.batch_alter_table("loose_calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_loose_calls_family_id_cell_at"))
        batch_op.drop_index(batch_op.f("ix_loose_calls_family_id_at"))

    op.drop_table("loose_calls")
    with op.batch_alter_table("case_calls", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_case_calls_active_call",
            sqlite_where=sa.text("unlinked_at IS NULL"),
            postgresql_where=sa.text("unlinked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_case_calls_case_id_unlinked_at"))
        batch_op.drop_index(batch_op.f("ix_case_calls_call_id"))

    op.drop_table("case_calls")
    with op.batch_alter_table("case_assignments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_assignments_case_id_id"))

    op.drop_table("case_assignments")
    op.drop_table("shifts")
    with op.batch_alter_table("service_requests", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_service_requests_untaken",
            sqlite_where=sa.text("is_taken = 0"),
            postgresql_where=sa.text("NOT is_taken"),
        )
        batch_op.drop_index(
            "ix_service_requests_unmasked",
            sqlite_where=sa.text("public_label IS NULL"),
            postgresql_where=sa.text("public_label IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_service_requests_service_type_id_requested_datetime"))
        batch_op.drop_index(batch_op.f("ix_service_requests_requested_datetime"))
        batch_op.drop_index(batch_op.f("ix_service_requests_placement_id"))
        batch_op.drop_index(batch_op.f("ix_service_requests_cell"))
        batch_op.drop_index(batch_op.f("ix_service_requests_caller_id"))
        batch_op.drop_index(batch_op.f("ix_service_requests_address_key"))

    op.drop_table("service_requests")
    op.drop_table("resource_skills")
    with op.batch_alter_table("problem_cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_problem_cases_status_public_lat_public_long"))
        batch_op.drop_index(batch_op.f("ix_problem_cases_status_family_id_last_call_at"))
        batch_op.drop_index(batch_op.f("ix_problem_cases_priority"))
        batch_op.drop_index(batch_op.f("ix_problem_cases_opened_at"))
        batch_op.drop_index(batch_op.f("ix_problem_cases_family_id_anchor_cell"))
        batch_op.drop_index(batch_op.f("ix_problem_cases_contact_id_status"))
        batch_op.drop_index(batch_op.f("ix_problem_cases_center_id_status"))

    op.drop_table("problem_cases")
    op.drop_table("playbook_steps")
    op.drop_table("log_claims")
    op.drop_table("contact_families")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absences_contact_id_last_day"))

    op.drop_table("absences")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_sessions_user_id"))

    op.drop_table("staff_sessions")
    op.drop_table("sink_candidates")
    with op.batch_alter_table("service_types", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_types_family_id"))

    op.drop_table("service_types")
    op.drop_table("playbooks")
    with op.batch_alter_table("log_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_entries_subject_kind_subject_id_id"))
        batch_op.drop_index(batch_op.f("ix_log_entries_at"))

    op.drop_table("log_entries")
    op.drop_table("last_looks")
    op.drop_table("grouping_rules")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_center_id"))

    op.drop_table("contacts")
    op.drop_table("city_resources")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_at"))

    op.drop_table("audit_entries")
    with op.batch_alter_table("addresses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_addresses_street_key_number"))
        batch_op.drop_index("ix_addresses_source_public_point")
        batch_op.drop_index(batch_op.f("ix_addresses_cell"))

    op.drop_table("addresses")
    op.drop_table("users")
    with op.batch_alter_table("streets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_streets_key"))

    op.drop_table("streets")
    op.drop_table("sinks")
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_failures_sign_in_name_at"))
        batch_op.drop_index(batch_op.f("ix_sign_in_failures_remote_address_at"))

    op.drop_table("sign_in_failures")
    op.drop_table("public_points")
    op.drop_table("geocode_answers")
    op.drop_table("families")
    op.drop_table("cities")
    with op.batch_alter_table("callers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_callers_phone"))

    op.drop_table("callers")
    op.drop_table("call_imports")
    op.drop_table("areas")
