"""Instrument rows: instruments-info, risk-limit, fee-rate (spec 2.1, 2.2)."""

from decimal import Decimal

from exchange_sim.engine.model import FeeRates
from exchange_sim.market.values import Instrument, RiskTier
from exchange_sim.server.numbers import Row, amount, plain


def instrument_row(instrument: Instrument) -> Row:
    """The trading rules of one symbol, all prices and sizes with the decimals of their grid."""
    return {
        "symbol": instrument.symbol,
        "symbolId": instrument.symbol_id,
        "contractType": "LinearPerpetual",
        "status": instrument.status,
        "baseCoin": instrument.base_coin,
        "quoteCoin": "USDT",
        "settleCoin": "USDT",
        "launchTime": str(instrument.launch_time_ms),
        "deliveryTime": str(instrument.delivery_ms),
        "deliveryFeeRate": "",
        "priceScale": str(decimals(instrument.tick_size)),
        "leverageFilter": _leverage_filter(instrument),
        "priceFilter": _price_filter(instrument),
        "lotSizeFilter": _lot_size_filter(instrument),
        "riskParameters": {
            "priceLimitRatioX": plain(instrument.price_limit_x),
            "priceLimitRatioY": plain(instrument.price_limit_y),
        },
        "unifiedMarginTrade": True,
        "fundingInterval": instrument.funding_interval_min,
        "copyTrading": "none",
        "upperFundingRate": plain(instrument.upper_funding_rate),
        "lowerFundingRate": plain(instrument.lower_funding_rate),
        "isPreListing": False,
        "preListingInfo": None,
        "symbolType": "",
    }


def risk_tier_row(instrument: Instrument, number: int, tier: RiskTier) -> Row:
    """Step `number` (from 1) of a symbol's risk ladder; rates are fractions."""
    return {
        "id": number,
        "symbol": instrument.symbol,
        "riskLimitValue": plain(tier.limit_value),
        "maintenanceMargin": plain(tier.maintenance_rate),
        "initialMargin": plain(tier.initial_rate),
        "isLowestRisk": int(number == 1),
        "maxLeverage": amount(tier.max_leverage),
        "mmDeduction": amount(tier.deduction) if tier.deduction else "",
    }


def fee_rate_row(symbol: str, rates: FeeRates) -> Row:
    """What fills of `symbol` cost, as fractions of their value."""
    return {
        "symbol": symbol,
        "takerFeeRate": plain(rates.taker),
        "makerFeeRate": plain(rates.maker),
    }


def decimals(step: Decimal) -> int:
    """How many decimals a grid of `step` needs, for display: 0.10 needs 2, 5 needs 0."""
    exponent = step.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _leverage_filter(instrument: Instrument) -> Row:
    return {
        "minLeverage": plain(instrument.min_leverage),
        "maxLeverage": plain(instrument.max_leverage),
        "leverageStep": plain(instrument.leverage_step),
    }


def _price_filter(instrument: Instrument) -> Row:
    return {
        "minPrice": plain(instrument.min_price),
        "maxPrice": plain(instrument.max_price),
        "tickSize": plain(instrument.tick_size),
    }


def _lot_size_filter(instrument: Instrument) -> Row:
    return {
        "maxOrderQty": plain(instrument.max_qty),
        "minOrderQty": plain(instrument.min_qty),
        "qtyStep": plain(instrument.qty_step),
        "postOnlyMaxOrderQty": plain(instrument.max_qty),
        "maxMktOrderQty": plain(instrument.max_market_qty),
        "minNotionalValue": plain(instrument.min_notional),
    }
