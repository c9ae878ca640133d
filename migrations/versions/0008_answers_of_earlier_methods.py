"""Answers of earlier methods held unrounded figures from which small groups could be counted."""

from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

STRIP = "UPDATE finding SET report = NULL, checks = '[]' WHERE kind = 'effect' AND method_version IN ('1', '2', '3')"


def upgrade() -> None:
    op.execute(STRIP)


def downgrade() -> None:
    raise RuntimeError("results would be lost: restore a backup instead")
