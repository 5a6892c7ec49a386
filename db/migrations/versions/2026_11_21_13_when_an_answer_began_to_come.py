"""A call knows when its answer began to come.

Revision ID: 2026_11_21_13
Revises: 2026_11_21_12
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_13"
down_revision = "2026_11_21_12"
branch_labels = None
depends_on = None

CHECK = "ck_llm_calls_first_byte_within_latency"

# As it was made with the table, with one more column that may be filled in.
SETTLE_ONCE = """
CREATE OR REPLACE FUNCTION settle_llm_call_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ending CONSTANT text[] := ARRAY['model_returned', 'request_id', 'input_tokens',
        'cached_tokens', 'output_tokens', 'reasoning_tokens', 'cost_usd', 'state', 'sends',
        'latency', {more}'finish', 'error_code', 'ended_at'];
BEGIN
    IF OLD.state = 'settled' OR NEW.state = 'reserved'
       OR (to_jsonb(NEW) - ending) <> (to_jsonb(OLD) - ending) THEN
        RAISE EXCEPTION 'UPDATE of llm_calls is refused: only the end of a call that is not '
                        'settled may be filled (call %)', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("llm_calls", sa.Column("first_byte", sa.Interval(), nullable=True))
    op.create_check_constraint(op.f(CHECK), "llm_calls", "first_byte BETWEEN interval '0' AND latency")
    op.execute(SETTLE_ONCE.format(more="'first_byte', "))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(SETTLE_ONCE.format(more=""))
    op.drop_constraint(op.f(CHECK), "llm_calls", type_="check")
    op.drop_column("llm_calls", "first_byte")
