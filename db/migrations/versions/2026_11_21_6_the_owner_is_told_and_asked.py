"""The owner is told and asked: notifications and approvals.

Revision ID: 2026_11_21_6
Revises: 2026_11_21_5
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_6"
down_revision = "2026_11_21_5"
branch_labels = None
depends_on = None

NEW_REASONS = ("approval.rejected", "approval.expired", "approval.drifted")
REASONS_CHECK = "ck_decisions_reason"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_approvals()
    _create_approval_answers()
    _create_notifications()
    _refuse("approval_answers", "UPDATE OR DELETE", "ROW", "written_once")
    _refuse("approval_answers", "TRUNCATE", "STATEMENT", "never_emptied")
    _allow_reasons((*_allowed_reasons(), *NEW_REASONS), validated=True)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Decisions that use a new word stay; only rows to come are held to the old ones.
    old = tuple(word for word in _allowed_reasons() if word not in NEW_REASONS)
    _allow_reasons(old, validated=not _uses_new_reasons())
    for table in ("notifications", "approval_answers", "approvals"):
        op.drop_table(table)


def _create_approvals() -> None:
    op.create_table(
        "approvals",
        *_identity_of_account(),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("direction", _words("direction", "long", "short"), nullable=False),
        *(
            sa.Column(name, sa.Numeric(precision=38, scale=18), nullable=False)
            for name in ("quantity", "entry_price", "stop_loss", "take_profit", "leverage", "risk_usdt")
        ),
        sa.Column("intent_hash", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column(
            "state",
            _words("proposalstate", "proposed", "approved", "rejected", "expired", "reproposed"),
            nullable=False,
        ),
        _time("proposed_at"),
        _time("expires_at"),
        _time("ended_at", nullable=True),
        _time("carried_out_at", nullable=True),
        _recorded_at(),
        sa.CheckConstraint("intent_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_approvals_intent_hash_is_sha256")),
        sa.CheckConstraint("link_id <> '' AND symbol <> ''", name=op.f("ck_approvals_names_order")),
        sa.CheckConstraint(
            "quantity > 0 AND stop_loss > 0 AND risk_usdt > 0 AND leverage >= 1", name=op.f("ck_approvals_numbers_positive")
        ),
        sa.CheckConstraint(
            "CASE direction WHEN 'long' THEN stop_loss < entry_price AND entry_price < take_profit"
            " ELSE take_profit < entry_price AND entry_price < stop_loss END",
            name=op.f("ck_approvals_entry_between_levels"),
        ),
        sa.CheckConstraint("expires_at > proposed_at", name=op.f("ck_approvals_expires_later")),
        sa.CheckConstraint("(state = 'proposed') = (ended_at IS NULL)", name=op.f("ck_approvals_ended_has_time")),
        sa.CheckConstraint("carried_out_at IS NULL OR state = 'approved'", name=op.f("ck_approvals_only_approved_is_carried_out")),
        sa.CheckConstraint("round >= 1 AND (round = 1) = (replaces_id IS NULL)", name=op.f("ck_approvals_round_is_counted")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_approvals_decision_id_decisions")),
        sa.ForeignKeyConstraint(["replaces_id"], ["approvals.id"], name=op.f("fk_approvals_replaces_id_approvals")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index(
        "uq_approvals_one_live",
        "approvals",
        ["link_id"],
        unique=True,
        postgresql_where="state IN ('proposed', 'approved')",
    )
    op.create_index("ix_approvals_proposed_at", "approvals", ["environment", "account", "proposed_at"])
    op.create_index("ix_approvals_decision_id", "approvals", ["decision_id"])


def _create_approval_answers() -> None:
    op.create_table(
        "approval_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("choice", _words("choice", "approve", "reject"), nullable=False),
        sa.Column(
            "ruling",
            _words("ruling", "approved", "rejected", "expired", "altered", "already_answered", "drifted"),
            nullable=False,
        ),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_via", _words("via", "telegram", "command_line", "api", "dashboard", "prefect"), nullable=False),
        sa.Column("hash_given", sa.Text(), nullable=False),
        _time("answered_at"),
        _recorded_at(),
        sa.CheckConstraint("given_by <> ''", name=op.f("ck_approval_answers_has_author")),
        sa.ForeignKeyConstraint(["approval_id"], ["approvals.id"], name=op.f("fk_approval_answers_approval_id_approvals")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_answers")),
    )
    op.create_index("ix_approval_answers_approval_id", "approval_answers", ["approval_id"])
    op.create_index(
        "uq_approval_answers_one_counts",
        "approval_answers",
        ["approval_id"],
        unique=True,
        postgresql_where="ruling IN ('approved', 'rejected')",
    )


def _create_notifications() -> None:
    kinds = ("entry", "exit", "approval", "protection", "halt", "discrepancy", "trouble", "budget", "report")
    op.create_table(
        "notifications",
        *_identity_of_account(),
        sa.Column("place", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", _words("noticekind", *kinds), nullable=False),
        sa.Column("severity", _words("severity", "info", "warning", "critical"), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        _time("window_start"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_silent", sa.Boolean(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("picture_sha256", sa.Text(), nullable=True),
        sa.Column("state", _words("letterstate", "waiting", "sent", "given_up"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _time("created_at"),
        _time("not_before"),
        _time("next_attempt_at"),
        _time("ended_at", nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        _recorded_at(),
        sa.CheckConstraint("text <> '' AND dedupe_key <> ''", name=op.f("ck_notifications_says_something")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_notifications_attempts_not_negative")),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name=op.f("ck_notifications_ended_has_time")),
        sa.CheckConstraint("(state = 'sent') = (message_id IS NOT NULL)", name=op.f("ck_notifications_sent_has_message")),
        sa.CheckConstraint("state <> 'given_up' OR error <> ''", name=op.f("ck_notifications_given_up_for_a_reason")),
        sa.ForeignKeyConstraint(["approval_id"], ["approvals.id"], name=op.f("fk_notifications_approval_id_approvals")),
        sa.ForeignKeyConstraint(["picture_sha256"], ["charts.sha256"], name=op.f("fk_notifications_picture_sha256_charts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("place", name=op.f("uq_notifications_place")),
        sa.UniqueConstraint("environment", "account", "chat_id", "dedupe_key", "window_start", name=op.f("uq_notifications_told_once")),
    )
    op.create_index(
        "ix_notifications_waiting",
        "notifications",
        ["environment", "account", "chat_id", "place"],
        postgresql_where="state = 'waiting'",
    )


def _identity_of_account() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
    )


def _time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _recorded_at() -> sa.Column[Any]:
    return sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _refuse(table: str, operation: str, level: str, name: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH {level} EXECUTE FUNCTION refuse_change()")


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


def _uses_new_reasons() -> bool:
    decisions = sa.table("decisions", sa.column("reason"))
    return bool(op.get_bind().scalar(sa.select(sa.exists().where(decisions.c.reason.in_(NEW_REASONS)))))
