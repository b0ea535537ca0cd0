"""the rhythm that a subscriber wants from now on, until the worker has changed it"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.add_column("subscriptions", sa.Column("next_rhythm", sa.String(length=40)))


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("subscriptions", "next_rhythm")
