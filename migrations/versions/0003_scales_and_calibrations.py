"""Scales with their levels; runs that calibrate, link, and say what they found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('scale',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('version', sa.String(length=32), nullable=False),
    sa.Column('metric_mean', sa.Double(), nullable=False),
    sa.Column('metric_sd', sa.Double(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('name_kk', sa.String(length=255), nullable=False),
    sa.Column('name_ru', sa.String(length=255), nullable=False),
    sa.Column('name_en', sa.String(length=255), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scale')),
    sa.UniqueConstraint('code', 'version', name=op.f('uq_scale_code_version'))
    )
    op.create_table('scale_level',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('scale_id', sa.BigInteger(), nullable=False),
    sa.Column('position', sa.SmallInteger(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('lower_bound', sa.Double(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['scale_id'], ['scale.id'], name=op.f('fk_scale_level_scale_id_scale'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scale_level')),
    sa.UniqueConstraint('scale_id', 'code', name=op.f('uq_scale_level_scale_id_code'))
    )
    op.add_column('scoring_run', sa.Column('scale_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_scoring_run_scale_id_scale'), 'scoring_run', 'scale', ['scale_id'], ['id'])
    op.create_index(op.f('ix_scoring_run_scale_id'), 'scoring_run', ['scale_id'], unique=False)
    op.add_column('scoring_run', sa.Column('definition', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False))
    op.add_column('scoring_run', sa.Column('report', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('scoring_run', sa.Column('calibration', sa.Text(), nullable=True))
    op.add_column('item_statistic', sa.Column('calibration', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('item_statistic', sa.Column('dif', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False))
    # A metric that results hang on never changes: a better one is a new version.
    op.execute("""
        CREATE FUNCTION refuse_new_metric() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'a scale is never changed: register a new version'; END $$;
        CREATE TRIGGER registered_once BEFORE UPDATE ON scale
          FOR EACH ROW EXECUTE FUNCTION refuse_new_metric();
        CREATE TRIGGER registered_once BEFORE UPDATE ON scale_level
          FOR EACH ROW EXECUTE FUNCTION refuse_new_metric();
    """)


def downgrade() -> None:
    raise RuntimeError("results would be lost: restore a backup instead")
