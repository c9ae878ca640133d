"""Figures of PISA and its kin: published means, link errors, summaries of pupil files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('survey_mean',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('product', sa.Enum('pisa', 'pisa_for_schools', 'modo', name='product', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('cycle', sa.SmallInteger(), nullable=False),
    sa.Column('economy', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=128), server_default='', nullable=False),
    sa.Column('grouping', sa.String(length=16), server_default='', nullable=False),
    sa.Column('domain', sa.Enum('mathematics', 'reading', 'science', name='domain', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('mean', sa.Double(), nullable=False),
    sa.Column('se', sa.Double(), nullable=False),
    sa.Column('level2plus', sa.Double(), nullable=True),
    sa.Column('rank_low', sa.Integer(), nullable=True),
    sa.Column('rank_high', sa.Integer(), nullable=True),
    sa.Column('comparable', sa.Boolean(), server_default='true', nullable=False),
    sa.Column('coverage', sa.Double(), nullable=True),
    sa.Column('mode', sa.String(length=16), server_default='', nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.CheckConstraint('coverage > 0 AND coverage <= 1', name=op.f('ck_survey_mean_coverage')),
    sa.CheckConstraint('level2plus BETWEEN 0 AND 1', name=op.f('ck_survey_mean_level2plus')),
    sa.CheckConstraint('se > 0', name=op.f('ck_survey_mean_se')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_mean')),
    sa.UniqueConstraint('product', 'cycle', 'economy', 'domain', name=op.f('uq_survey_mean_product_cycle_economy_domain'))
    )
    op.create_table('survey_link_error',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('domain', sa.Enum('mathematics', 'reading', 'science', name='domain', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('quantity', sa.Enum('mean', 'share', name='linkedquantity', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('from_cycle', sa.SmallInteger(), nullable=False),
    sa.Column('to_cycle', sa.SmallInteger(), nullable=False),
    sa.Column('error', sa.Double(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.CheckConstraint('error >= 0', name=op.f('ck_survey_link_error_error')),
    sa.CheckConstraint('from_cycle < to_cycle', name=op.f('ck_survey_link_error_cycles')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_link_error')),
    sa.UniqueConstraint('domain', 'quantity', 'from_cycle', 'to_cycle', name=op.f('uq_survey_link_error_domain_quantity_from_cycle_to_cycle'))
    )
    op.create_table('survey_file',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('product', sa.Enum('pisa', 'pisa_for_schools', 'modo', name='product', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('cycle', sa.SmallInteger(), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('columns', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('software', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_file'))
    )
    op.create_table('survey_summary',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('file_id', sa.BigInteger(), nullable=False),
    sa.Column('economy', sa.String(length=8), nullable=False),
    sa.Column('domain', sa.String(length=32), nullable=False),
    sa.Column('estimates', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('suppressed', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['survey_file.id'], name=op.f('fk_survey_summary_file_id_survey_file'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_summary')),
    sa.UniqueConstraint('file_id', 'economy', 'domain', name=op.f('uq_survey_summary_file_id_economy_domain'))
    )
    op.create_index(op.f('ix_survey_summary_economy'), 'survey_summary', ['economy'], unique=False)
    op.create_table('concordance',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('scale_id', sa.BigInteger(), nullable=False),
    sa.Column('domain', sa.Enum('mathematics', 'reading', 'science', name='domain', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('cycle', sa.SmallInteger(), nullable=False),
    sa.Column('slope', sa.Double(), nullable=False),
    sa.Column('intercept', sa.Double(), nullable=False),
    sa.Column('covariance', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('correlation', sa.Double(), nullable=False),
    sa.Column('pupil_count', sa.Integer(), nullable=False),
    sa.Column('school_count', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['scale_id'], ['scale.id'], name=op.f('fk_concordance_scale_id_scale')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concordance'))
    )
    op.create_index(op.f('ix_concordance_scale_id'), 'concordance', ['scale_id'], unique=False)


def downgrade() -> None:
    for table in ('concordance', 'survey_summary', 'survey_file', 'survey_link_error', 'survey_mean'):
        op.drop_table(table)
