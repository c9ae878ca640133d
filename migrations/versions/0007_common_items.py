"""Items in common with PISA, and scales that are linked by them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('survey_item',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('domain', sa.Enum('mathematics', 'reading', 'science', name='domain', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('cycle', sa.SmallInteger(), nullable=False),
    sa.Column('item', sa.String(length=64), nullable=False),
    sa.Column('model', sa.Enum('rasch', '2pl', 'pcm', 'gpcm', name='itemmodel', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('slope', sa.Double(), nullable=False),
    sa.Column('difficulty', sa.Double(), nullable=False),
    sa.Column('steps', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.CheckConstraint('slope > 0', name=op.f('ck_survey_item_slope')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_item')),
    sa.UniqueConstraint('domain', 'item', name=op.f('uq_survey_item_domain_item'))
    )
    op.add_column('concordance', sa.Column('method', sa.Enum('sample', 'items', name='linkmethod', native_enum=False, create_constraint=True, length=32), server_default='sample', nullable=False))
    op.add_column('concordance', sa.Column('run_id', sa.BigInteger(), nullable=True))
    op.add_column('concordance', sa.Column('report', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_foreign_key(op.f('fk_concordance_run_id_scoring_run'), 'concordance', 'scoring_run', ['run_id'], ['id'])
    for column in ('correlation', 'pupil_count', 'school_count'):
        op.alter_column('concordance', column, nullable=True)


def downgrade() -> None:
    raise RuntimeError("results would be lost: restore a backup instead")
