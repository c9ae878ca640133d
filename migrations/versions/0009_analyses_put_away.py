"""An analysis that was asked by mistake can be put away."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('analysis', sa.Column('archived', sa.Boolean(), server_default='false', nullable=False))


def downgrade() -> None:
    op.drop_column('analysis', 'archived')
