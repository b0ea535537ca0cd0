"""911 transfers and their review"""

import sqlalchemy as sa
from alembic import op

from tracker.database import append_only_statements

revision = "0007"
down_revision = "0006"

APPEND_ONLY = ("transfer_answers", "transfer_steps")


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "transfer_reviews",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("source_id", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("incident_code", sa.String(length=60), nullable=False),
        sa.Column("incident_text", sa.String(length=200), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source_lat", sa.Double(), nullable=True),
        sa.Column("source_long", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("long", sa.Double(), nullable=True),
        sa.Column("placement", sa.String(length=40), nullable=False),
        sa.Column("placement_score", sa.Double(), nullable=True),
        sa.Column("caller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("risk", sa.String(length=40), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("risk_reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("claimed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stops_clear", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("stops_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_caller", sa.Boolean(), nullable=True),
        sa.Column("agency", sa.String(length=160), nullable=False),
        sa.Column("call_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("needs_agreement", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("agreed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hand_back_note", sa.Text(), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("decision IS NOT NULL OR status = 'waiting'", name=op.f("ck_transfer_reviews_undecided")),
        sa.CheckConstraint(
            "decision IS NULL OR decision <> 'closed_administratively' OR (reason <> '' AND told_caller IS NOT NULL)",
            name=op.f("ck_transfer_reviews_closure"),
        ),
        sa.CheckConstraint(
            "decision IS NULL OR decision = 'returned_to_911' OR stops_clear", name=op.f("ck_transfer_reviews_stops")
        ),
        sa.CheckConstraint(
            "status <> 'done' OR NOT needs_agreement OR agreed_at IS NOT NULL",
            name=op.f("ck_transfer_reviews_agreement"),
        ),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_transfer_reviews_decided")),
        sa.CheckConstraint(
            "NOT stops_clear OR stops_answered_at IS NOT NULL", name=op.f("ck_transfer_reviews_stops_answered")
        ),
        sa.CheckConstraint(
            "agreed_by_id IS NULL OR agreed_by_id <> decided_by_id", name=op.f("ck_transfer_reviews_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["address_id"], ["addresses.id"], name=op.f("fk_transfer_reviews_address_id_addresses")
        ),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["users.id"], name=op.f("fk_transfer_reviews_agreed_by_id_users")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["service_requests.id"], name=op.f("fk_transfer_reviews_call_id_service_requests")
        ),
        sa.ForeignKeyConstraint(["caller_id"], ["callers.id"], name=op.f("fk_transfer_reviews_caller_id_callers")),
        sa.ForeignKeyConstraint(["claimed_by_id"], ["users.id"], name=op.f("fk_transfer_reviews_claimed_by_id_users")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_transfer_reviews_decided_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_reviews")),
        sa.UniqueConstraint("number", name=op.f("uq_transfer_reviews_number")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_transfer_reviews_source_source_id")),
    )
    with op.batch_alter_table("transfer_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_reviews_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_reviews_caller_id"), ["caller_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_transfer_reviews_claimed_by_id_status"), ["claimed_by_id", "status"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_transfer_reviews_status_decided_at"), ["status", "decided_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_transfer_reviews_status_line_due_at_id"), ["status", "line", "due_at", "id"], unique=False
        )

    op.create_table(
        "transfer_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stop", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_transfer_answers_answered_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer_reviews.id"], name=op.f("fk_transfer_answers_transfer_id_transfer_reviews")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_answers")),
    )
    with op.batch_alter_table("transfer_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_answers_transfer_id_id"), ["transfer_id", "id"], unique=False)

    op.create_table(
        "transfer_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("done_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_transfer_steps_done_by_id_users")),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer_reviews.id"], name=op.f("fk_transfer_steps_transfer_id_transfer_reviews")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_steps")),
        sa.UniqueConstraint("transfer_id", "step", name=op.f("uq_transfer_steps_transfer_id_step")),
    )
    for table in APPEND_ONLY:
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("transfer_steps")
    with op.batch_alter_table("transfer_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transfer_answers_transfer_id_id"))

    op.drop_table("transfer_answers")
    with op.batch_alter_table("transfer_reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transfer_reviews_status_line_due_at_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_reviews_status_decided_at"))
        batch_op.drop_index(batch_op.f("ix_transfer_reviews_claimed_by_id_status"))
        batch_op.drop_index(batch_op.f("ix_transfer_reviews_caller_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_reviews_call_id"))

    op.drop_table("transfer_reviews")
