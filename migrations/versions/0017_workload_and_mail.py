"""snoozed, followed and covered cases, work on many at once, and mail to staff"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STANDS = sa.text("ended_at IS NULL")
WAITING = sa.text("status = 'waiting'")


def upgrade() -> None:
    """Bring the schema one step forward."""
    _create_snoozes()
    _create_followers()
    _create_hand_overs()
    op.create_table(
        "bulk_works",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_bulk_works_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_works"),
        sa.UniqueConstraint("key", name="uq_bulk_works_key"),
    )
    _create_mail()


def _create_snoozes() -> None:
    op.create_table(
        "case_snoozes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("snoozed_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_case_snoozes_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_case_snoozes_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_case_snoozes"),
    )
    op.create_index("uq_case_snoozes_standing", "case_snoozes", ["case_id"], unique=True, sqlite_where=STANDS,
                    postgresql_where=STANDS)  # fmt: skip


def _create_followers() -> None:
    op.create_table(
        "case_followers",
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_case_followers_user_id_users"),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_case_followers_case_id_problem_cases"),
        sa.PrimaryKeyConstraint("user_id", "case_id", name="pk_case_followers"),
    )
    op.create_index("ix_case_followers_case_id", "case_followers", ["case_id"])


def _create_hand_overs() -> None:
    op.create_table(
        "hand_overs",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("moved_work", sa.JSON(), nullable=False),
        sa.Column("made_by_id", BIG_ID, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("end", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_hand_overs_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["from_id"], ["contacts.id"], name="fk_hand_overs_from_id_contacts"),
        sa.ForeignKeyConstraint(["to_id"], ["contacts.id"], name="fk_hand_overs_to_id_contacts"),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name="fk_hand_overs_made_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_hand_overs"),
    )
    op.create_index("uq_hand_overs_standing", "hand_overs", ["case_id"], unique=True, sqlite_where=STANDS,
                    postgresql_where=STANDS)  # fmt: skip
    op.create_index("ix_hand_overs_due", "hand_overs", ["until"], sqlite_where=STANDS, postgresql_where=STANDS)


def _create_mail() -> None:
    op.create_table(
        "notices",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("problem", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_notices_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("key", name="uq_notices_key"),
    )
    op.create_index("ix_notices_waiting", "notices", ["next_try_at"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_table(
        "log_readers",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("first", BIG_ID, nullable=False),
        sa.Column("upto", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("consumer", name="pk_log_readers"),
    )
    op.create_table(
        "digest_runs",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_digest_runs"),
    )
    op.create_table(
        "mail_choices",
        sa.Column("user_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("wants_digest", sa.Boolean(), nullable=False),
        sa.Column("wants_notices", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mail_choices_user_id_users"),
        sa.PrimaryKeyConstraint("user_id", name="pk_mail_choices"),
    )


def downgrade() -> None:
    """Take the step back."""
    for table in ("mail_choices", "digest_runs", "log_readers", "notices", "bulk_works", "hand_overs",
                  "case_followers", "case_snoozes"):  # fmt: skip
        op.drop_table(table)
