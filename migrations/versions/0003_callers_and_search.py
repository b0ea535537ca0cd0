"""callers by phone and name, merged callers, indexes of words"""

import sqlalchemy as sa
from alembic import op

from tracker.calls.phones import read_digits
from tracker.errors import Invalid
from tracker.word_index import INDEXES, index_statements
from tracker.words import words_of

revision = "0003search"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Bring the schema one step forward."""
    _add_to_callers()
    _create_merges()
    _create_words()
    _fill_callers()


def _add_to_callers() -> None:
    with op.batch_alter_table("cities") as batch_op:
        batch_op.add_column(sa.Column("phone_prefix", sa.String(length=4), server_default="1", nullable=False))
    with op.batch_alter_table("callers") as batch_op:
        batch_op.add_column(sa.Column("phone_digits", ORDERED, server_default="", nullable=False))
        batch_op.add_column(sa.Column("phone_backwards", ORDERED, server_default="", nullable=False))
        batch_op.add_column(sa.Column("wants_call_back", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("merged_into_id", ID, nullable=True))
        batch_op.create_foreign_key(op.f("fk_callers_merged_into_id_callers"), "callers", ["merged_into_id"], ["id"])
        for column in ("phone_digits", "phone_backwards", "merged_into_id"):
            batch_op.create_index(op.f(f"ix_callers_{column}"), [column])

    op.create_index("ix_callers_call_back", "callers", ["id"], sqlite_where=sa.text("wants_call_back <> ''"),
                    postgresql_where=sa.text("wants_call_back <> ''"))  # fmt: skip
    # An import pays nothing for it: none of its rows is in it.
    op.create_index("ix_service_requests_heard", "service_requests", ["channel", "requested_datetime"],
                    sqlite_where=sa.text("channel <> 'import'"),
                    postgresql_where=sa.text("channel <> 'import'"))  # fmt: skip


def _create_merges() -> None:
    op.create_table(
        "caller_merges",
        sa.Column("id", ID, nullable=False),
        sa.Column("from_id", ID, nullable=False),
        sa.Column("into_id", ID, nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by_id", ID, nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["callers.id"], name=op.f("fk_caller_merges_from_id_callers")),
        sa.ForeignKeyConstraint(["into_id"], ["callers.id"], name=op.f("fk_caller_merges_into_id_callers")),
        sa.ForeignKeyConstraint(["merged_by_id"], ["users.id"], name=op.f("fk_caller_merges_merged_by_id_users")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["users.id"], name=op.f("fk_caller_merges_undone_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caller_merges")),
    )
    op.create_index(op.f("ix_caller_merges_from_id"), "caller_merges", ["from_id"])
    op.create_index(op.f("ix_caller_merges_into_id"), "caller_merges", ["into_id"])
    op.create_table(
        "moved_calls",
        sa.Column("merge_id", ID, autoincrement=False, nullable=False),
        sa.Column("call_id", ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["caller_merges.id"], name=op.f("fk_moved_calls_merge_id_caller_merges")),
        sa.ForeignKeyConstraint(["call_id"], ["service_requests.id"],
                                name=op.f("fk_moved_calls_call_id_service_requests")),
        sa.PrimaryKeyConstraint("merge_id", "call_id", name=op.f("pk_moved_calls")),
    )  # fmt: skip


def _create_words() -> None:
    op.create_table(
        "caller_words",
        sa.Column("caller_id", ID, autoincrement=False, nullable=False),
        sa.Column("word", ORDERED, nullable=False),
        sa.ForeignKeyConstraint(["caller_id"], ["callers.id"], name=op.f("fk_caller_words_caller_id_callers")),
        sa.PrimaryKeyConstraint("caller_id", "word", name=op.f("pk_caller_words")),
    )
    op.create_index(op.f("ix_caller_words_word_caller_id"), "caller_words", ["word", "caller_id"])
    op.create_table(
        "word_marks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("upto", ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_word_marks")),
    )
    for statement in index_statements(op.get_bind().dialect.name):
        op.execute(statement)


def _fill_callers() -> None:
    """The digits and words of callers that are there already; a phone that is none keeps no digits."""
    bind = op.get_bind()
    for number, name, phone in bind.execute(sa.text("SELECT id, name, phone FROM callers ORDER BY id")).all():
        try:
            digits = read_digits(phone)
        except Invalid:
            digits = ""
        bind.execute(
            sa.text("UPDATE callers SET phone_digits = :digits, phone_backwards = :back WHERE id = :id"),
            {"digits": digits, "back": digits[::-1], "id": number},
        )
        words = [{"id": number, "word": word} for word in sorted(set(words_of(name)))]
        if words:
            bind.execute(sa.text("INSERT INTO caller_words (caller_id, word) VALUES (:id, :word)"), words)


def downgrade() -> None:
    """Take the step back."""
    for name in INDEXES:
        op.execute(f"DROP TABLE {name}")
    op.drop_table("word_marks")
    op.drop_table("caller_words")
    op.drop_index("ix_service_requests_heard", table_name="service_requests")
    op.drop_index("ix_callers_call_back", table_name="callers")
    op.drop_table("moved_calls")
    op.drop_table("caller_merges")
    with op.batch_alter_table("callers") as batch_op:
        for column in ("merged_into_id", "phone_backwards", "phone_digits"):
            batch_op.drop_index(op.f(f"ix_callers_{column}"))
        batch_op.drop_constraint(op.f("fk_callers_merged_into_id_callers"), type_="foreignkey")
        for column in ("merged_into_id", "wants_call_back", "phone_backwards", "phone_digits"):
            batch_op.drop_column(column)
    with op.batch_alter_table("cities") as batch_op:
        batch_op.drop_column("phone_prefix")
