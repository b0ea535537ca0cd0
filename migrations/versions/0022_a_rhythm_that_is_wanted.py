"""the rhythm that is wanted, how questions are counted, what a system sent, when a call's case went to another phase"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.add_column("subscriptions", sa.Column("next_rhythm", sa.String(length=40)))
    op.add_column("subscriptions", sa.Column("counted_as", sa.String(length=254), nullable=False, server_default=""))
    op.execute("UPDATE subscriptions SET counted_as = lower(address) WHERE way <> 'webhook' AND length(address) <= 254")
    op.add_column("service_requests", sa.Column("stepped_at", sa.DateTime(timezone=True)))
    op.add_column("sent_reports", sa.Column("content_hash", sa.String(length=64)))
    op.drop_index("ix_subscriptions_address_created_at", table_name="subscriptions")
    op.create_index("ix_subscriptions_counted_as_created_at", "subscriptions", ["counted_as", "created_at"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("ix_subscriptions_counted_as_created_at", table_name="subscriptions")
    op.create_index("ix_subscriptions_address_created_at", "subscriptions", ["address", "created_at"])
    op.drop_column("sent_reports", "content_hash")
    op.drop_column("service_requests", "stepped_at")
    op.drop_column("subscriptions", "counted_as")
    op.drop_column("subscriptions", "next_rhythm")
