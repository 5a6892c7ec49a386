"""The simulated exchange: every command and the steered clock; the queries come from its base.

It only delegates. Commands are checked, then journalled, then applied: what was answered is on
disk, and what could not be written was not done. One thread, no waiting, no clock of its own.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from exchange_sim.engine import (
    amending,
    cancelling,
    clock,
    placing,
    races,
    settings,
    trading_stop,
    transfers,
)
from exchange_sim.engine.account_reads import AccountReads
from exchange_sim.engine.accounts import Account, default_leverages
from exchange_sim.engine.disturbances import Disturbances
from exchange_sim.engine.entry_trouble import expect_trouble
from exchange_sim.engine.errors import JournalError, RetCode, VenueError
from exchange_sim.engine.event_log import EventLog
from exchange_sim.engine.events import Listener
from exchange_sim.engine.interventions import draft_intervention
from exchange_sim.engine.journal import Entry, Journal, NoJournal
from exchange_sim.engine.market_feed import MarketFeed
from exchange_sim.engine.matching import MatchingPolicy
from exchange_sim.engine.model import FeeRates, Wallet
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.replay import ADVANCE, Command, replay
from exchange_sim.engine.requests import (
    AmendRequest,
    CancelAllRequest,
    CancelRequest,
    LeverageRequest,
    ModeRequest,
    OrderRequest,
    TradingStopRequest,
)
from exchange_sim.engine.valuation import wallet_view
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.wire_fields import Json, number

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ExchangeRules:
    """What the owner of the simulator may choose: first balance (USDT), fees, matching.

    With `keeps_events` the venue remembers everything it announced, for auditors.
    """

    balance: Decimal = Decimal(10_000)
    fees: FeeRates = field(default_factory=FeeRates)
    matching: MatchingPolicy = field(default_factory=MatchingPolicy)
    keeps_events: bool = False


DEFAULT_RULES = ExchangeRules()


class Exchange(AccountReads):
    """The whole venue; see the module. Every command raises VenueError if it is refused."""

    def __init__(
        self,
        market: MarketFeed,
        journal: Journal | None = None,
        *,
        rules: ExchangeRules = DEFAULT_RULES,
    ) -> None:
        """Open the venue at `market.start_ms` and repeat what the journal holds.

        Raises: JournalError if the journal holds something this market cannot repeat.
        """
        self._rules = rules
        super().__init__(
            Venue(
                feed=market,
                fees=rules.fees,
                matching=rules.matching,
                now_ms=market.start_ms,
                instruments={symbol: market.instrument(symbol) for symbol in market.symbols},
            )
        )
        if rules.keeps_events:
            self._keep_events(EventLog())
        self._journal: Journal = NoJournal()  # what is repeated is not written again
        if journal is not None:
            replay(journal.entries, self.advance, self._commands())
            self._journal = journal

    def advance(self, to_ms: int) -> None:
        """Let the market happen up to and including `to_ms`, event by event.

        A moment in the past changes nothing. Raises: VenueError 10016 if the journal is full.
        """
        while to_ms > self.now_ms:
            stop_ms = min(to_ms, max(self.now_ms + 1, self._venue.disturbances.next_ms))
            self._write(ADVANCE, at_ms=stop_ms)
            clock.advance(self._venue, stop_ms)
            self._venue.disturbances.attend()

    def disturb(self, disturbances: Disturbances) -> None:
        """Let `disturbances` decide what goes wrong from now on."""
        self._venue.disturbances = disturbances

    def subscribe(self, listener: Listener, *, ticks: bool = False) -> None:
        """Call `listener` with every event from now on, market ticks too if `ticks`.

        Order of one fill: execution, order, position, wallet. Called after the state is complete.
        """
        self._venue.outbox.subscribe(listener, ticks=ticks)

    def open_account(self, account: str, balance: Decimal | None = None) -> None:
        """Open `account` with a TRANSFER_IN of `balance` (default: the rules'); twice is fine."""
        if account in self._venue.accounts:
            return
        amount = transfers.check_amount(self._rules.balance if balance is None else balance)
        self._write("open_account", account, {"amount": format(amount, "f")})
        leverages = default_leverages(self._venue.instruments)
        owner = Account(account, leverages, self._rules.fees)
        self._venue.accounts[account] = owner
        transfers.deposit(self._venue, owner, amount)
        self._settle()

    def create_order(self, account: str, request: OrderRequest) -> Order:
        """Accept an order and work it at once; the answer is its state at acceptance or later."""
        owner = self._venue.account(account)
        draft = placing.draft_order(self._venue, owner, request)
        trouble = expect_trouble(self._venue, owner, draft)
        self._write("create_order", account, request.encode())
        order = placing.enter_order(self._venue, owner, draft, trouble)
        self._settle()
        return order

    def amend_order(self, account: str, request: AmendRequest) -> Order:
        """Change an open order."""
        owner = self._venue.account(account)
        amendment = amending.draft_amendment(self._venue, owner, request)
        self._write("amend_order", account, request.encode())
        order = races.amend(self._venue, owner, amendment)
        self._settle()
        return order

    def cancel_order(self, account: str, request: CancelRequest) -> Order:
        """Cancel an open order."""
        owner = self._venue.account(account)
        order = cancelling.order_to_cancel(owner, request)
        self._write("cancel_order", account, request.encode())
        (cancelled,) = cancelling.cancel_each(self._venue, owner, [order])
        self._settle()
        return cancelled

    def cancel_all(self, account: str, request: CancelAllRequest) -> list[Order]:
        """Cancel every open order that matches; the cancelled orders."""
        owner = self._venue.account(account)
        orders = cancelling.orders_to_cancel(self._venue, owner, request)
        self._write("cancel_all", account, request.encode())
        cancelled = cancelling.cancel_each(self._venue, owner, orders)
        self._settle()
        return cancelled

    def set_leverage(self, account: str, request: LeverageRequest) -> None:
        """Set the leverage of a symbol."""
        owner = self._venue.account(account)
        leverage = settings.check_leverage(self._venue, owner, request)
        self._write("set_leverage", account, request.encode())
        settings.set_leverage(self._venue, owner, request.symbol, leverage)
        self._settle()

    def set_trading_stop(self, account: str, request: TradingStopRequest) -> None:
        """Set, change or remove take-profit, stop-loss and trailing stop of a position."""
        owner = self._venue.account(account)
        changes = trading_stop.draft_stops(self._venue, owner, request)
        if trading_stop.is_lost(self._venue, owner, request):
            return
        self._write("set_trading_stop", account, request.encode())
        for change in changes:
            change()
        self._settle()

    def switch_mode(self, account: str, request: ModeRequest) -> None:
        """Switch between one-way and hedge mode for a symbol or every idle symbol."""
        owner = self._venue.account(account)
        symbols = settings.symbols_to_switch(self._venue, owner, request)
        self._write("switch_mode", account, request.encode())
        settings.switch_mode(self._venue, owner, symbols, request)
        self._settle()

    def deposit(self, account: str, amount: Decimal) -> Wallet:
        """Pay USDT in; the wallet afterwards."""
        owner = self._venue.account(account)
        transfers.check_amount(amount)
        self._write("deposit", account, {"amount": format(amount, "f")})
        transfers.deposit(self._venue, owner, amount)
        self._settle()
        return wallet_view(self._venue, owner)

    def withdraw(self, account: str, amount: Decimal) -> Wallet:
        """Take USDT out, at most what is available; the wallet afterwards."""
        owner = self._venue.account(account)
        transfers.check_withdrawal(self._venue, owner, amount)
        self._write("withdraw", account, {"amount": format(amount, "f")})
        transfers.withdraw(self._venue, owner, amount)
        self._settle()
        return wallet_view(self._venue, owner)

    def intervene(self, account: str, name: str, params: Mapping[str, Json]) -> None:
        """Do something to an account or the market that no client can; see `interventions`."""
        change = draft_intervention(self._venue, account, name, params)
        self._write("intervene", account, {"name": name, **params})
        change()
        self._settle()

    def close(self) -> None:
        """Release the journal."""
        self._journal.close()

    def _write(
        self,
        action: str,
        account: str = "",
        params: Mapping[str, Json] | None = None,
        *,
        at_ms: int | None = None,
    ) -> None:
        """Write ahead: what cannot be written is refused and not done."""
        try:
            self._journal.append(Entry(at_ms or self.now_ms, action, account, params))
        except JournalError as error:
            _log.error("%s", error)
            raise VenueError(RetCode.SERVER_ERROR, "Server error.") from error

    def _keep_events(self, log: EventLog) -> None:
        self._venue.log = log
        self.subscribe(lambda event: log.keep(self.now_ms, event))

    def _settle(self) -> None:
        """Tell what happened, then let the disturbances see the complete state."""
        self._venue.outbox.flush()
        self._venue.disturbances.attend()

    def _commands(self) -> dict[str, Command]:
        """How each journalled command is given again."""
        return {
            "open_account": lambda who, given: self.open_account(who, _amount(given)),
            "create_order": lambda who, given: self.create_order(who, OrderRequest.parse(given)),
            "amend_order": lambda who, given: self.amend_order(who, AmendRequest.parse(given)),
            "cancel_order": lambda who, given: self.cancel_order(who, CancelRequest.parse(given)),
            "cancel_all": lambda who, given: self.cancel_all(who, CancelAllRequest.parse(given)),
            "set_leverage": lambda who, given: self.set_leverage(
                who, LeverageRequest.parse(given)
            ),
            "set_trading_stop": lambda who, given: self.set_trading_stop(
                who, TradingStopRequest.parse(given)
            ),
            "switch_mode": lambda who, given: self.switch_mode(who, ModeRequest.parse(given)),
            "deposit": lambda who, given: self.deposit(who, _amount(given)),
            "withdraw": lambda who, given: self.withdraw(who, _amount(given)),
            "intervene": lambda who, given: self.intervene(who, *_intervention(given)),
        }


def _amount(given: Mapping[str, object]) -> Decimal:
    return number("amount", given.get("amount"))


def _intervention(given: Mapping[str, object]) -> tuple[str, dict[str, Json]]:
    params = {name: value for name, value in given.items() if isinstance(value, Json)}
    return str(params.pop("name", "")), params
