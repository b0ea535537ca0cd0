"""the day that the public is told of a call, reports that came in without an aide, API keys, subscriptions"""

from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from tracker.calls.public_days import PublicDays
from tracker.database import UTCDateTime

revision = "0020"
down_revision = "0019"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")
AT_ONCE = 20_000
ZERO, EMPTY = sa.text("0"), ""
PUBLIC = sa.text("public_day IS NOT NULL")
LIVE = sa.text("ended_at IS NULL AND confirmed_at IS NOT NULL")
CASE_EVENTS = ("closed_at", "confirmed_at", "recurred_at")
TOLD = sa.text(
    "subject_kind || '' = 'case' AND (verb IN ('began_scanning', 'began_analysis', 'began_response', "
    "'began_assessment', 'reopened', 'work_booked', 'work_done') OR is_public AND verb NOT IN ('opened', 'recurred', "
    "'confirmed'))"
)
CALLS = sa.table(
    "service_requests", sa.column("id", BIG_ID), sa.column("requested_datetime", UTCDateTime), sa.column("closed_at", UTCDateTime),
    sa.column("updated_datetime", UTCDateTime), sa.column("public_label"), sa.column("public_day", sa.Integer),
    sa.column("public_updated_day", sa.Integer),
)  # fmt: skip


def upgrade() -> None:
    """Bring the schema one step forward."""
    for name in ("jurisdiction_id", "contact", "data_license"):
        kind = sa.String(length=120) if name == "jurisdiction_id" else sa.Text()
        op.add_column("cities", sa.Column(name, kind, nullable=False, server_default=EMPTY))
    op.add_column("service_types", sa.Column("publish_after_days", sa.Integer(), nullable=False, server_default=ZERO))
    op.add_column("service_types", sa.Column("pace", sa.String(length=40), nullable=False, server_default="realtime"))
    for name in ("public_day", "public_updated_day"):
        op.add_column("service_requests", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("service_requests", sa.Column("followed_at", INSTANT, nullable=True))
    _tell_days()
    _index_calls()
    _look_at_photos()
    _api_keys()
    _reports()
    _subscriptions()
    _events()


def _tell_days() -> None:
    """The public days of every masked call, some thousands at a time."""
    connection = op.get_bind()
    zone_name = connection.scalar(sa.text("SELECT time_zone FROM cities"))
    if zone_name is None:
        return
    days, after = PublicDays(ZoneInfo(zone_name)), 0
    told = sa.func.coalesce(CALLS.c.closed_at, CALLS.c.updated_datetime, CALLS.c.requested_datetime, type_=UTCDateTime)
    masked = sa.select(CALLS.c.id, CALLS.c.requested_datetime, told).where(CALLS.c.public_label.is_not(None))
    written = CALLS.update().where(CALLS.c.id == sa.bindparam("row"))
    written = written.values(public_day=sa.bindparam("day"), public_updated_day=sa.bindparam("updated"))
    while rows := connection.execute(masked.where(CALLS.c.id > after).order_by(CALLS.c.id).limit(AT_ONCE)).all():
        told_days = [{"row": row[0], "day": days.of(row[1]), "updated": days.of(row[2])} for row in rows]
        connection.execute(written, told_days)
        after = rows[-1][0]


def _index_calls() -> None:
    masked = {"sqlite_where": PUBLIC, "postgresql_where": PUBLIC}
    shown = {"sqlite_where": _shown("0"), "postgresql_where": _shown("false"), "postgresql_include": ["id"]}
    asked = ["service_request_id", "service_type_id", "status", "public_lat", "public_long"]
    for name, first, last in (
        ("ix_service_requests_public", "public_day", "public_updated_day"),
        ("ix_service_requests_public_updated", "public_updated_day", "public_day"),
    ):
        op.create_index(name, "service_requests", [first, *asked, last, "public_label"], **shown)
    op.create_index("ix_service_requests_public_place", "service_requests", ["public_label", "public_day"], **masked)


def _look_at_photos() -> None:
    """Nobody has looked at any photo yet: until now residents saw none."""
    op.add_column("call_photos", sa.Column("public_text", sa.String(length=300), nullable=False, server_default=EMPTY))
    op.add_column("call_photos", sa.Column("looked_at", INSTANT, nullable=True))
    unseen = sa.text("looked_at IS NULL")
    op.create_index("ix_call_photos_unseen", "call_photos", ["added_at"], sqlite_where=unseen, postgresql_where=unseen)


def _shown(no: str) -> sa.TextClause:
    return sa.text(f"public_day IS NOT NULL AND withdrawn_at IS NULL AND is_outside IS {no}")


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False, server_default=sa.text("60")),
        sa.Column("may_update", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_by_id", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.Column("minute", sa.Integer(), nullable=False, server_default=ZERO),
        sa.Column("used", sa.Integer(), nullable=False, server_default=ZERO),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_api_keys_created_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("key_hash", name="uq_api_keys_key_hash"),
    )


def _call_key(table: str, column: str = "call_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["service_requests.id"], name=f"fk_{table}_{column}_service_requests")


def _reports() -> None:
    op.create_table(
        "sent_reports",
        sa.Column("call_id", BIG_ID, nullable=False, autoincrement=False),
        sa.Column("sender", ORDERED, nullable=False),
        sa.Column("key", ORDERED, nullable=False),
        sa.Column("api_key_id", sa.Integer(), nullable=True),
        sa.Column("token", sa.String(length=40), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        _call_key("sent_reports"),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name="fk_sent_reports_api_key_id_api_keys"),
        sa.PrimaryKeyConstraint("call_id", name="pk_sent_reports"),
        sa.UniqueConstraint("sender", "key", name="uq_sent_reports_sender_key"),
        sa.UniqueConstraint("token", name="uq_sent_reports_token"),
        sa.UniqueConstraint("secret_hash", name="uq_sent_reports_secret_hash"),
    )
    op.create_index("ix_sent_reports_api_key_id", "sent_reports", ["api_key_id"])
    op.create_table(
        "reporter_words",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("call_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", ORDERED, nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        _call_key("reporter_words"),
        sa.PrimaryKeyConstraint("id", name="pk_reporter_words"),
        sa.UniqueConstraint("call_id", "key", name="uq_reporter_words_call_id_key"),
    )
    op.create_table(
        "request_updates",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("call_id", BIG_ID, nullable=False),
        sa.Column("api_key_id", sa.Integer(), nullable=False),
        sa.Column("update_id", ORDERED, nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("media_url", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        _call_key("request_updates"),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name="fk_request_updates_api_key_id_api_keys"),
        sa.PrimaryKeyConstraint("id", name="pk_request_updates"),
        sa.UniqueConstraint("api_key_id", "update_id", name="uq_request_updates_api_key_id_update_id"),
    )
    op.create_index("ix_request_updates_call_id_updated_at", "request_updates", ["call_id", "updated_at"])


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", ORDERED, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("case_id", BIG_ID, nullable=True),
        sa.Column("call_id", BIG_ID, nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("long", sa.Double(), nullable=True),
        sa.Column("radius_m", sa.Integer(), nullable=True),
        sa.Column("family_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("rhythm", sa.String(length=40), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "kind <> 'circle' OR (lat IS NOT NULL AND radius_m IS NOT NULL)", name="ck_subscriptions_circle_has_a_place"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["problem_cases.id"], name="fk_subscriptions_case_id_problem_cases"),
        _call_key("subscriptions"),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk_subscriptions_area_id_areas"),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_subscriptions_family_id_families"),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.UniqueConstraint("key", name="uq_subscriptions_key"),
        sa.UniqueConstraint("secret_hash", name="uq_subscriptions_secret_hash"),
        sqlite_autoincrement=True,
    )
    live = {"sqlite_where": LIVE, "postgresql_where": LIVE}
    op.create_index("ix_subscriptions_live", "subscriptions", ["kind", "case_id"], **live)
    op.create_index("ix_subscriptions_live_areas", "subscriptions", ["area_id"], **live)
    op.create_index("ix_subscriptions_live_circles", "subscriptions", ["lat", "long"], **live)
    op.create_index("ix_subscriptions_address_created_at", "subscriptions", ["address", "created_at"])
    for column in ("case_id", "call_id", "area_id"):
        op.create_index(f"ix_subscriptions_{column}", "subscriptions", [column])


def _events() -> None:
    """What strangers are told of cases, by its instant; and the day on which a digest's reader last read."""
    for name in CASE_EVENTS:
        some = {"sqlite_where": sa.text(f"{name} IS NOT NULL"), "postgresql_where": sa.text(f"{name} IS NOT NULL")}
        op.create_index(f"ix_problem_cases_{name}", "problem_cases", [name], **some)
    op.create_index("ix_log_entries_told", "log_entries", ["at"], sqlite_where=TOLD, postgresql_where=TOLD)
    op.add_column("log_readers", sa.Column("read_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("log_readers", "read_on")
    op.drop_index("ix_log_entries_told", table_name="log_entries")
    for name in CASE_EVENTS:
        op.drop_index(f"ix_problem_cases_{name}", table_name="problem_cases")
    for table in ("subscriptions", "request_updates", "reporter_words", "sent_reports", "api_keys"):
        op.drop_table(table)
    op.drop_index("ix_call_photos_unseen", table_name="call_photos")
    for name in ("ix_service_requests_public_place", "ix_service_requests_public_updated", "ix_service_requests_public"):
        op.drop_index(name, table_name="service_requests")
    for table, columns in (
        ("call_photos", ("looked_at", "public_text")),
        ("service_requests", ("followed_at", "public_updated_day", "public_day")),
        ("service_types", ("pace", "publish_after_days")),
        ("cities", ("data_license", "contact", "jurisdiction_id")),
    ):
        for column in columns:
            op.drop_column(table, column)
