"""Answers of earlier methods were told to the last digit, from which small groups could be counted."""

from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

STRIP = "UPDATE finding SET report = NULL, checks = '[]' WHERE kind = 'effect' AND method_version <= '4'"
FAILURES = "UPDATE analysis SET failure = jsonb_set(failure, '{parameters}', (failure->'parameters') - 'n') WHERE failure ? 'parameters'"
# A model is learned again by a click; a card of the first method counted people one by one.
CARDS = "DELETE FROM risk_model WHERE method_version = '1'"


def upgrade() -> None:
    for statement in (STRIP, FAILURES, CARDS):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("results would be lost: restore a backup instead")
