"""Every reply of a model is kept, errors of its server too; a call says what it showed.

Revision ID: 2026_11_21_8
Revises: 2026_11_21_7
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_8"
down_revision = "2026_11_21_7"
branch_labels = None
depends_on = None

# Until now only answers were kept, and each of them came with a good status.
GOOD = "200"
UNKNOWN = "0"

COLUMNS = (("llm_answers", "status", GOOD), ("llm_calls", "pictures", UNKNOWN))
CHECKS = (
    ("llm_answers", "status_is_of_http", "status BETWEEN 100 AND 999"),
    ("llm_answers", "errors_are_not_judged", "status = 200 OR judged_at IS NULL"),
    ("llm_calls", "pictures_not_negative", "pictures >= 0"),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, column, known in COLUMNS:
        op.add_column(table, sa.Column(column, sa.Integer(), nullable=False, server_default=known))
        op.alter_column(table, column, server_default=None)
    for table, name, check in CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, check)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, name, _ in CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    for table, column, _ in COLUMNS:
        op.drop_column(table, column)
