"""what letters became, how owners are known again, what tasks ask for, and what a merge takes along"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNSENT = sa.text("channel = 'mail' AND mailed_at IS NULL AND mail_problem = ''")


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.add_column("case_letters", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "case_letters", sa.Column("mail_problem", sa.String(length=400), server_default="", nullable=False)
    )
    op.create_index("ix_case_letters_unsent", "case_letters", ["id"], sqlite_where=UNSENT, postgresql_where=UNSENT)
    op.add_column("case_tasks", sa.Column("kind", sa.String(length=40), server_default="other", nullable=False))
    op.add_column(
        "case_tasks", sa.Column("letter_template", sa.String(length=60), server_default="", nullable=False)
    )
    op.add_column("case_moves", sa.Column("moved_work", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
    op.create_table(
        "participant_marks",
        sa.Column("participant_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["case_participants.id"], name="fk_participant_marks_participant_id_case_participants"
        ),
        sa.PrimaryKeyConstraint("participant_id", "mark", name="pk_participant_marks"),
    )
    op.create_index("ix_participant_marks_mark_participant_id", "participant_marks", ["mark", "participant_id"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("participant_marks")
    op.drop_column("case_moves", "moved_work")
    op.drop_column("case_tasks", "letter_template")
    op.drop_column("case_tasks", "kind")
    op.drop_index("ix_case_letters_unsent", table_name="case_letters")
    op.drop_column("case_letters", "mail_problem")
    op.drop_column("case_letters", "mailed_at")
