"""whether a case is a problem at all, and every version of its analysis"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
PARTS = (
    "offender", "handler", "target", "guardian", "place", "manager", "conditions", "tried", "to_find_out", "hypothesis",
)  # fmt: skip


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "case_scans",
        sa.Column("case_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("goes_on_because", sa.Text(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_case_scans_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["saved_by_id"], ["users.id"], name="fk_case_scans_saved_by_id_users"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_scans"),
    )
    op.create_table(
        "cheers_answers",
        sa.Column("case_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("element", sa.String(length=40), nullable=False),
        sa.Column("is_met", sa.Boolean(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.Column("answered_by_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_scans.case_id"], name="fk_cheers_answers_case_id_case_scans"),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name="fk_cheers_answers_answered_by_id_users"),
        sa.PrimaryKeyConstraint("case_id", "element", name="pk_cheers_answers"),
    )
    op.create_table(
        "case_analyses",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(part, sa.Text(), nullable=False) for part in PARTS),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("written_by_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_case_analyses_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["written_by_id"], ["users.id"], name="fk_case_analyses_written_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_case_analyses"),
        sa.UniqueConstraint("case_id", "version", name="uq_case_analyses_case_id_version"),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("case_analyses")
    op.drop_table("cheers_answers")
    op.drop_table("case_scans")
