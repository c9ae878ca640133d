"""The tables of the flow, who sees which rows, and the queue."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

ROW_SECURITY = Path(__file__).with_name("0001_row_security.sql")

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('actor', sa.String(length=255), nullable=False),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('action', sa.String(length=64), nullable=False),
    sa.Column('changed', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('read', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.Column('detail', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    op.create_index('ix_audit_entry_actor_id_id', 'audit_entry', ['actor_id', 'id'], unique=False)
    op.create_table('direction',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('scheme', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('position', sa.SmallInteger(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('name_kk', sa.String(length=255), nullable=False),
    sa.Column('name_ru', sa.String(length=255), nullable=False),
    sa.Column('name_en', sa.String(length=255), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_direction')),
    sa.UniqueConstraint('scheme', 'code', name=op.f('uq_direction_scheme_code'))
    )
    op.create_table('import_batch',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch'))
    )
    op.create_table('instrument',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('scale', sa.String(length=64), nullable=False),
    sa.Column('languages', postgresql.ARRAY(sa.String(length=8)), nullable=False),
    sa.Column('range_low', sa.SmallInteger(), nullable=False),
    sa.Column('range_high', sa.SmallInteger(), nullable=False),
    sa.Column('omission_rule', sa.Enum('missing', 'lowest', name='omissionrule', native_enum=False, create_constraint=True, length=32), server_default='missing', nullable=False),
    sa.Column('name_kk', sa.String(length=255), nullable=False),
    sa.Column('name_ru', sa.String(length=255), nullable=False),
    sa.Column('name_en', sa.String(length=255), nullable=False),
    sa.CheckConstraint('range_low >= 0 AND range_low < range_high', name=op.f('ck_instrument_range')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instrument')),
    sa.UniqueConstraint('code', name=op.f('uq_instrument_code'))
    )
    op.create_table('job_progress',
    sa.Column('job_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('record_id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('stage', sa.String(length=64), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('failure', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('job_id', name=op.f('pk_job_progress'))
    )
    op.create_table('language_of_instruction',
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('name_kk', sa.String(length=255), nullable=False),
    sa.Column('name_ru', sa.String(length=255), nullable=False),
    sa.Column('name_en', sa.String(length=255), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_language_of_instruction'))
    )
    op.create_table('region',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(length=2), nullable=False),
    sa.Column('iso_code', sa.String(length=5), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('name_kk', sa.String(length=255), nullable=False),
    sa.Column('name_ru', sa.String(length=255), nullable=False),
    sa.Column('name_en', sa.String(length=255), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_region')),
    sa.UniqueConstraint('code', name=op.f('uq_region_code')),
    sa.UniqueConstraint('iso_code', name=op.f('uq_region_iso_code'))
    )
    op.create_table('role',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role')),
    sa.UniqueConstraint('name', name=op.f('uq_role_name'))
    )
    op.create_table('user',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('email', sa.String(length=255), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_user_fs_uniquifier'))
    )
    op.create_table('district',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('name_kk', sa.String(length=255), nullable=False),
    sa.Column('name_ru', sa.String(length=255), nullable=False),
    sa.Column('name_en', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_district_region_id_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_district')),
    sa.UniqueConstraint('region_id', 'name_ru', name=op.f('uq_district_region_id_name_ru'))
    )
    op.create_index(op.f('ix_district_region_id'), 'district', ['region_id'], unique=False)
    op.create_table('item',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('instrument_id', sa.BigInteger(), nullable=False),
    sa.Column('position', sa.SmallInteger(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('domain', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_item_instrument_id_instrument'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item')),
    sa.UniqueConstraint('instrument_id', 'code', name=op.f('uq_item_instrument_id_code')),
    sa.UniqueConstraint('instrument_id', 'position', name=op.f('uq_item_instrument_id_position'))
    )
    op.create_table('project',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('direction_id', sa.BigInteger(), nullable=True),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('status', sa.String(), server_default='own', nullable=False),
    sa.Column('name_kk', sa.String(length=255), nullable=False),
    sa.Column('name_ru', sa.String(length=255), nullable=False),
    sa.Column('name_en', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['direction_id'], ['direction.id'], name=op.f('fk_project_direction_id_direction')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project')),
    sa.UniqueConstraint('code', name=op.f('uq_project_code'))
    )
    op.create_table('sample',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('instrument_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_sample_instrument_id_instrument')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sample')),
    sa.UniqueConstraint('code', name=op.f('uq_sample_code'))
    )
    op.create_table('user_role',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('role_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['role_id'], ['role.id'], name=op.f('fk_user_role_role_id_role')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_user_role_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'role_id', name=op.f('pk_user_role'))
    )
    op.create_table('wave',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('instrument_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('opens_on', sa.Date(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('standing', sa.Enum('open', 'closed', name='wavestanding', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.CheckConstraint('opens_on <= closes_on', name=op.f('ck_wave_dates')),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_wave_instrument_id_instrument'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wave')),
    sa.UniqueConstraint('instrument_id', 'code', name=op.f('uq_wave_instrument_id_code'))
    )
    op.create_table('initiative',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('project_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('standing', sa.Enum('planned', 'open', 'closed', name='standing', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('status', sa.String(), server_default='own', nullable=False),
    sa.Column('name_kk', sa.String(length=255), nullable=False),
    sa.Column('name_ru', sa.String(length=255), nullable=False),
    sa.Column('name_en', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_initiative_project_id_project')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_initiative')),
    sa.UniqueConstraint('code', name=op.f('uq_initiative_code'))
    )
    op.create_table('respondent',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('sample_id', sa.BigInteger(), nullable=False),
    sa.Column('school_code', sa.String(length=64), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('groups', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_respondent_sample_id_sample'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_respondent')),
    sa.UniqueConstraint('sample_id', 'line', name=op.f('uq_respondent_sample_id_line'))
    )
    op.create_table('school',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('district_id', sa.BigInteger(), nullable=False),
    sa.Column('urban', sa.Boolean(), nullable=False),
    sa.Column('type', sa.Enum('ordinary', 'small', 'gymnasium', 'lyceum', 'college', 'university', 'other', name='schooltype', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('name_kk', sa.String(length=255), nullable=False),
    sa.Column('name_ru', sa.String(length=255), nullable=False),
    sa.Column('name_en', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['district_id'], ['district.id'], name=op.f('fk_school_district_id_district')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_school_region_id_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school')),
    sa.UniqueConstraint('code', name=op.f('uq_school_code'))
    )
    op.create_index(op.f('ix_school_district_id'), 'school', ['district_id'], unique=False)
    op.create_index('ix_school_region_id_id', 'school', ['region_id', 'id'], unique=False)
    op.create_table('scoring_run',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('instrument_id', sa.BigInteger(), nullable=False),
    sa.Column('sample_id', sa.BigInteger(), nullable=True),
    sa.Column('wave_ids', postgresql.ARRAY(sa.BigInteger()), nullable=False),
    sa.Column('method', sa.String(length=64), nullable=False),
    sa.Column('method_version', sa.String(length=32), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('queued', 'finished', 'published', 'discarded', 'failed', name='runstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('data_fingerprint', sa.String(length=64), nullable=True),
    sa.Column('software', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('reliability', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('error_of_measurement', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('warnings', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('sitting_count', sa.Integer(), nullable=True),
    sa.Column('scored_count', sa.Integer(), nullable=True),
    sa.Column('failure', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_scoring_run_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_scoring_run_sample_id_sample'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scoring_run'))
    )
    op.create_index(op.f('ix_scoring_run_instrument_id'), 'scoring_run', ['instrument_id'], unique=False)
    op.create_index(op.f('ix_scoring_run_sample_id'), 'scoring_run', ['sample_id'], unique=False)
    op.create_table('assignment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('school_id', sa.BigInteger(), nullable=True),
    sa.Column('region_id', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('(school_id IS NULL) <> (region_id IS NULL)', name=op.f('ck_assignment_one_place')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_assignment_region_id_region')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_assignment_school_id_school')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_assignment_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment'))
    )
    op.create_index(op.f('ix_assignment_user_id'), 'assignment', ['user_id'], unique=False)
    op.create_table('item_statistic',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('run_id', sa.BigInteger(), nullable=False),
    sa.Column('item_id', sa.BigInteger(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.Column('difficulty', sa.Double(), nullable=True),
    sa.Column('discrimination', sa.Double(), nullable=True),
    sa.Column('omitted_share', sa.Double(), nullable=True),
    sa.Column('not_reached_share', sa.Double(), nullable=True),
    sa.Column('warnings', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_item_statistic_item_id_item')),
    sa.ForeignKeyConstraint(['run_id'], ['scoring_run.id'], name=op.f('fk_item_statistic_run_id_scoring_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_statistic')),
    sa.UniqueConstraint('run_id', 'item_id', name=op.f('uq_item_statistic_run_id_item_id'))
    )
    op.create_table('person',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('school_id', sa.BigInteger(), nullable=False),
    sa.Column('sex', sa.Enum('female', 'male', name='sex', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('birth_date', sa.Date(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_person_school_id_school')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_index(op.f('ix_person_school_id'), 'person', ['school_id'], unique=False)
    op.create_table('program',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('initiative_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name_kk', sa.String(length=255), nullable=False),
    sa.Column('name_ru', sa.String(length=255), nullable=False),
    sa.Column('name_en', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['initiative_id'], ['initiative.id'], name=op.f('fk_program_initiative_id_initiative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_program')),
    sa.UniqueConstraint('code', name=op.f('uq_program_code'))
    )
    op.create_table('school_class',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('school_id', sa.BigInteger(), nullable=False),
    sa.Column('academic_year', sa.String(length=7), nullable=False),
    sa.Column('grade', sa.SmallInteger(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('language_code', sa.String(length=8), nullable=False),
    sa.CheckConstraint("academic_year ~ '^\\d{4}-\\d{2}$'", name=op.f('ck_school_class_academic_year')),
    sa.CheckConstraint('grade BETWEEN 0 AND 12', name=op.f('ck_school_class_grade')),
    sa.ForeignKeyConstraint(['language_code'], ['language_of_instruction.code'], name=op.f('fk_school_class_language_code_language_of_instruction')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_school_class_school_id_school')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_class')),
    sa.UniqueConstraint('school_id', 'academic_year', 'name', name=op.f('uq_school_class_school_id_academic_year_name'))
    )
    op.create_table('export_request',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('requested_by', sa.BigInteger(), nullable=False),
    sa.Column('program_id', sa.BigInteger(), nullable=False),
    sa.Column('wave_ids', postgresql.ARRAY(sa.BigInteger()), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('status', sa.Enum('requested', 'approved', 'rejected', 'ready', 'refused', 'failed', name='releasestatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_note', sa.String(), nullable=True),
    sa.Column('job_id', sa.BigInteger(), nullable=True),
    sa.Column('risk', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('refusal', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> requested_by', name=op.f('ck_export_request_second_person')),
    sa.ForeignKeyConstraint(['decided_by'], ['user.id'], name=op.f('fk_export_request_decided_by_user')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_export_request_program_id_program')),
    sa.ForeignKeyConstraint(['requested_by'], ['user.id'], name=op.f('fk_export_request_requested_by_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_request'))
    )
    op.create_index(op.f('ix_export_request_requested_by'), 'export_request', ['requested_by'], unique=False)
    op.create_table('finding',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('program_id', sa.BigInteger(), nullable=True),
    sa.Column('scoring_run_id', sa.BigInteger(), nullable=False),
    sa.Column('grouping', sa.String(length=64), nullable=True),
    sa.Column('definition', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('method', sa.String(length=64), nullable=False),
    sa.Column('method_version', sa.String(length=32), nullable=False),
    sa.Column('data_fingerprint', sa.String(length=64), nullable=False),
    sa.Column('software', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('estimates', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('suppressed', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('missing', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_finding_program_id_program')),
    sa.ForeignKeyConstraint(['scoring_run_id'], ['scoring_run.id'], name=op.f('fk_finding_scoring_run_id_scoring_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding'))
    )
    op.create_index('ix_finding_program_kind', 'finding', ['program_id', 'kind', 'created_at'], unique=False)
    op.create_index('ix_finding_run_kind', 'finding', ['scoring_run_id', 'kind', 'created_at'], unique=False)
    op.create_table('membership',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('school_id', sa.BigInteger(), nullable=False),
    sa.Column('academic_year', sa.String(length=7), nullable=False),
    sa.Column('role', sa.Enum('pupil', 'student', 'teacher', 'other', name='learnerrole', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('class_id', sa.BigInteger(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_membership_class_id_school_class')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_membership_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_membership_school_id_school')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('person_id', 'school_id', 'academic_year', 'role', name=op.f('uq_membership_person_id_school_id_academic_year_role'))
    )
    op.create_index(op.f('ix_membership_class_id'), 'membership', ['class_id'], unique=False)
    op.create_index('ix_membership_school_year', 'membership', ['school_id', 'academic_year'], unique=False)
    op.create_table('offering',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('program_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('region_id', sa.BigInteger(), nullable=True),
    sa.Column('school_id', sa.BigInteger(), nullable=True),
    sa.Column('academic_year', sa.String(length=7), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('seats_taken', sa.Integer(), server_default='0', nullable=False),
    sa.Column('roles', postgresql.ARRAY(sa.String(length=32)), nullable=False),
    sa.Column('min_grade', sa.SmallInteger(), nullable=True),
    sa.Column('max_grade', sa.SmallInteger(), nullable=True),
    sa.Column('standing', sa.Enum('planned', 'open', 'closed', name='standing', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.CheckConstraint('capacity > 0', name=op.f('ck_offering_capacity')),
    sa.CheckConstraint('min_grade <= max_grade', name=op.f('ck_offering_grades')),
    sa.CheckConstraint('seats_taken >= 0 AND seats_taken <= capacity', name=op.f('ck_offering_seats')),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_offering_dates')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_offering_program_id_program')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_offering_region_id_region')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_offering_school_id_school')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offering')),
    sa.UniqueConstraint('code', name=op.f('uq_offering_code'))
    )
    op.create_index(op.f('ix_offering_program_id'), 'offering', ['program_id'], unique=False)
    op.create_index(op.f('ix_offering_school_id'), 'offering', ['school_id'], unique=False)
    op.create_table('person_identity',
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('school_id', sa.BigInteger(), nullable=False),
    sa.Column('surname', sa.String(length=255), nullable=False),
    sa.Column('given_name', sa.String(length=255), nullable=False),
    sa.Column('patronymic', sa.String(length=255), nullable=True),
    sa.Column('sort_key', sa.Text(collation='C'), nullable=False),
    sa.Column('iin_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('iin_index', sa.LargeBinary(), nullable=True),
    sa.Column('no_iin_reason', sa.Enum('not_issued', 'foreign_citizen', 'stateless', 'documents_pending', 'external_source', name='noiinreason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('source_id', sa.String(length=128), nullable=True),
    sa.CheckConstraint('(iin_index IS NULL) <> (no_iin_reason IS NULL)', name=op.f('ck_person_identity_iin_or_reason')),
    sa.CheckConstraint('(iin_index IS NULL) = (iin_cipher IS NULL)', name=op.f('ck_person_identity_iin_complete')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_identity_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_person_identity_school_id_school')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_person_identity')),
    sa.UniqueConstraint('iin_index', name=op.f('uq_person_identity_iin_index')),
    sa.UniqueConstraint('school_id', 'source_id', name=op.f('uq_person_identity_school_id_source_id'))
    )
    op.create_index('ix_person_identity_school_sort', 'person_identity', ['school_id', 'sort_key', 'person_id'], unique=False)
    op.create_index('ix_person_identity_sort', 'person_identity', ['sort_key', 'person_id'], unique=False)
    op.create_index('ix_person_identity_source_id', 'person_identity', ['source_id'], unique=False)
    op.create_table('sitting',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('wave_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=True),
    sa.Column('respondent_id', sa.BigInteger(), nullable=True),
    sa.Column('school_id', sa.BigInteger(), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('sat_on', sa.Date(), nullable=True),
    sa.Column('responses', postgresql.ARRAY(sa.SmallInteger()), nullable=False),
    sa.CheckConstraint('(person_id IS NULL) <> (respondent_id IS NULL)', name=op.f('ck_sitting_one_sitter')),
    sa.CheckConstraint('(person_id IS NULL) = (school_id IS NULL)', name=op.f('ck_sitting_school_of_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sitting_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['respondent_id'], ['respondent.id'], name=op.f('fk_sitting_respondent_id_respondent'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_sitting_school_id_school')),
    sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_sitting_wave_id_wave')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sitting')),
    sa.UniqueConstraint('wave_id', 'person_id', name=op.f('uq_sitting_wave_id_person_id')),
    sa.UniqueConstraint('wave_id', 'respondent_id', name=op.f('uq_sitting_wave_id_respondent_id'))
    )
    op.create_index('ix_sitting_person_id', 'sitting', ['person_id'], unique=False)
    op.create_index(op.f('ix_sitting_respondent_id'), 'sitting', ['respondent_id'], unique=False)
    op.create_index('ix_sitting_school_id_wave_id_id', 'sitting', ['school_id', 'wave_id', 'id'], unique=False)
    op.create_table('enrollment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('offering_id', sa.BigInteger(), nullable=False),
    sa.Column('school_id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('applied', 'waitlisted', 'enrolled', 'completed', 'withdrawn', 'transferred', name='enrollmentstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('applied_on', sa.Date(), nullable=False),
    sa.Column('waitlisted_on', sa.Date(), nullable=True),
    sa.Column('enrolled_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.ForeignKeyConstraint(['offering_id'], ['offering.id'], name=op.f('fk_enrollment_offering_id_offering')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_enrollment_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_enrollment_school_id_school')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrollment'))
    )
    op.create_index('ix_enrollment_offering_id_status', 'enrollment', ['offering_id', 'status', 'applied_on', 'id'], unique=False)
    op.create_index('ix_enrollment_person_id', 'enrollment', ['person_id'], unique=False)
    op.create_index('ix_enrollment_school_id_id', 'enrollment', ['school_id', 'id'], unique=False)
    op.create_index('uq_enrollment_active', 'enrollment', ['person_id', 'offering_id'], unique=True, postgresql_where=sa.text("status IN ('applied', 'waitlisted', 'enrolled')"))
    op.create_table('release_file',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('request_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('media_type', sa.String(length=128), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['export_request.id'], name=op.f('fk_release_file_request_id_export_request'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_file')),
    sa.UniqueConstraint('request_id', 'name', name=op.f('uq_release_file_request_id_name'))
    )
    op.create_table('score',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('run_id', sa.BigInteger(), nullable=False),
    sa.Column('sitting_id', sa.BigInteger(), nullable=False),
    sa.Column('school_id', sa.BigInteger(), nullable=True),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('se', sa.Double(), nullable=True),
    sa.Column('plausible_values', postgresql.ARRAY(sa.Double()), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['scoring_run.id'], name=op.f('fk_score_run_id_scoring_run'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_score_school_id_school')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_score_sitting_id_sitting'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score')),
    sa.UniqueConstraint('run_id', 'sitting_id', name=op.f('uq_score_run_id_sitting_id'))
    )
    op.create_index(op.f('ix_score_school_id'), 'score', ['school_id'], unique=False)
    op.create_index('ix_score_sitting_id', 'score', ['sitting_id'], unique=False)
    op.create_table('enrollment_event',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('enrollment_id', sa.BigInteger(), nullable=False),
    sa.Column('school_id', sa.BigInteger(), nullable=False),
    sa.Column('previous', sa.Enum('applied', 'waitlisted', 'enrolled', 'completed', 'withdrawn', 'transferred', name='previous', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('status', sa.Enum('applied', 'waitlisted', 'enrolled', 'completed', 'withdrawn', 'transferred', name='enrollmentstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('linked_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_enrollment_event_enrollment_id_enrollment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['linked_id'], ['enrollment.id'], name=op.f('fk_enrollment_event_linked_id_enrollment'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_enrollment_event_school_id_school')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrollment_event'))
    )
    op.create_index('ix_enrollment_event_enrollment_id_id', 'enrollment_event', ['enrollment_id', 'id'], unique=False)
    op.create_index('ix_enrollment_event_linked_id', 'enrollment_event', ['linked_id'], unique=False, postgresql_where=sa.text('linked_id IS NOT NULL'))
    driver = op.get_bind().connection.driver_connection
    driver.execute(ROW_SECURITY.read_text(encoding="utf-8"))
    driver.execute(SchemaManager.get_schema())


def downgrade() -> None:
    raise RuntimeError("the first migration has nothing before it: restore a backup instead")
