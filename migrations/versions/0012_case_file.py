"""the file of a case: people, letters, documents and photos, visits"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema one step forward."""
    _create_participants()
    _create_letters()
    _create_visits()
    _create_papers()


def _create_participants() -> None:
    op.create_table(
        "case_participants",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("organization", sa.String(length=160), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("privacy", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by_id", BIG_ID, nullable=False),
        sa.Column("left_at", INSTANT, nullable=True),
        sa.Column("left_by_id", BIG_ID, nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_case_participants_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name="fk_case_participants_added_by_id_users"),
        sa.ForeignKeyConstraint(["left_by_id"], ["users.id"], name="fk_case_participants_left_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_case_participants"),
    )
    op.create_index("ix_case_participants_case_id_left_at", "case_participants", ["case_id", "left_at"])


def _create_letters() -> None:
    op.create_table(
        "letter_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("subject_en", sa.String(length=200), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("subject_es", sa.String(length=200), nullable=False),
        sa.Column("body_es", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_letter_templates"),
        sa.UniqueConstraint("code", name="uq_letter_templates_code"),
    )
    op.create_table(
        "case_letters",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("participant_id", BIG_ID, nullable=True),
        sa.Column("recipient_name", sa.String(length=300), nullable=False),
        sa.Column("recipient_address", sa.Text(), nullable=False),
        sa.Column("recipient_email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("privacy", sa.String(length=40), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("written_by_id", BIG_ID, nullable=False),
        sa.Column("printed_at", INSTANT, nullable=True),
        sa.Column("posted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_case_letters_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["template_id"], ["letter_templates.id"],
                                name="fk_case_letters_template_id_letter_templates"),
        sa.ForeignKeyConstraint(["participant_id"], ["case_participants.id"],
                                name="fk_case_letters_participant_id_case_participants"),
        sa.ForeignKeyConstraint(["written_by_id"], ["users.id"], name="fk_case_letters_written_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_case_letters"),
    )
    op.create_index("ix_case_letters_case_id_id", "case_letters", ["case_id", "id"])


def _create_visits() -> None:
    op.create_table(
        "case_visits",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=True),
        sa.Column("visitor_id", BIG_ID, nullable=False),
        sa.Column("purpose", sa.String(length=400), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("planned_at", INSTANT, nullable=False),
        sa.Column("planned_by_id", BIG_ID, nullable=False),
        sa.Column("made_at", INSTANT, nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=True),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("people_met", sa.Text(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("weather", sa.String(length=40), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("cancelled_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_case_visits_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["visitor_id"], ["users.id"], name="fk_case_visits_visitor_id_users"),
        sa.ForeignKeyConstraint(["planned_by_id"], ["users.id"], name="fk_case_visits_planned_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_case_visits"),
        sa.UniqueConstraint("key", name="uq_case_visits_key"),
    )
    op.create_index("ix_case_visits_case_id_made_at", "case_visits", ["case_id", "made_at"])
    still_open = sa.text("made_at IS NULL AND cancelled_at IS NULL")
    op.create_index("ix_case_visits_open", "case_visits", ["case_id", "planned_on"], sqlite_where=still_open,
                    postgresql_where=still_open)  # fmt: skip


def _create_papers() -> None:
    op.create_table(
        "case_papers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("visit_id", BIG_ID, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("caption", sa.String(length=300), nullable=False),
        sa.Column("privacy", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("is_released", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by_id", BIG_ID, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("removed_by_id", BIG_ID, nullable=True),
        sa.Column("removed_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_case_papers_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["visit_id"], ["case_visits.id"], name="fk_case_papers_visit_id_case_visits"),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name="fk_case_papers_added_by_id_users"),
        sa.ForeignKeyConstraint(["removed_by_id"], ["users.id"], name="fk_case_papers_removed_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_case_papers"),
    )
    op.create_index("ix_case_papers_case_id_added_at", "case_papers", ["case_id", "added_at"])
    op.create_index("ix_case_papers_visit_id", "case_papers", ["visit_id"])
    kept = sa.text("removed_at IS NULL")
    op.create_index("uq_case_papers_kept", "case_papers", ["case_id", "sha256"], unique=True, sqlite_where=kept,
                    postgresql_where=kept)  # fmt: skip


def downgrade() -> None:
    """Take the step back."""
    for table in ("case_papers", "case_visits", "case_letters", "letter_templates", "case_participants"):
        op.drop_table(table)
