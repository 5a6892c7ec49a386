"""The past as an exchange tells it to anybody, for as long as a command runs."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.gateway import BybitGateway, connect
from cli.hand_gate import open_gate_by_hand
from config.environments import Environment, base_url
from config.settings import Settings
from tasks.resources import traffic_rules
from trading.candle_series import SeriesName
from trading.candles import Candle
from trading.instruments import Instrument
from trading.market import FundingRate
from trading.traffic_rules import TrafficRules


@dataclass(frozen=True, slots=True)
class PublicMarket:
    """Candles, funding rates and instruments, read without a key."""

    gateway: BybitGateway

    def now(self) -> datetime:
        """The exchange's clock: it says which candles are closed."""
        return self.gateway.server_time()

    def candles(self, name: SeriesName, count: int, now: datetime) -> list[Candle]:
        """The last `count` candles that were closed at `now`."""
        ask = self.gateway.mark_candles if name.is_mark else self.gateway.candles
        return ask(name.symbol, name.interval, count=count, now=now)

    def funding(self, symbol: str, since: datetime, until: datetime) -> list[FundingRate]:
        """The settled rates of since..until, both inside."""
        return self.gateway.funding_history(symbol, since=since, until=until)

    def instruments(self, symbols: tuple[str, ...]) -> list[Instrument]:
        """What may be ordered of those symbols that the exchange lists."""
        return self.gateway.instruments(set(symbols))


@contextmanager
def public_market(
    settings: Settings, market: Environment | None, database_url: str
) -> Iterator[PublicMarket]:
    """The exchange of a market, its requests counted with the desk's own."""
    chosen = market or settings.environment
    own = chosen == settings.environment
    address = settings.exchange_url if own else base_url(chosen, sim_port=settings.sim_port)
    access = ExchangeAccess(address, timeout=timedelta(seconds=settings.exchange_timeout_seconds))
    # A replayed market is asked a thousand times faster than an exchange allows.
    rules = traffic_rules(settings) if own else TrafficRules()
    with (
        open_gate_by_hand(database_url, rules) as gate,
        closing(connect(access, gate=gate)) as gateway,
    ):
        yield PublicMarket(gateway)
