"""suggestions: cases by place whatever their family, and the model of which words mean which service type"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_index("ix_problem_cases_anchor_cell", "problem_cases", ["anchor_cell"])
    op.create_table(
        "type_models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_type_models")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("type_models")
    op.drop_index("ix_problem_cases_anchor_cell", table_name="problem_cases")
