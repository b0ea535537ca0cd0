"""questions of a service type, photos, the city's own answers, official messages"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "service_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_type_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("datatype", sa.String(length=40), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("prompt", sa.String(length=300), nullable=False),
        sa.Column("datatype_description", sa.String(length=300), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("variable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["service_type_id"], ["service_types.id"],
                                name="fk_service_questions_service_type_id_service_types"),
        sa.PrimaryKeyConstraint("id", name="pk_service_questions"),
        sa.UniqueConstraint("service_type_id", "code", name="uq_service_questions_service_type_id_code"),
    )
    op.create_table(
        "call_answers",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("call_id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("prompt", sa.String(length=300), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["service_requests.id"], name="fk_call_answers_call_id_service_requests"),
        sa.PrimaryKeyConstraint("id", name="pk_call_answers"),
        sa.UniqueConstraint("call_id", "code", name="uq_call_answers_call_id_code"),
    )
    op.create_table(
        "call_photos",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("call_id", BIG_ID, nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by_id", BIG_ID, nullable=True),
        sa.Column("is_released", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name="fk_call_photos_added_by_id_users"),
        sa.ForeignKeyConstraint(["call_id"], ["service_requests.id"], name="fk_call_photos_call_id_service_requests"),
        sa.PrimaryKeyConstraint("id", name="pk_call_photos"),
        sa.UniqueConstraint("call_id", "sha256", name="uq_call_photos_call_id_sha256"),
    )
    op.create_table(
        "city_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_es", sa.Text(), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=400), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_city_answers"),
        sa.UniqueConstraint("code", name="uq_city_answers_code"),
    )
    op.create_table(
        "official_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_es", sa.Text(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("written_by_id", BIG_ID, nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["written_by_id"], ["users.id"], name="fk_official_messages_written_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_official_messages"),
        sa.UniqueConstraint("key", name="uq_official_messages_key"),
    )
    op.create_index("ix_official_messages_ends_at", "official_messages", ["ends_at"])


def downgrade() -> None:
    """Take the step back."""
    for table in ("official_messages", "city_answers", "call_photos", "call_answers", "service_questions"):
        op.drop_table(table)
