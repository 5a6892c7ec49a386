"""What models were asked, what they said, and what it cost.

Revision ID: 2026_11_21_5
Revises: 2026_11_21_4
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_21_5"
down_revision = "2026_11_21_4"
branch_labels = None
depends_on = None

TABLES = ("llm_calls", "llm_answers")

PURPOSES = ("analyse", "repair", "observe", "probe")
FINISHES = ("complete", "truncated", "filtered", "unknown")
STATES = ("reserved", "settled", "kept")
FAILURES = (
    "truncated",
    "refusal",
    "empty",
    "not_json",
    "multi_json",
    "confusable",
    "bad_number",
    "schema",
    "vision_not_seen",
    "readback_mismatch",
    "symbol_mismatch",
    "stale",
    "price_insane",
    "prob_incoherent",
    "evidence_false",
    "injection",
)

# A call is written before it is made; what became of it is filled in until its cost is known.
SETTLE_ONCE = """
CREATE FUNCTION settle_llm_call_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ending CONSTANT text[] := ARRAY['model_returned', 'request_id', 'input_tokens',
        'cached_tokens', 'output_tokens', 'reasoning_tokens', 'cost_usd', 'state', 'sends',
        'latency', 'finish', 'error_code', 'ended_at'];
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

JUDGE_ONCE = """
CREATE FUNCTION judge_llm_answer_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    verdict CONSTANT text[] := ARRAY['judged_at', 'failure', 'is_valid'];
BEGIN
    IF OLD.judged_at IS NOT NULL OR NEW.judged_at IS NULL
       OR (to_jsonb(NEW) - verdict) <> (to_jsonb(OLD) - verdict) THEN
        RAISE EXCEPTION 'UPDATE of llm_answers is refused: only the verdict on an answer that '
                        'has none may be filled, once (answer %)', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

FILLED_ONCE = {"llm_calls": "settle_llm_call_once", "llm_answers": "judge_llm_answer_once"}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_llm_calls()
    _create_llm_answers()
    op.execute(SETTLE_ONCE)
    op.execute(JUDGE_ONCE)
    for table, function in FILLED_ONCE.items():
        op.execute(f"CREATE TRIGGER filled_once BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")
        _refuse(table, "DELETE", "ROW", "written_once")
        _refuse(table, "TRUNCATE", "STATEMENT", "never_emptied")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in reversed(TABLES):
        op.drop_table(table)
    for function in FILLED_ONCE.values():
        op.execute(f"DROP FUNCTION {function}")


def _create_llm_calls() -> None:
    op.create_table(
        "llm_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("symbol", sa.Text(), nullable=True),
        sa.Column("arm", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("purpose", _words("purpose", PURPOSES), nullable=False),
        sa.Column("prompt_fingerprint", sa.Text(), nullable=True),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("model_requested", sa.Text(), nullable=False),
        sa.Column("model_returned", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("estimated_input_tokens", sa.Integer(), nullable=False),
        sa.Column("image_tokens", sa.Integer(), nullable=False),
        sa.Column("max_output_tokens", sa.Integer(), nullable=False),
        *_usage(),
        sa.Column("price_version", sa.Text(), nullable=True),
        sa.Column("reserved_usd", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("cost_usd", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("state", _words("callstate", STATES), nullable=False),
        sa.Column("sends", sa.Integer(), nullable=True),
        sa.Column("latency", sa.Interval(), nullable=True),
        sa.Column("finish", _words("finishstate", FINISHES), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("host <> '' AND model_requested <> ''", name=op.f("ck_llm_calls_names_whom_it_asks")),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_llm_calls_attempt_counts_from_one")),
        sa.CheckConstraint("slot IS NULL OR (symbol IS NOT NULL AND arm IS NOT NULL)", name=op.f("ck_llm_calls_decision_is_whole")),
        sa.CheckConstraint(
            "estimated_input_tokens >= image_tokens AND image_tokens >= 0 AND max_output_tokens > 0",
            name=op.f("ck_llm_calls_estimate_possible"),
        ),
        *_usage_checks("llm_calls"),
        sa.CheckConstraint("reserved_usd >= 0 AND cost_usd >= 0", name=op.f("ck_llm_calls_money_not_negative")),
        sa.CheckConstraint("(price_version IS NULL) = (reserved_usd IS NULL)", name=op.f("ck_llm_calls_reserved_at_a_price")),
        sa.CheckConstraint(
            "(cost_usd IS NOT NULL) = (state = 'settled' AND reserved_usd IS NOT NULL)", name=op.f("ck_llm_calls_settled_has_cost")
        ),
        sa.CheckConstraint("(state = 'reserved') = (ended_at IS NULL)", name=op.f("ck_llm_calls_ended_unless_reserved")),
        sa.CheckConstraint("state <> 'kept' OR error_code <> ''", name=op.f("ck_llm_calls_kept_has_error")),
        sa.CheckConstraint("sends >= 0 AND latency >= interval '0'", name=op.f("ck_llm_calls_sending_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_llm_calls")),
    )
    op.create_index(
        op.f("ix_llm_calls_environment_account_created_at"), "llm_calls", ["environment", "account", "created_at"], unique=False
    )
    op.create_index(
        "ix_llm_calls_unsettled",
        "llm_calls",
        ["environment", "account", "created_at"],
        unique=False,
        postgresql_where="state <> 'settled'",
    )


def _create_llm_answers() -> None:
    op.create_table(
        "llm_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("cache_key", sa.Text(), nullable=False),
        sa.Column("question", JSONB(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("raw_sha256", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("finish", _words("finishstate", FINISHES), nullable=False),
        *_usage(),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("latency", sa.Interval(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", _words("failurecode", FAILURES), nullable=True),
        sa.Column("is_valid", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("cache_key ~ '^[0-9a-f]{64}$'", name=op.f("ck_llm_answers_cache_key_is_sha256")),
        sa.CheckConstraint("raw_sha256 = encode(sha256(raw), 'hex')", name=op.f("ck_llm_answers_raw_sha256_is_of_raw")),
        *_usage_checks("llm_answers"),
        sa.CheckConstraint("attempts >= 1 AND latency >= interval '0'", name=op.f("ck_llm_answers_was_sent")),
        sa.CheckConstraint(
            "CASE WHEN judged_at IS NULL THEN failure IS NULL AND NOT is_valid ELSE is_valid OR failure IS NOT NULL END",
            name=op.f("ck_llm_answers_verdict_is_whole"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["llm_calls.id"], name=op.f("fk_llm_answers_call_id_llm_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_llm_answers")),
    )
    op.create_index(op.f("ix_llm_answers_call_id"), "llm_answers", ["call_id"], unique=False)
    op.create_index("ix_llm_answers_served", "llm_answers", ["cache_key", "created_at"], unique=False, postgresql_where="is_valid")
    op.create_index(op.f("ix_llm_answers_created_at"), "llm_answers", ["created_at"], unique=False)


def _usage() -> list[sa.Column[int]]:
    names = ("input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens")
    return [sa.Column(name, sa.Integer(), nullable=True) for name in names]


def _usage_checks(table: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            "input_tokens >= 0 AND cached_tokens >= 0 AND output_tokens >= 0 AND reasoning_tokens >= 0",
            name=op.f(f"ck_{table}_usage_not_negative"),
        ),
        sa.CheckConstraint(
            "num_nulls(input_tokens, cached_tokens, output_tokens, reasoning_tokens) IN (0, 4)",
            name=op.f(f"ck_{table}_usage_is_whole"),
        ),
    ]


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _refuse(table: str, operation: str, level: str, name: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH {level} EXECUTE FUNCTION refuse_change()")
