"""Orders the venue refuses at once, one row per rule of section 2.4, in its order.

Each row: what is wrong, the wire parameters that differ from a plain market buy of 0.1 BTC at
60,000, the retCode, and a part of the text.
"""

LIMIT = {"orderType": "Limit", "price": "60000"}
LONG_ID = "x" * 37

REFUSED_ORDERS: list[tuple[str, dict[str, object], int, str]] = [
    ("no side", {"side": ""}, 10001, "params error: side invalid"),
    ("unknown side", {"side": "Long"}, 10001, "params error: side invalid"),
    ("no symbol", {"symbol": None}, 10001, "symbol invalid"),
    ("unlisted symbol", {"symbol": "FOOUSDT"}, 10001, "symbol invalid: 'FOOUSDT'"),
    ("unknown order type", {"orderType": "Stop"}, 10001, "orderType invalid"),
    ("order type of funding rows", {"orderType": "UNKNOWN"}, 10001, "orderType invalid"),
    ("no quantity", {"qty": None}, 10001, "qty invalid"),
    ("quantity in words", {"qty": "one"}, 10001, "Qty invalid"),
    ("quantity in exponent notation", {"qty": "1e-05"}, 10001, "Qty invalid: '1e-05'"),
    ("negative quantity", {"qty": "-1"}, 10001, "minimum limit"),
    ("infinite quantity", {"qty": "inf"}, 10001, "Qty invalid"),
    ("a true for a number", {"qty": True}, 10001, "Qty invalid"),
    ("a number for a link id", {"orderLinkId": 5}, 10001, "orderLinkId invalid"),
    ("a word for a flag", {"reduceOnly": "yes"}, 10001, "reduceOnly invalid"),
    ("half a position index", {"positionIdx": "0.5"}, 10001, "positionIdx invalid"),
    ("limit without price", {"orderType": "Limit"}, 10001, "price invalid"),
    ("link id too long", {"orderLinkId": LONG_ID}, 10001, "orderLinkId invalid"),
    ("link id with a space", {"orderLinkId": "a b"}, 10001, "orderLinkId invalid"),
    ("hedge index in one-way mode", {"positionIdx": 1}, 10001, "position idx not match"),
    ("below the minimum", {"qty": "0.0001"}, 10001, "exceeds minimum limit allowed"),
    ("above the market maximum", {"qty": "500.001"}, 10001, "> max_qty:50000000000"),
    ("off the quantity step", {"qty": "0.1005"}, 10001, "Qty invalid: 0.1005"),
    ("off the tick", LIMIT | {"price": "60000.05"}, 10001, "price invalid: 60000.05"),
    ("price out of range", LIMIT | {"price": "2000000"}, 10001, "price invalid: 2000000"),
    ("nothing to reduce", {"reduceOnly": True}, 110017, "current position is zero"),
    ("nothing to close", {"qty": "0", "reduceOnly": True, "closeOnTrigger": True}, 110017, "zero"),
    ("no trigger direction", {"triggerPrice": "61000"}, 10001, "triggerDirection invalid"),
    (
        "rise already there",
        {"triggerPrice": "60000", "triggerDirection": 1},
        110092,
        "expect Rising, but trigger_price[60000] <= current[60000]??LastPrice",
    ),
    (
        "fall already there",
        {"triggerPrice": "60000", "triggerDirection": 2, "triggerBy": "MarkPrice"},
        110093,
        "expect Falling, but trigger_price[60000] >= current[60000]??MarkPrice",
    ),
    (
        "stop above a long",
        {"stopLoss": "60001"},
        10001,
        "StopLoss:600010000 set for Buy position should lower than "
        "base_price:600000000??LastPrice",
    ),
    (
        "target below a long",
        {"takeProfit": "59000"},
        10001,
        "TakeProfit:590000000 set for Buy position should be higher than "
        "base_price:600000000??LastPrice",
    ),
    ("stop below a short", {"side": "Sell", "stopLoss": "59000"}, 10001, "set for Sell position"),
    ("stop on the price", {"stopLoss": "60000"}, 10001, "should lower than"),
    ("stop against the limit price", LIMIT | {"stopLoss": "60000"}, 10001, "base_price:600000000"),
    ("stop off the tick", {"stopLoss": "59000.05"}, 10001, "stopLoss invalid: 59000.05"),
    (
        "limit leg in Full mode",
        {"takeProfit": "61000", "tpOrderType": "Limit", "tpLimitPrice": "61000"},
        10001,
        "only allowed with tpslMode Partial",
    ),
    (
        "limit leg without price",
        {"takeProfit": "61000", "tpOrderType": "Limit", "tpslMode": "Partial"},
        10001,
        "tpLimitPrice invalid",
    ),
    ("slippage of an unknown kind", {"slippageToleranceType": "Bps"}, 110108, "'Bps'"),
    (
        "slippage out of range",
        {"slippageToleranceType": "Percent", "slippageTolerance": "11"},
        110109,
        "0.01..10",
    ),
    ("below the minimum value", LIMIT | {"qty": "0.001", "price": "4000"}, 110094, "5USDT"),
    ("more than the margin", {"qty": "2"}, 110007, "ab not enough for new order"),
    ("above the risk ladder", {"qty": "101"}, 110090, "too large for leverage 10"),
]
