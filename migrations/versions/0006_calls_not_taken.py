"""indexes of calls that wait to be taken or masked, in the words in which they are asked for: else nothing uses them"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TABLE = "service_requests"
UNTAKEN, UNMASKED = "ix_service_requests_untaken", "ix_service_requests_unmasked"


def upgrade() -> None:
    """Bring the schema one step forward."""
    _drop_both()
    op.create_index(UNTAKEN, TABLE, ["service_type_id", "id"], sqlite_where=sa.text("is_taken IS 0"),
                    postgresql_where=sa.text("is_taken IS false"))  # fmt: skip
    unmasked = sa.text("public_label IS NULL AND lat IS NOT NULL")
    op.create_index(UNMASKED, TABLE, ["id"], sqlite_where=unmasked, postgresql_where=unmasked)


def downgrade() -> None:
    """Take the step back."""
    _drop_both()
    op.create_index(UNTAKEN, TABLE, ["id"], sqlite_where=sa.text("is_taken = 0"),
                    postgresql_where=sa.text("NOT is_taken"))  # fmt: skip
    unmasked = sa.text("public_label IS NULL")
    op.create_index(UNMASKED, TABLE, ["id"], sqlite_where=unmasked, postgresql_where=unmasked)


def _drop_both() -> None:
    for name in (UNTAKEN, UNMASKED):
        op.drop_index(name, table_name=TABLE)
