"""A decision names all its pictures, and what it saved on; a run has one undecided of a symbol.

Revision ID: 2026_11_21_7
Revises: 2026_11_21_6
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_7"
down_revision = "2026_11_21_6"
branch_labels = None
depends_on = None

# Until now at most one picture went along, and it is the one that people look at.
KNOWN_PICTURES = """
INSERT INTO decision_charts (decision_id, place, chart_sha256)
SELECT id, 1, chart_sha256 FROM decisions
WHERE chart_sha256 IS NOT NULL AND split_part(arm, '/', 2) <> 'none'
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("decisions", sa.Column("saving", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "decision_charts",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("chart_sha256", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("place >= 1", name=op.f("ck_decision_charts_place_counts_from_one")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_decision_charts_decision_id_decisions")),
        sa.ForeignKeyConstraint(["chart_sha256"], ["charts.sha256"], name=op.f("fk_decision_charts_chart_sha256_charts")),
        sa.PrimaryKeyConstraint("decision_id", "place", name=op.f("pk_decision_charts")),
    )
    op.execute(KNOWN_PICTURES)
    op.create_index(
        "uq_decisions_one_undecided",
        "decisions",
        ["cycle_run_id", "symbol"],
        unique=True,
        postgresql_where="outcome IS NULL",
    )
    _refuse("UPDATE OR DELETE", "ROW", "written_once")
    _refuse("TRUNCATE", "STATEMENT", "never_emptied")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("uq_decisions_one_undecided", table_name="decisions")
    op.drop_table("decision_charts")
    op.drop_column("decisions", "saving")


def _refuse(operation: str, level: str, name: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {operation} ON decision_charts FOR EACH {level} EXECUTE FUNCTION refuse_change()")
