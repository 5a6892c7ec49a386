"""Rows that are written once cannot be changed.

Revision ID: 2026_11_21_2
Revises: 2026_11_21_1
"""

from alembic import op

revision = "2026_11_21_2"
down_revision = "2026_11_21_1"
branch_labels = None
depends_on = None

WRITTEN_ONCE = ("executions", "ledger")

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: its rows are written once', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

# A decision is written before its order is sent; what became of the order is filled in once.
CONCLUDE_ONCE = """
CREATE FUNCTION conclude_decision_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ending CONSTANT text[] := ARRAY['outcome', 'reason', 'detail', 'concluded_at'];
BEGIN
    IF OLD.outcome IS NOT NULL OR NEW.outcome IS NULL
       OR (to_jsonb(NEW) - ending) <> (to_jsonb(OLD) - ending) THEN
        RAISE EXCEPTION 'UPDATE of decisions is refused: only the outcome of a decision that has '
                        'none may be filled, once (decision %)', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(REFUSE)
    op.execute(CONCLUDE_ONCE)
    for table in WRITTEN_ONCE:
        _refuse(table, "UPDATE OR DELETE", "ROW", "written_once")
        _refuse(table, "TRUNCATE", "STATEMENT", "never_emptied")
    _refuse("decisions", "DELETE", "ROW", "written_once")
    _refuse("decisions", "TRUNCATE", "STATEMENT", "never_emptied")
    op.execute("CREATE TRIGGER concluded_once BEFORE UPDATE ON decisions FOR EACH ROW EXECUTE FUNCTION conclude_decision_once()")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER concluded_once ON decisions")
    for table in (*WRITTEN_ONCE, "decisions"):
        op.execute(f"DROP TRIGGER written_once ON {table}")
        op.execute(f"DROP TRIGGER never_emptied ON {table}")
    op.execute("DROP FUNCTION conclude_decision_once")
    op.execute("DROP FUNCTION refuse_change")


def _refuse(table: str, operation: str, level: str, name: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH {level} EXECUTE FUNCTION refuse_change()")
