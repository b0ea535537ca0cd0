"""indexes from which the case list and the queues are answered"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

LIST = ["status", "queue", "priority", "priority_score", "id", "rule_id", "last_call_at", "is_touched"]
OWNER = ["contact_id", "status", "queue", "priority", "rule_id", "last_call_at", "is_touched"]


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_index("ix_problem_cases_list", "problem_cases", LIST)
    op.create_index("ix_problem_cases_owner", "problem_cases", OWNER)
    op.create_index("ix_problem_cases_recurred", "problem_cases", ["status"],
                    sqlite_where=sa.text("recurred_at IS NOT NULL"),
                    postgresql_where=sa.text("recurred_at IS NOT NULL"))
    op.create_index("ix_problem_cases_below", "problem_cases", ["status"],
                    sqlite_where=sa.text("is_below_threshold IS 1"),
                    postgresql_where=sa.text("is_below_threshold"))
    op.drop_index("ix_problem_cases_priority", table_name="problem_cases")
    op.drop_index("ix_problem_cases_contact_id_status", table_name="problem_cases")


def downgrade() -> None:
    """Take the step back."""
    op.create_index("ix_problem_cases_contact_id_status", "problem_cases", ["contact_id", "status"])
    op.create_index("ix_problem_cases_priority", "problem_cases", ["priority"])
    for name in ("below", "recurred", "owner", "list"):
        op.drop_index(f"ix_problem_cases_{name}", table_name="problem_cases")
