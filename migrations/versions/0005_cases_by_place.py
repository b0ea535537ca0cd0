"""index of cases by place, whatever their family, from which suggestions are answered"""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_index("ix_problem_cases_anchor_cell", "problem_cases", ["anchor_cell"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("ix_problem_cases_anchor_cell", table_name="problem_cases")
