"""Analyses of effects, and the Findings that answer them with their checks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('analysis',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('program_id', sa.BigInteger(), nullable=False),
    sa.Column('definition', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('failure', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('truth', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_analysis_program_id_program')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_analysis'))
    )
    op.create_index(op.f('ix_analysis_program_id'), 'analysis', ['program_id'], unique=False)
    op.add_column('finding', sa.Column('analysis_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_finding_analysis_id_analysis'), 'finding', 'analysis', ['analysis_id'], ['id'], ondelete='CASCADE')
    op.create_index(op.f('ix_finding_analysis_id'), 'finding', ['analysis_id'], unique=False)
    op.add_column('finding', sa.Column('seed', sa.Integer(), nullable=True))
    op.add_column('finding', sa.Column('checks', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False))
    op.add_column('finding', sa.Column('report', postgresql.JSONB(astext_type=sa.Text()), nullable=True))


def downgrade() -> None:
    raise RuntimeError("results would be lost: restore a backup instead")
