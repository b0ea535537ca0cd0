"""calls taken by hand: how, drafts, contacts that are no report"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003search"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema one step forward."""
    _create_intakes()
    _create_drafts()
    _create_inquiries()


def _create_intakes() -> None:
    op.create_table(
        "call_intakes",
        sa.Column("call_id", ID, autoincrement=False, nullable=False),
        sa.Column("taken_by_id", ID, nullable=False),
        sa.Column("queue", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("assistance", sa.String(length=40), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("split_from_id", ID, nullable=True),
        sa.Column("follows_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["service_requests.id"], name="fk_call_intakes_call_id_service_requests"),
        sa.ForeignKeyConstraint(["follows_id"], ["service_requests.id"],
                                name="fk_call_intakes_follows_id_service_requests"),
        sa.ForeignKeyConstraint(["split_from_id"], ["service_requests.id"],
                                name="fk_call_intakes_split_from_id_service_requests"),
        sa.ForeignKeyConstraint(["taken_by_id"], ["users.id"], name="fk_call_intakes_taken_by_id_users"),
        sa.PrimaryKeyConstraint("call_id", name="pk_call_intakes"),
    )  # fmt: skip
    for column in ("taken_by_id", "split_from_id", "follows_id"):
        op.create_index(f"ix_call_intakes_{column}", "call_intakes", [column])


def _create_drafts() -> None:
    op.create_table(
        "drafted_calls",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_drafted_calls_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_drafted_calls"),
        sa.UniqueConstraint("user_id", "key", name="uq_drafted_calls_user_id_key"),
    )
    op.create_index("ix_drafted_calls_user_id_updated_at", "drafted_calls", ["user_id", "updated_at"])


def _create_inquiries() -> None:
    op.create_table(
        "inquiries",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("taken_by_id", ID, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("caller_id", ID, nullable=True),
        sa.Column("about_id", ID, nullable=True),
        sa.Column("answer", sa.String(length=160), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("promised", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["about_id"], ["service_requests.id"], name="fk_inquiries_about_id_service_requests"),
        sa.ForeignKeyConstraint(["caller_id"], ["callers.id"], name="fk_inquiries_caller_id_callers"),
        sa.ForeignKeyConstraint(["taken_by_id"], ["users.id"], name="fk_inquiries_taken_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_inquiries"),
        sa.UniqueConstraint("taken_by_id", "key", name="uq_inquiries_taken_by_id_key"),
    )
    for column in ("about_id", "at", "caller_id"):
        op.create_index(f"ix_inquiries_{column}", "inquiries", [column])


def downgrade() -> None:
    """Take the step back."""
    for table in ("inquiries", "drafted_calls", "call_intakes"):
        op.drop_table(table)
