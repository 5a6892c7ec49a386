"""Programs have tokens, and what they ask for is carried out once.

Revision ID: 2026_11_21_12
Revises: 2026_11_21_11
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_12"
down_revision = "2026_11_21_11"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_tokens()
    _create_requests()


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("api_requests", "api_tokens"):
        op.drop_table(table)


def _create_tokens() -> None:
    scopes = sa.Enum("read", "trade", "admin", name="scope", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", scopes, nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        _time("created_at"),
        _time("last_used_at", nullable=True),
        _time("revoked_at", nullable=True),
        _recorded_at(),
        sa.CheckConstraint("name <> ''", name=op.f("ck_api_tokens_has_name")),
        sa.CheckConstraint("token_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_api_tokens_token_is_hashed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("environment", "account", "name", name=op.f("uq_api_tokens_environment_account_name")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_tokens_token_sha256")),
    )


def _create_requests() -> None:
    op.create_table(
        "api_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.Text(), nullable=False),
        _time("created_at"),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        _recorded_at(),
        sa.CheckConstraint("key <> ''", name=op.f("ck_api_requests_has_key")),
        sa.CheckConstraint("request_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_api_requests_request_is_hashed")),
        sa.CheckConstraint("status BETWEEN 200 AND 499", name=op.f("ck_api_requests_failures_are_not_kept")),
        sa.CheckConstraint("num_nulls(status, media_type, body) IN (0, 3)", name=op.f("ck_api_requests_answer_is_whole")),
        sa.ForeignKeyConstraint(["token_id"], ["api_tokens.id"], name=op.f("fk_api_requests_token_id_api_tokens")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_requests")),
        sa.UniqueConstraint("token_id", "key", name=op.f("uq_api_requests_token_id_key")),
    )
    op.create_index("ix_api_requests_created_at", "api_requests", ["created_at"])


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _recorded_at() -> sa.Column[object]:
    return sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False)
