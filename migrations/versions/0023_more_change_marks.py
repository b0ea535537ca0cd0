"""the database marks the changes of rules, questions and sinks too: every call that comes in needs them"""

from alembic import op

from tracker.change_marks import VERBS, change_mark_statements

revision = "0023"
down_revision = "0022"

MARKED = ("grouping_rules", "service_questions", "sinks")


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.execute("INSERT INTO change_marks (mark) VALUES (23)")
    for table in MARKED:
        for statement in change_mark_statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    """Take the step back."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in MARKED:
        for verb in VERBS:
            op.execute(f"DROP TRIGGER {table}_marks_{verb}" + ("" if is_sqlite else f" ON {table}"))
