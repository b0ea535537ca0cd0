"""deadlines of cases: working time, measures, what is due by when, pauses"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
RUNS = "met_at IS NULL AND dropped_at IS NULL"


def upgrade() -> None:
    """Bring the schema one step forward."""
    _working_time()
    _measures()
    _cases()


def _working_time() -> None:
    op.create_table(
        "working_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_working_hours"),
    )
    op.create_table(
        "holidays",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_holidays"),
    )
    op.create_table(
        "emergency_stretches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_at", INSTANT, nullable=False),
        sa.Column("declared_by_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["declared_by_id"], ["users.id"], name="fk_emergency_stretches_declared_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_emergency_stretches"),
        sa.UniqueConstraint("key", name="uq_emergency_stretches_key"),
    )
    op.create_table(
        "calendar_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("moves_dates", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_versions"),
    )


def _measures() -> None:
    op.create_table(
        "deadline_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("working_hours", sa.Integer(), nullable=True),
        sa.Column("warn_before_hours", sa.Integer(), nullable=False),
        sa.Column("grace_hours", sa.Integer(), nullable=False),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_deadline_rules_family_id_families"),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_deadline_rules_created_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_deadline_rules"),
        sa.UniqueConstraint("family_id", "kind", "version", name="uq_deadline_rules_family_id_kind_version"),
    )


def _cases() -> None:
    op.create_table(
        "case_pauses",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("started_by_id", BIG_ID, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_case_pauses_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["started_by_id"], ["users.id"], name="fk_case_pauses_started_by_id_users"),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name="fk_case_pauses_ended_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_case_pauses"),
    )
    op.create_index("ix_case_pauses_case", "case_pauses", ["case_id", "started_at"])
    _index("uq_case_pauses_lasting", "case_pauses", ["case_id"], "ended_at IS NULL", unique=True)
    op.create_table(
        "case_deadlines",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("working_hours", sa.Integer(), nullable=False),
        sa.Column("warn_before_hours", sa.Integer(), nullable=False),
        sa.Column("grace_hours", sa.Integer(), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("warn_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("escalate_at", INSTANT, nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("paused_at", INSTANT, nullable=True),
        sa.Column("met_at", INSTANT, nullable=True),
        sa.Column("dropped_at", INSTANT, nullable=True),
        sa.Column("escalated_at", INSTANT, nullable=True),
        sa.Column("acknowledged_at", INSTANT, nullable=True),
        sa.Column("acknowledged_by_id", BIG_ID, nullable=True),
        sa.Column("acknowledged_words", sa.Text(), nullable=False),
        sa.Column("is_extended", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_case_deadlines_case_id_problem_cases",
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["acknowledged_by_id"], ["users.id"],
                                name="fk_case_deadlines_acknowledged_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_case_deadlines"),
    )  # fmt: skip
    op.create_index("ix_case_deadlines_case", "case_deadlines", ["case_id", "id"])
    _index("uq_case_deadlines_running", "case_deadlines", ["case_id", "kind"], RUNS, unique=True)
    _index("ix_case_deadlines_due", "case_deadlines", ["warn_at", "due_at", "paused_at", "case_id", "kind"], RUNS)
    _index("ix_case_deadlines_seen", "case_deadlines", ["case_id", "case_version"], f"kind = 'review' AND {RUNS}")
    _index("ix_case_deadlines_calendar", "case_deadlines", ["calendar_id"], RUNS)
    _index("ix_case_deadlines_untold", "case_deadlines", ["escalate_at"], f"escalated_at IS NULL AND {RUNS}")
    _index("ix_case_deadlines_unanswered", "case_deadlines", ["due_at"],
           f"escalated_at IS NOT NULL AND acknowledged_at IS NULL AND {RUNS}")  # fmt: skip


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    """Take the step back."""
    for table in ("case_deadlines", "case_pauses", "deadline_rules", "calendar_versions", "emergency_stretches",
                  "holidays", "working_hours"):  # fmt: skip
        op.drop_table(table)
