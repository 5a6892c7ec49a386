"""Prompts have versions that never change.

Revision ID: 2026_11_21_4
Revises: 2026_11_21_3
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_4"
down_revision = "2026_11_21_3"
branch_labels = None
depends_on = None

WRITTEN_ONCE = ("prompts", "active_prompts")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_prompts()
    _create_active_prompts()
    for table in WRITTEN_ONCE:
        _refuse(table, "UPDATE OR DELETE", "ROW", "written_once")
        _refuse(table, "TRUNCATE", "STATEMENT", "never_emptied")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("active_prompts", "prompts"):
        op.drop_table(table)


def _create_prompts() -> None:
    op.create_table(
        "prompts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("system_template", sa.Text(), nullable=False),
        sa.Column("user_template", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("name ~ '^[a-z][a-z0-9_]{0,39}$'", name=op.f("ck_prompts_name_is_allowed")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_prompts_number_counts_from_one")),
        sa.CheckConstraint("system_template <> '' AND user_template <> ''", name=op.f("ck_prompts_has_texts")),
        sa.CheckConstraint("fingerprint ~ '^[0-9a-f]{64}$'", name=op.f("ck_prompts_fingerprint_is_sha256")),
        sa.CheckConstraint("author <> '' AND note <> ''", name=op.f("ck_prompts_has_author_and_note")),
        sa.CheckConstraint("number = 1 OR parent_id IS NOT NULL", name=op.f("ck_prompts_edit_has_parent")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_prompts_is_not_its_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["prompts.id"], name=op.f("fk_prompts_parent_id_prompts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompts")),
        sa.UniqueConstraint("name", "number", name=op.f("uq_prompts_name_number")),
        sa.UniqueConstraint("name", "fingerprint", name=op.f("uq_prompts_name_fingerprint")),
    )


def _create_active_prompts() -> None:
    op.create_table(
        "active_prompts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prompt_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("activated_by <> ''", name=op.f("ck_active_prompts_has_author")),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompts.id"], name=op.f("fk_active_prompts_prompt_id_prompts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_active_prompts")),
    )
    op.create_index("ix_active_prompts_prompt_id_since", "active_prompts", ["prompt_id", "since"])


def _refuse(table: str, operation: str, level: str, name: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH {level} EXECUTE FUNCTION refuse_change()")
