"""merges and splits that can be taken back, relations between cases, problems above several cases"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STANDS = sa.text("ended_at IS NULL")
MERGED = sa.text("merged_into_id IS NOT NULL")


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_index("ix_problem_cases_merged_into", "problem_cases", ["merged_into_id"], sqlite_where=MERGED,
                    postgresql_where=MERGED)  # fmt: skip
    _create_moves()
    _create_relations()
    _create_problems()


def _create_moves() -> None:
    op.create_table(
        "case_moves",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("from_case_id", BIG_ID, nullable=False),
        sa.Column("into_case_id", BIG_ID, nullable=False),
        sa.Column("opened_new", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("status_before", sa.String(length=40), nullable=False),
        sa.Column("phase_before", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", BIG_ID, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("undone_by_id", BIG_ID, nullable=True),
        sa.Column("undo_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["from_case_id"], ["problem_cases.id"],
                                name="fk_case_moves_from_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["into_case_id"], ["problem_cases.id"],
                                name="fk_case_moves_into_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name="fk_case_moves_made_by_id_users"),
        sa.ForeignKeyConstraint(["undone_by_id"], ["users.id"], name="fk_case_moves_undone_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_case_moves"),
    )  # fmt: skip
    op.create_index("ix_case_moves_from_case_id_id", "case_moves", ["from_case_id", "id"])
    op.create_index("ix_case_moves_into_case_id_id", "case_moves", ["into_case_id", "id"])
    op.create_table(
        "moved_links",
        sa.Column("move_id", BIG_ID, nullable=False),
        sa.Column("former_id", BIG_ID, nullable=False),
        sa.Column("link_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["move_id"], ["case_moves.id"], name="fk_moved_links_move_id_case_moves"),
        sa.ForeignKeyConstraint(["former_id"], ["case_calls.id"], name="fk_moved_links_former_id_case_calls"),
        sa.ForeignKeyConstraint(["link_id"], ["case_calls.id"], name="fk_moved_links_link_id_case_calls"),
        sa.PrimaryKeyConstraint("move_id", "former_id", name="pk_moved_links"),
    )


def _create_relations() -> None:
    op.create_table(
        "case_relations",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("other_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", BIG_ID, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", BIG_ID, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("case_id <> other_id", name="ck_case_relations_not_itself"),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_case_relations_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["other_id"], ["problem_cases.id"], name="fk_case_relations_other_id_problem_cases"),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name="fk_case_relations_made_by_id_users"),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name="fk_case_relations_ended_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_case_relations"),
    )
    op.create_index("uq_case_relations_standing", "case_relations", ["case_id", "other_id", "kind"], unique=True,
                    sqlite_where=STANDS, postgresql_where=STANDS)  # fmt: skip
    op.create_index("ix_case_relations_other_id", "case_relations", ["other_id"])


def _create_problems() -> None:
    op.create_table(
        "parent_problems",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("lead_id", BIG_ID, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by_id", BIG_ID, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["users.id"], name="fk_parent_problems_lead_id_users"),
        sa.ForeignKeyConstraint(["opened_by_id"], ["users.id"], name="fk_parent_problems_opened_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_parent_problems"),
        sa.UniqueConstraint("public_id", name="uq_parent_problems_public_id"),
        sa.UniqueConstraint("key", name="uq_parent_problems_key"),
    )
    op.create_index("ix_parent_problems_closed_at_opened_at", "parent_problems", ["closed_at", "opened_at"])
    op.create_table(
        "problem_members",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("problem_id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("added_by_id", BIG_ID, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", BIG_ID, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["problem_id"], ["parent_problems.id"],
                                name="fk_problem_members_problem_id_parent_problems"),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_problem_members_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name="fk_problem_members_added_by_id_users"),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name="fk_problem_members_ended_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_problem_members"),
    )  # fmt: skip
    op.create_index("uq_problem_members_standing", "problem_members", ["case_id"], unique=True, sqlite_where=STANDS,
                    postgresql_where=STANDS)  # fmt: skip
    op.create_index("ix_problem_members_problem_id_ended_at", "problem_members", ["problem_id", "ended_at"])


def downgrade() -> None:
    """Take the step back."""
    for table in ("problem_members", "parent_problems", "case_relations", "moved_links", "case_moves"):
        op.drop_table(table)
    op.drop_index("ix_problem_cases_merged_into", table_name="problem_cases")
