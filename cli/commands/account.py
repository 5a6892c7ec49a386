"""`positions` and `balance`: what the account holds, by the last sync or right now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from cli.database import account_of, database_session
from cli.later import imported
from cli.options import AsJson, Live
from cli.output import duration, print_json, print_table, say, usdt
from cli.settings import load_settings
from config.settings import Settings
from db.queries import account
from db.queries.runs import heartbeats
from tasks.clock import wall_time
from trading.account import Wallet
from trading.positions import Position

_SYNC = "sync"  # the component whose heartbeat is the age of the mirror


@dataclass(frozen=True, slots=True)
class PositionsAnswer:
    """Open positions; `mirrored_at` is None when they come from the exchange itself."""

    positions: tuple[Position, ...]
    mirrored_at: datetime | None


@dataclass(frozen=True, slots=True)
class BalanceAnswer:
    """The wallet and, from the database only, what moved it; USDT."""

    wallet: Wallet | None
    mirrored_at: datetime | None
    ledger_change_usdt: Decimal | None = None
    fees_usdt: Decimal | None = None
    funding_usdt: Decimal | None = None
    ledger_error_usdt: Decimal | None = None


def positions(*, live: Live = False, as_json: AsJson = False) -> None:
    """Show open positions with their stop, target and P&L.

    Without --live they are those of the last sync, and the age of that sync is shown.

    Examples:
    - `autotrader positions`
    - `autotrader positions --live --json`
    """
    settings = load_settings()
    answer = _live_positions(settings) if live else _mirrored_positions(settings)
    if as_json:
        print_json(answer)
        return
    columns = ("symbol", "direction", "quantity", "entry", "mark", "stop", "target", "P&L USDT")
    rows = (_position_row(position) for position in answer.positions)
    print_table(_title("Open positions", answer.mirrored_at, live=live), columns, rows)


def balance(*, live: Live = False, as_json: AsJson = False) -> None:
    """Show equity, wallet balance, margin, and what fees and funding did to them.

    A ledger error other than 0 means that money moved which the desk cannot explain.

    Examples:
    - `autotrader balance`
    - `autotrader balance --live`
    """
    settings = load_settings()
    answer = _live_balance(settings) if live else _mirrored_balance(settings)
    if as_json:
        print_json(answer)
        return
    if answer.wallet is None:
        say("The account was never synchronised; run `autotrader sync`.")
        return
    title = _title("Balance in USDT", answer.mirrored_at, live=live)
    print_table(title, ("what", "USDT"), _balance_rows(answer, answer.wallet))


def _live_positions(settings: Settings) -> PositionsAnswer:
    with imported("cli.desk").exchange_gateway(settings) as gateway:
        return PositionsAnswer(tuple(gateway.positions()), None)


def _mirrored_positions(settings: Settings) -> PositionsAnswer:
    key = account_of(settings)
    with database_session(settings) as session:
        held = account.positions(session, key)
        return PositionsAnswer(tuple(held), _mirrored_at(session, settings))


def _live_balance(settings: Settings) -> BalanceAnswer:
    with imported("cli.desk").exchange_gateway(settings) as gateway:
        return BalanceAnswer(gateway.wallet_balance(), None)


def _mirrored_balance(settings: Settings) -> BalanceAnswer:
    key = account_of(settings)
    with database_session(settings) as session:
        totals = account.ledger_totals(session, key)
        return BalanceAnswer(
            wallet=account.latest_wallet(session, key),
            mirrored_at=_mirrored_at(session, settings),
            ledger_change_usdt=totals.change_usdt,
            fees_usdt=totals.fee_usdt,
            funding_usdt=totals.funding_usdt,
            ledger_error_usdt=account.ledger_error(session, key),
        )


def _mirrored_at(session: Session, settings: Settings) -> datetime | None:
    beats = {beat.component: beat for beat in heartbeats(session, account_of(settings))}
    return beats[_SYNC].recorded_at if _SYNC in beats else None


def _title(what: str, mirrored_at: datetime | None, *, live: bool) -> str:
    if live:
        return f"{what}, from the exchange now"
    if mirrored_at is None:
        return f"{what}, never synchronised"
    # Two clocks, the database's and ours, may differ by a moment.
    age = max(wall_time() - mirrored_at, timedelta(0))
    return f"{what}, synchronised {duration(age)} ago"


def _position_row(position: Position) -> tuple[object, ...]:
    return (
        position.symbol,
        position.direction,
        position.quantity,
        position.entry_price,
        position.mark_price,
        position.stop_loss,
        position.take_profit,
        usdt(position.unrealised_pnl_usdt),
    )


def _balance_rows(answer: BalanceAnswer, wallet: Wallet) -> list[tuple[str, Decimal]]:
    rows: list[tuple[str, Decimal | None]] = [
        ("equity", wallet.equity_usdt),
        ("wallet balance", wallet.wallet_balance_usdt),
        ("unrealised P&L", wallet.unrealised_pnl_usdt),
        ("available", wallet.available_usdt),
        ("initial margin", wallet.initial_margin_usdt),
        ("fees paid", answer.fees_usdt),
        ("funding received", answer.funding_usdt),
        ("sum of the ledger", answer.ledger_change_usdt),
    ]
    shown = [(name, usdt(amount)) for name, amount in rows if amount is not None]
    if answer.ledger_error_usdt is None:
        return shown
    # In full: a ledger error of a hundredth of a cent is an error.
    return [*shown, ("ledger error", answer.ledger_error_usdt)]
