import pytest

from tests.trading.grounding_builders import answer, codes

PLAIN = (
    "Price bounced at 39,950.5 and/or 40,000; volume is 12x normal.",
    "Place the stop below the swing low; a close above it opens 40,400.",
    "RSI(14) > 50 and EMA20 < EMA50, i.e. momentum is fading (see candle 118).",
    "Long/short ratio is high/close to extremes; open interest (OI) rises.",
    "Sell (short) setups failed; buy (long) interest near the order block.",
    "Sellers ignore support, the market order flow is weak: 3:1 reward/risk.",
    "Funding 0.0001 is paid at 16:00 UTC. Trend: up. Stop: 39801.",
    "\u0414\u0438\u0430\u043f\u0430\u0437\u043e\u043d \u0443\u0437\u043a\u0438\u0439, BTCUSDT "
    "\u0443 \u0441\u043e\u043f\u0440\u043e\u0442\u0438\u0432\u043b\u0435\u043d\u0438\u044f.",
    "\u4ef7\u683c\u5728\u533a\u95f4\u5185\uff0c\u7b49\u5f85\u7a81\u7834\u3002",
)


@pytest.mark.parametrize("text", PLAIN)
def test_the_words_of_traders_are_no_injection(text: str) -> None:
    assert codes(answer(summary=text, bull_case=text)) == []
