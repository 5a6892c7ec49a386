"""Wallet rows: account/wallet-balance and the private topic `wallet` (spec 2.2)."""

from exchange_sim.engine.model import Wallet
from exchange_sim.server.numbers import Row, amount


def wallet_row(wallet: Wallet, coins: frozenset[str] = frozenset()) -> Row:
    """The account row; `coins` named by the client are listed, also those with no asset.

    One USDT counts as one USD and there is no haircut (spec 4.4), so account figures in USD
    equal the USDT ones.
    """
    listed = sorted(coins) if coins else ["USDT"]
    return _account(wallet) | {
        "coin": [_usdt(wallet) if coin == "USDT" else _empty_coin(coin) for coin in listed]
    }


def _account(wallet: Wallet) -> Row:
    initial, maintenance = amount(wallet.initial_margin), amount(wallet.maintenance_margin)
    initial_rate = amount(wallet.initial_margin_rate)
    maintenance_rate = amount(wallet.maintenance_margin_rate)
    return {
        "accountType": "UNIFIED",
        "totalEquity": amount(wallet.equity),
        "totalWalletBalance": amount(wallet.balance),
        "totalMarginBalance": amount(wallet.equity),
        "totalAvailableBalance": amount(wallet.available),
        "totalPerpUPL": amount(wallet.unrealised),
        "totalInitialMargin": initial,
        "totalInitialMarginByMp": initial,
        "totalMaintenanceMargin": maintenance,
        "totalMaintenanceMarginByMp": maintenance,
        "accountIMRate": initial_rate,
        "accountIMRateByMp": initial_rate,
        "accountMMRate": maintenance_rate,
        "accountMMRateByMp": maintenance_rate,
        "accountLTV": "0",
    }


def _usdt(wallet: Wallet) -> Row:
    return _empty_coin("USDT") | {
        "equity": amount(wallet.equity),
        "usdValue": amount(wallet.equity),
        "walletBalance": amount(wallet.balance),
        "totalOrderIM": amount(wallet.order_initial_margin),
        "totalPositionIM": amount(wallet.position_initial_margin),
        "totalPositionMM": amount(wallet.maintenance_margin),
        "unrealisedPnl": amount(wallet.unrealised),
        "cumRealisedPnl": amount(wallet.cumulative_realised),
    }


def _empty_coin(coin: str) -> Row:
    zeros = (
        "equity usdValue walletBalance locked totalOrderIM totalPositionIM totalPositionMM "
        "unrealisedPnl cumRealisedPnl borrowAmount spotBorrow accruedInterest bonus "
        "spotHedgingQty colRes free"
    )
    row: Row = dict.fromkeys(zeros.split(), "0")
    return row | {
        "coin": coin,
        "marginCollateral": True,
        "collateralSwitch": True,
        "availableToWithdraw": "",
        "availableToBorrow": "",
    }
