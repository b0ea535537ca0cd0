"""the response to a problem: objectives, partner agencies, and playbooks with steps of every kind"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STILL_OPEN = sa.text("done_at IS NULL AND cancelled_at IS NULL")


def upgrade() -> None:
    """Bring the schema one step forward."""
    _make_objectives()
    _make_partners()
    _widen_playbooks()
    _make_uses()


def _make_objectives() -> None:
    op.create_table(
        "case_objectives",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("most_calls", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("judged_at", INSTANT, nullable=True),
        sa.Column("judged_by_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_case_objectives_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_case_objectives_created_by_id_users"),
        sa.ForeignKeyConstraint(["judged_by_id"], ["users.id"], name="fk_case_objectives_judged_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_case_objectives"),
    )
    op.create_index("ix_case_objectives_case_id_due_on", "case_objectives", ["case_id", "due_on"])


def _make_partners() -> None:
    op.create_table(
        "partner_agencies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("contact_person", sa.String(length=160), nullable=False),
        sa.Column("phone", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=250), nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.Column("edited_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partner_agencies"),
        sa.UniqueConstraint("code", name="uq_partner_agencies_code"),
        sa.UniqueConstraint("name", name="uq_partner_agencies_name"),
    )
    op.create_table(
        "partner_families",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner_agencies.id"], name="fk_partner_families_partner_id_partner_agencies"
        ),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_partner_families_family_id_families"),
        sa.PrimaryKeyConstraint("partner_id", "family_id", name="pk_partner_families"),
    )
    op.create_table(
        "partner_requests",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner_id", BIG_ID, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_partner_requests_case_id_problem_cases"),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner_agencies.id"], name="fk_partner_requests_partner_id_partner_agencies"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_partner_requests_owner_id_users"),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_partner_requests_created_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_partner_requests"),
    )
    op.create_index("ix_partner_requests_case_id_asked_on", "partner_requests", ["case_id", "asked_on"])
    op.create_index("ix_partner_requests_open", "partner_requests", ["owner_id", "due_on"], sqlite_where=STILL_OPEN,
                    postgresql_where=STILL_OPEN)  # fmt: skip


def _widen_playbooks() -> None:
    op.add_column("playbooks", sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.add_column("playbooks", sa.Column("edited_at", INSTANT, nullable=True))
    with op.batch_alter_table("playbook_steps") as table:
        table.add_column(sa.Column("kind", sa.String(length=40), nullable=False, server_default="work_order"))
        table.add_column(sa.Column("details", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("template_code", sa.String(length=60), nullable=False, server_default=""))
        table.add_column(sa.Column("partner_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            "fk_playbook_steps_partner_id_partner_agencies", "partner_agencies", ["partner_id"], ["id"]
        )


def _make_uses() -> None:
    op.create_table(
        "playbook_uses",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.Column("used_by_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_playbook_uses_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["used_by_id"], ["users.id"], name="fk_playbook_uses_used_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_playbook_uses"),
        sa.UniqueConstraint("key", name="uq_playbook_uses_key"),
    )
    op.create_index("ix_playbook_uses_case_id", "playbook_uses", ["case_id"])
    op.create_table(
        "playbook_use_steps",
        sa.Column("use_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("order_id", BIG_ID, nullable=True),
        sa.Column("task_id", BIG_ID, nullable=True),
        sa.Column("request_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["use_id"], ["playbook_uses.id"], name="fk_playbook_use_steps_use_id_playbook_uses"),
        sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name="fk_playbook_use_steps_order_id_work_orders"),
        sa.ForeignKeyConstraint(["task_id"], ["case_tasks.id"], name="fk_playbook_use_steps_task_id_case_tasks"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["partner_requests.id"], name="fk_playbook_use_steps_request_id_partner_requests"
        ),
        sa.PrimaryKeyConstraint("use_id", "position", name="pk_playbook_use_steps"),
    )


def downgrade() -> None:
    """Take the step back; steps that are no work orders go with it, for nothing older knows them."""
    op.drop_table("playbook_use_steps")
    op.drop_table("playbook_uses")
    op.execute("DELETE FROM playbook_steps WHERE kind <> 'work_order'")
    with op.batch_alter_table("playbook_steps") as table:
        table.drop_constraint("fk_playbook_steps_partner_id_partner_agencies", type_="foreignkey")
        for name in ("partner_id", "template_code", "details", "kind"):
            table.drop_column(name)
    with op.batch_alter_table("playbooks") as table:
        table.drop_column("edited_at")
        table.drop_column("version")
    for name in ("partner_requests", "partner_families", "partner_agencies", "case_objectives"):
        op.drop_table(name)
