"""the database marks every change of the tables of which processes keep a copy"""

import sqlalchemy as sa
from alembic import op

from tracker.change_marks import VERBS, change_mark_statements

revision = "0021"
down_revision = "0020"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MARKED = ("areas", "cities", "families", "service_types")


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "change_marks",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("mark", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change_marks"),
    )
    op.execute("INSERT INTO change_marks (mark) VALUES (21)")  # what there is already is something, too
    for table in MARKED:
        for statement in change_mark_statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    """Take the step back."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in MARKED:
        for verb in VERBS:
            op.execute(f"DROP TRIGGER {table}_marks_{verb}" + ("" if is_sqlite else f" ON {table}"))
    if not is_sqlite:
        op.execute("DROP FUNCTION leave_change_mark()")
    op.drop_table("change_marks")
