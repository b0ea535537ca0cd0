"""what came of a closed case, when that was confirmed, and tasks"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.add_column("problem_cases", sa.Column("outcome_kind", sa.String(length=40), nullable=True))
    op.add_column("problem_cases", sa.Column("confirmed_at", INSTANT, nullable=True))
    watched = sa.text("confirmed_at IS NULL AND monitored_until IS NOT NULL")
    op.create_index("ix_problem_cases_watched", "problem_cases", ["monitored_until"], sqlite_where=watched,
                    postgresql_where=watched)  # fmt: skip
    op.create_table(
        "case_tasks",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("owner_id", BIG_ID, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("done_by_id", BIG_ID, nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_case_tasks_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_case_tasks_owner_id_users"),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_case_tasks_created_by_id_users"),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name="fk_case_tasks_done_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_case_tasks"),
    )
    op.create_index("ix_case_tasks_case_id_due_on", "case_tasks", ["case_id", "due_on"])
    still_open = sa.text("done_at IS NULL AND cancelled_at IS NULL")
    op.create_index("ix_case_tasks_open", "case_tasks", ["owner_id", "due_on"], sqlite_where=still_open,
                    postgresql_where=still_open)  # fmt: skip


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("case_tasks")
    op.drop_index("ix_problem_cases_watched", table_name="problem_cases")
    with op.batch_alter_table("problem_cases") as table:
        table.drop_column("confirmed_at")
        table.drop_column("outcome_kind")
