"""A job can be cancelled by whoever asked for it, and keeps a trace of how it converged."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('job_progress',
        sa.Column('cancel_asked', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('job_progress',
        sa.Column('trace', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False))


def downgrade() -> None:
    op.drop_column('job_progress', 'trace')
    op.drop_column('job_progress', 'cancel_asked')
