"""shifts with rules and exceptions, teams, what work needs and waits for, the day of a crew, plans, appointments"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ONE, ZERO, EMPTY, NONE_OF_IT = sa.text("1"), sa.text("0"), "", sa.text("'[]'")
NEXT = sa.text("ended_at IS NULL")
HELD = sa.text("held_until IS NOT NULL AND cancelled_at IS NULL")
LIVE = sa.text("ended_at IS NULL")
WAITING = sa.text("finished_at IS NULL")
TO_CALL = sa.text("to_call <> ''")
MAILED = sa.text("mail_key <> ''")


def upgrade() -> None:
    """Bring the schema one step forward."""
    _resources()
    _orders()
    _bookings()
    with op.batch_alter_table("playbook_steps") as table:
        table.add_column(sa.Column("people", sa.Integer(), nullable=False, server_default=ONE))
        table.add_column(sa.Column("needs", sa.JSON(), nullable=False, server_default=NONE_OF_IT))
        table.add_column(sa.Column("after_position", sa.Integer(), nullable=True))
    _jobs()
    _plans()
    _appointments()
    _feeds()
    _crew_steps()


def _resources() -> None:
    with op.batch_alter_table("city_resources") as table:
        table.add_column(sa.Column("people", sa.Integer(), nullable=False, server_default=ONE))
        table.add_column(sa.Column("capacity", sa.Integer(), nullable=True))
        table.add_column(sa.Column("cost_cents_per_hour", sa.Integer(), nullable=True))
        table.add_column(sa.Column("lends_to_priority", sa.Integer(), nullable=False, server_default=ZERO))
        table.add_column(sa.Column("lends_within_days", sa.Integer(), nullable=False, server_default=ZERO))
        table.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=EMPTY))
    with op.batch_alter_table("shifts") as table:
        table.add_column(sa.Column("every_weeks", sa.Integer(), nullable=False, server_default=ONE))
        table.add_column(sa.Column("starts_on", sa.Date(), nullable=False, server_default="2000-01-03"))
        table.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("break_minutes", sa.Integer(), nullable=False, server_default=ZERO))
        table.add_column(sa.Column("break_from", sa.Integer(), nullable=True))
        table.add_column(sa.Column("break_until", sa.Integer(), nullable=True))
        table.drop_constraint("uq_shifts_resource_id_weekday_start_minute", type_="unique")
        table.create_unique_constraint(
            "uq_shifts_resource_id_weekday_start_minute_starts_on",
            ["resource_id", "weekday", "start_minute", "starts_on"],
        )
    op.create_table(
        "shift_exceptions",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by_id", BIG_ID, nullable=True),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["resource_id"], ["city_resources.id"], name="fk_shift_exceptions_resource_id_city_resources"),
        sa.ForeignKeyConstraint(["entered_by_id"], ["users.id"], name="fk_shift_exceptions_entered_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_shift_exceptions"),
    )  # fmt: skip
    op.create_index("ix_shift_exceptions_resource_id_ends_at", "shift_exceptions", ["resource_id", "ends_at"])
    op.create_table(
        "team_members",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["city_resources.id"], name="fk_team_members_team_id_city_resources"),
        sa.ForeignKeyConstraint(["member_id"], ["city_resources.id"], name="fk_team_members_member_id_city_resources"),
        sa.PrimaryKeyConstraint("team_id", "member_id", name="pk_team_members"),
    )
    op.create_index("ix_team_members_member_id", "team_members", ["member_id"])
    op.create_table(
        "crew_members",
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_crew_members_user_id_users"),
        sa.ForeignKeyConstraint(["resource_id"], ["city_resources.id"], name="fk_crew_members_resource_id_city_resources"),
        sa.PrimaryKeyConstraint("user_id", "resource_id", name="pk_crew_members"),
    )  # fmt: skip
    op.create_index("ix_crew_members_resource_id", "crew_members", ["resource_id"])


def _orders() -> None:
    op.create_table(
        "recurring_orders",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False, server_default=ONE),
        sa.Column("needs", sa.JSON(), nullable=False, server_default=NONE_OF_IT),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("every_days", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_recurring_orders_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_recurring_orders_created_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_recurring_orders"),
    )
    op.create_index("ix_recurring_orders_case_id", "recurring_orders", ["case_id"])
    op.create_index(
        "ix_recurring_orders_next_on", "recurring_orders", ["next_on"], sqlite_where=NEXT, postgresql_where=NEXT
    )
    with op.batch_alter_table("work_orders") as table:
        table.add_column(sa.Column("earliest_at", INSTANT, nullable=True))
        table.add_column(sa.Column("latest_at", INSTANT, nullable=True))
        table.add_column(sa.Column("people", sa.Integer(), nullable=False, server_default=ONE))
        table.add_column(sa.Column("load", sa.Integer(), nullable=False, server_default=ZERO))
        table.add_column(sa.Column("place", sa.String(length=200), nullable=False, server_default=EMPTY))
        table.add_column(sa.Column("place_x_dm", sa.Integer(), nullable=True))
        table.add_column(sa.Column("place_y_dm", sa.Integer(), nullable=True))
        table.add_column(sa.Column("recurring_id", BIG_ID, nullable=True))
        table.create_foreign_key(
            "fk_work_orders_recurring_id_recurring_orders", "recurring_orders", ["recurring_id"], ["id"]
        )
    op.create_index("ix_work_orders_recurring_id", "work_orders", ["recurring_id"])
    op.create_index("ix_work_orders_skill_title", "work_orders", ["skill", "title"])
    op.create_index("ix_work_orders_status_priority_due_on", "work_orders", ["status", "priority", "due_on"])
    op.create_table(
        "order_needs",
        sa.Column("order_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name="fk_order_needs_order_id_work_orders"),
        sa.PrimaryKeyConstraint("order_id", "skill", name="pk_order_needs"),
    )
    op.create_table(
        "order_dependencies",
        sa.Column("order_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("first_id", BIG_ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name="fk_order_dependencies_order_id_work_orders"),
        sa.ForeignKeyConstraint(["first_id"], ["work_orders.id"], name="fk_order_dependencies_first_id_work_orders"),
        sa.PrimaryKeyConstraint("order_id", "first_id", name="pk_order_dependencies"),
    )
    op.create_index("ix_order_dependencies_first_id", "order_dependencies", ["first_id"])


def _bookings() -> None:
    with op.batch_alter_table("bookings") as table:
        table.add_column(sa.Column("is_pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("held_until", INSTANT, nullable=True))
        table.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default=ZERO))
        table.add_column(sa.Column("moved_at", INSTANT, nullable=True))
        table.add_column(sa.Column("left_at", INSTANT, nullable=True))
        table.add_column(sa.Column("arrived_at", INSTANT, nullable=True))
        table.add_column(sa.Column("finished_at", INSTANT, nullable=True))
        table.add_column(sa.Column("worked_minutes", sa.Integer(), nullable=True))
        table.add_column(sa.Column("cost_cents", sa.Integer(), nullable=True))
    op.create_index("ix_bookings_held", "bookings", ["held_until"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_table(
        "weather_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("kept_skills", sa.JSON(), nullable=False),
        sa.Column("declared_at", INSTANT, nullable=False),
        sa.Column("declared_by_id", BIG_ID, nullable=True),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["declared_by_id"], ["users.id"], name="fk_weather_days_declared_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_weather_days"),
    )
    op.create_index("ix_weather_days_last_day", "weather_days", ["last_day"])


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by_id", BIG_ID, nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("heard_at", INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False, server_default=ZERO),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name="fk_jobs_asked_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_waiting", "jobs", ["id"], sqlite_where=WAITING, postgresql_where=WAITING)


def _plans() -> None:
    op.create_table(
        "plan_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("only_orders", sa.JSON(), nullable=True),
        sa.Column("job_id", BIG_ID, nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("is_taken", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_plan_drafts_created_by_id_users"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_plan_drafts_job_id_jobs"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_drafts"),
    )
    op.create_index("ix_plan_drafts_created_by_id_ended_at", "plan_drafts", ["created_by_id", "ended_at"])
    op.create_table(
        "planned_visits",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("order_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_pinned", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("moves", sa.String(length=60), nullable=False, server_default=EMPTY),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["plan_drafts.id"], name="fk_planned_visits_draft_id_plan_drafts"),
        sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name="fk_planned_visits_order_id_work_orders"),
        sa.ForeignKeyConstraint(["resource_id"], ["city_resources.id"], name="fk_planned_visits_resource_id_city_resources"),
        sa.PrimaryKeyConstraint("draft_id", "order_id", name="pk_planned_visits"),
    )  # fmt: skip
    op.create_index("ix_planned_visits_order_id", "planned_visits", ["order_id"])
    op.create_index("ix_planned_visits_resource_id", "planned_visits", ["resource_id"])
    op.create_table(
        "planned_left_out",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("order_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["plan_drafts.id"], name="fk_planned_left_out_draft_id_plan_drafts"),
        sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name="fk_planned_left_out_order_id_work_orders"),
        sa.PrimaryKeyConstraint("draft_id", "order_id", name="pk_planned_left_out"),
    )
    op.create_index("ix_planned_left_out_order_id", "planned_left_out", ["order_id"])


def _appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("order_id", BIG_ID, nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("window_starts_at", INSTANT, nullable=True),
        sa.Column("window_ends_at", INSTANT, nullable=True),
        sa.Column("held_starts_at", INSTANT, nullable=True),
        sa.Column("held_ends_at", INSTANT, nullable=True),
        sa.Column("order_earliest_at", INSTANT, nullable=True),
        sa.Column("order_latest_at", INSTANT, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("offered_by_id", BIG_ID, nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("to_call", sa.Text(), nullable=False, server_default=EMPTY),
        sa.Column("mail_key", sa.String(length=120), nullable=False, server_default=EMPTY),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name="fk_appointments_order_id_work_orders"),
        sa.ForeignKeyConstraint(["offered_by_id"], ["users.id"], name="fk_appointments_offered_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_appointments"),
        sa.UniqueConstraint("token_hash", name="uq_appointments_token_hash"),
    )
    op.create_index(
        "uq_appointments_live_order", "appointments", ["order_id"],
        unique=True, sqlite_where=LIVE, postgresql_where=LIVE,
    )  # fmt: skip
    op.create_index("ix_appointments_order_id", "appointments", ["order_id"])
    op.create_index("ix_appointments_status_window_starts_at", "appointments", ["status", "window_starts_at"])
    op.create_index("ix_appointments_to_call", "appointments", ["id"], sqlite_where=TO_CALL, postgresql_where=TO_CALL)
    op.create_index("ix_appointments_mailed", "appointments", ["id"], sqlite_where=MAILED, postgresql_where=MAILED)


def _feeds() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=True),
        sa.Column("case_id", BIG_ID, nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=False),
        sa.Column("last_read_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["resource_id"], ["city_resources.id"], name="fk_calendar_feeds_resource_id_city_resources"),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_calendar_feeds_case_id_problem_cases"),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_calendar_feeds_created_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_feeds"),
        sa.UniqueConstraint("token_hash", name="uq_calendar_feeds_token_hash"),
    )  # fmt: skip
    op.create_index("ix_calendar_feeds_resource_id", "calendar_feeds", ["resource_id"])
    op.create_index("ix_calendar_feeds_case_id", "calendar_feeds", ["case_id"])


def _crew_steps() -> None:
    op.create_table(
        "crew_steps",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("booking_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("told_by_id", BIG_ID, nullable=False),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name="fk_crew_steps_booking_id_bookings"),
        sa.ForeignKeyConstraint(["told_by_id"], ["users.id"], name="fk_crew_steps_told_by_id_users"),
        sa.PrimaryKeyConstraint("key", name="pk_crew_steps"),
    )
    op.create_index("ix_crew_steps_booking_id", "crew_steps", ["booking_id"])


def downgrade() -> None:
    """Take the step back."""
    for name in ("crew_steps", "calendar_feeds", "appointments", "planned_left_out", "planned_visits", "plan_drafts",
                 "jobs", "weather_days", "order_dependencies", "order_needs", "crew_members", "team_members",
                 "shift_exceptions"):  # fmt: skip
        op.drop_table(name)
    with op.batch_alter_table("playbook_steps") as table:
        for column in ("after_position", "needs", "people"):
            table.drop_column(column)
    op.drop_index("ix_bookings_held", table_name="bookings")
    with op.batch_alter_table("bookings") as table:
        for column in ("cost_cents", "worked_minutes", "finished_at", "arrived_at", "left_at", "moved_at", "sequence", "held_until", "is_pinned"):
            table.drop_column(column)
    op.drop_index("ix_work_orders_status_priority_due_on", table_name="work_orders")
    op.drop_index("ix_work_orders_skill_title", table_name="work_orders")
    op.drop_index("ix_work_orders_recurring_id", table_name="work_orders")
    with op.batch_alter_table("work_orders") as table:
        table.drop_constraint("fk_work_orders_recurring_id_recurring_orders", type_="foreignkey")
        for column in ("recurring_id", "place_y_dm", "place_x_dm", "place", "load", "people", "latest_at", "earliest_at"):
            table.drop_column(column)
    op.drop_table("recurring_orders")
    with op.batch_alter_table("shifts") as table:
        table.drop_constraint("uq_shifts_resource_id_weekday_start_minute_starts_on", type_="unique")
        table.create_unique_constraint(
            "uq_shifts_resource_id_weekday_start_minute", ["resource_id", "weekday", "start_minute"]
        )
        for column in ("break_until", "break_from", "break_minutes", "ends_on", "starts_on", "every_weeks"):
            table.drop_column(column)
    with op.batch_alter_table("city_resources") as table:
        for column in ("note", "lends_within_days", "lends_to_priority", "cost_cents_per_hour", "capacity", "people"):
            table.drop_column(column)
