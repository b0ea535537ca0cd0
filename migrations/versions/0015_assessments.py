"""assessments: what was chosen and written, and the newest result"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
NARROW = "ix_service_requests_service_type_id_requested_datetime"
HISTORY = (
    "service_type_id", "requested_datetime", "x_dm", "y_dm", "center_id", "neighborhood_id", "weight", "is_outside",
    "withdrawn_at",
)  # fmt: skip


def _to_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name=f"fk_{table}_case_id_problem_cases")


def _to_user(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["users.id"], name=f"fk_{table}_{column}_users")


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "assessment_choices",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("chosen_at", INSTANT, nullable=False),
        sa.Column("chosen_by_id", BIG_ID, nullable=False),
        _to_case("assessment_choices"),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk_assessment_choices_area_id_areas"),
        _to_user("assessment_choices", "chosen_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assessment_choices"),
    )
    op.create_index("ix_assessment_choices_case_id_id", "assessment_choices", ["case_id", "id"])
    op.create_table(
        "assessment_notes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("carried_out", sa.String(length=40), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("what_was_done", sa.Text(), nullable=False),
        sa.Column("impressions", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("written_by_id", BIG_ID, nullable=False),
        _to_case("assessment_notes"),
        _to_user("assessment_notes", "written_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assessment_notes"),
    )
    op.create_index("ix_assessment_notes_case_id_id", "assessment_notes", ["case_id", "id"])
    op.create_table(
        "case_assessments",
        sa.Column("case_id", BIG_ID, nullable=False, autoincrement=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.Column("kept_by_id", BIG_ID, nullable=True),
        _to_case("case_assessments"),
        _to_user("case_assessments", "kept_by_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_assessments"),
    )
    op.create_index("ix_case_assessments_as_of", "case_assessments", ["as_of"])
    op.create_index("ix_service_requests_history", "service_requests", list(HISTORY))
    op.drop_index(NARROW, "service_requests")


def downgrade() -> None:
    """Take the step back."""
    for table in ("case_assessments", "assessment_notes", "assessment_choices"):
        op.drop_table(table)
    op.create_index(NARROW, "service_requests", list(HISTORY[:2]))
    op.drop_index("ix_service_requests_history", "service_requests")
