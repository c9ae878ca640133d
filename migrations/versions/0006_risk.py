"""Models of who is likely not to complete a program."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('risk_model',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('program_id', sa.BigInteger(), nullable=False),
    sa.Column('definition', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('learned_until', sa.Date(), nullable=False),
    sa.Column('fitted', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('card', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('failure', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('method', sa.String(length=64), nullable=False),
    sa.Column('method_version', sa.String(length=32), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('data_fingerprint', sa.String(length=64), nullable=True),
    sa.Column('software', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('(fitted IS NULL) = (failure IS NOT NULL) AND (fitted IS NULL) = (card IS NULL)', name=op.f('ck_risk_model_learned_or_failed')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_risk_model_program_id_program')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_model'))
    )
    op.create_index('ix_risk_model_program_id_id', 'risk_model', ['program_id', 'id'], unique=False)


def downgrade() -> None:
    raise RuntimeError("results would be lost: restore a backup instead")
