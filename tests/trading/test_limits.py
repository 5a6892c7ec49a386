from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from trading.errors import InvariantError
from trading.limits import RiskLimits


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max_open_positions": -1}, "max_open_positions is -1"),
        ({"risk_fraction_per_trade": Decimal(0)}, "risk_fraction_per_trade"),
        ({"risk_fraction_per_trade": Decimal("1.5")}, "risk_fraction_per_trade"),
        ({"max_daily_loss_fraction": Decimal("-0.1")}, "max_daily_loss_fraction"),
        ({"max_daily_loss_fraction": Decimal(2)}, "max_daily_loss_fraction"),
        ({"max_symbol_exposure_fraction": Decimal(0)}, "max_symbol_exposure_fraction"),
        ({"max_symbol_exposure_fraction": Decimal(3)}, "is above max_total_exposure_fraction"),
        ({"max_total_exposure_fraction": Decimal("NaN")}, "max_total_exposure_fraction"),
        ({"max_leverage": Decimal("0.5")}, "max_leverage is 0.5; at least 1"),
        ({"max_leverage": Decimal("Infinity")}, "max_leverage"),
        ({"minimum_reward_risk": Decimal(-1)}, "minimum_reward_risk"),
        ({"maximum_spread_bps": Decimal(-1)}, "maximum_spread_bps"),
        ({"liquidation_stop_distances": Decimal(-1)}, "liquidation_stop_distances"),
        ({"maximum_signal_age": timedelta(0)}, "maximum_signal_age"),
        ({"imminent_funding": timedelta(0)}, "imminent_funding"),
        ({"max_imminent_funding_fraction": Decimal(-1)}, "max_imminent_funding_fraction"),
        ({"minimum_stop_atr": Decimal(-1)}, "minimum_stop_atr"),
    ],
)
def test_senseless_limits_are_refused_by_name(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvariantError, match=message):
        RiskLimits(**changes)


def test_no_open_positions_is_a_way_to_stop_entries() -> None:
    assert RiskLimits(max_open_positions=0).max_open_positions == 0
