"""A decision nobody was asked about: an uploaded chart that was only to be judged.

Revision ID: 2026_11_21_11
Revises: 2026_11_21_9
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_11"
down_revision = "2026_11_21_9"
branch_labels = None
depends_on = None

NEW_REASON = "approval.not_asked"
REASONS_CHECK = "ck_decisions_reason"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _allow_reasons((*_allowed_reasons(), NEW_REASON), validated=True)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Decisions that use the new word stay; only rows to come are held to the old ones.
    old = tuple(word for word in _allowed_reasons() if word != NEW_REASON)
    _allow_reasons(old, validated=not _uses_new_reason())


def _allowed_reasons() -> tuple[str, ...]:
    """The words the CHECK has now, read from it: other migrations may have added some."""
    found = op.get_bind().scalars(
        sa.text("SELECT (regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''', 'g'))[1] FROM pg_constraint WHERE conname = :name"),
        {"name": REASONS_CHECK},
    )
    return tuple(found)


def _allow_reasons(words: tuple[str, ...], *, validated: bool) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    op.execute(f"ALTER TABLE decisions DROP CONSTRAINT {REASONS_CHECK}")
    op.execute(f"ALTER TABLE decisions ADD CONSTRAINT {REASONS_CHECK} CHECK (reason IN ({listed}))" + ("" if validated else " NOT VALID"))


def _uses_new_reason() -> bool:
    decisions = sa.table("decisions", sa.column("reason"))
    return bool(op.get_bind().scalar(sa.select(sa.exists().where(decisions.c.reason == NEW_REASON))))
