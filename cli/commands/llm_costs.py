"""`llm costs`: what the models cost, what they did wrong for it, and what that is in R."""

from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import Annotated

import typer

from cli.database import database_session
from cli.options import AsJson
from cli.output import print_json, print_table, say, usdt
from cli.settings import load_settings
from config.settings import Settings
from db.keys import AccountKey
from db.queries.llm import EstimateLine, FailureLine, SpendingLine, estimates, failures, spending
from db.queries.model_bills import model_bill
from tasks.clock import wall_time
from trading.model_costs import ModelBill
from trading.pricing import is_estimate_off, reconcile_ratio

_SHOWN_DIGITS = 12
_BY_DAY = ("day", "model", "for", "calls", "tokens in", "out", "cost USD", "open USD")
_WRONG = ("model", "prompt", "code", "times", "of asked")
_COUNTED = ("model", "calls", "counted tokens", "billed tokens", "ratio", "is")


def costs(
    *,
    days: Annotated[
        int, typer.Option(min=1, max=3650, metavar="N", help="How far back is counted.")
    ] = 30,
    as_json: AsJson = False,
) -> None:
    """Show what the models cost, beside what was risked on their word.

    Money in USD, days of UTC. What is reserved for calls without a bill counts as spent. Results
    elsewhere are without it: the cost in R comes off what every trade earns, and below the
    break-even equity the model costs more than the least edge that the gate asks for
    (MINIMUM_EXPECTED_R).

    Examples:
    - `autotrader llm costs`
    - `autotrader llm costs --days 7 --json`
    """
    settings, until = load_settings(), wall_time()
    key, since = AccountKey(settings.environment, settings.account), until - timedelta(days=days)
    with database_session(settings) as session:
        bill = model_bill(session, key, since=since, until=until)
        spent = spending(session, key, since=since, until=until)
        failed = failures(session, key, since=since)
        counted = estimates(session, key, since=since)
    equity = _break_even_equity(bill, settings)
    if as_json:
        by_day = [asdict(line) | {"day": line.day.isoformat()} for line in spent]
        lines = {"spending": by_day, "failures": failed, "estimates": counted}
        print_json({"days": days, **_facts(bill, equity), **lines})
        return
    _tell(bill, equity, days)
    _tell_lines(spent, failed, counted)


def _break_even_equity(bill: ModelBill, settings: Settings) -> Decimal | None:
    return bill.break_even_equity_usdt(
        risk_fraction=settings.risk_fraction_per_trade,
        least_edge_r=settings.minimum_expected_r,
    )


def _facts(bill: ModelBill, equity: Decimal | None) -> dict[str, object]:
    return {
        "calls": bill.calls,
        "cost_usd": bill.cost_usd,
        "open_usd": bill.open_usd,
        "trades": bill.trades,
        "risk_usdt": bill.risk_usdt,
        "cost_r": bill.cost_r,
        "break_even_equity_usdt": equity,
    }


def _tell(bill: ModelBill, equity: Decimal | None, days: int) -> None:
    say(
        f"{bill.calls} calls in {days} days cost {usdt(bill.cost_usd)} USD; "
        f"{usdt(bill.open_usd)} USD are reserved for calls without a bill."
    )
    if bill.cost_r is None or equity is None:
        say("Nothing was risked meanwhile, so there is nothing to set it against.")
        return
    say(
        f"{bill.trades} trades risked {usdt(bill.risk_usdt)} USDT: the model costs "
        f"{bill.cost_r:.3f} R a trade, and pays from an equity of {equity:,.0f} USDT on."
    )


def _tell_lines(
    spent: list[SpendingLine], failed: list[FailureLine], counted: list[EstimateLine]
) -> None:
    print_table("By day", _BY_DAY, map(_spending_row, spent))
    print_table("What went wrong", _WRONG, map(_failure_row, failed))
    print_table("Tokens in, counted and billed", _COUNTED, map(_estimate_row, counted))


def _spending_row(line: SpendingLine) -> tuple[object, ...]:
    tokens = line.input_tokens, line.output_tokens
    return (
        line.day, line.model, line.purpose, line.calls, *tokens, line.cost_usd, line.open_usd,
    )  # fmt: skip


def _failure_row(line: FailureLine) -> tuple[object, ...]:
    prompt = line.prompt_fingerprint and line.prompt_fingerprint[:_SHOWN_DIGITS]
    return line.model, prompt, line.code, line.count, f"{line.fraction:.1%}"


def _estimate_row(line: EstimateLine) -> tuple[object, ...]:
    ratio = reconcile_ratio(estimated=line.estimated_tokens, billed=line.billed_tokens)
    shown = None if ratio is None else f"{ratio:.2f}"
    is_so = "off: the price file is out of date" if is_estimate_off(ratio) else "as expected"
    return line.model, line.calls, line.estimated_tokens, line.billed_tokens, shown, is_so
