"""Rows as Bybit sends them (docs samples and observed rows), for tests to change one field of."""

ORDER = {
    "orderId": "fd4300ae-7847-404e-b947-b46980a4d140",
    "orderLinkId": "at-entry-1",
    "parentOrderLinkId": "",
    "symbol": "BTCUSDT",
    "price": "30000.00",
    "qty": "0.10",
    "side": "Buy",
    "isLeverage": "",
    "positionIdx": 0,
    "orderStatus": "New",
    "cancelType": "UNKNOWN",
    "rejectReason": "EC_NoError",
    "avgPrice": "0",
    "leavesQty": "0.10",
    "cumExecQty": "0.00",
    "timeInForce": "GTC",
    "orderType": "Limit",
    "stopOrderType": "UNKNOWN",
    "triggerPrice": "0.00",
    "takeProfit": "33000.00",
    "stopLoss": "29000.00",
    "reduceOnly": False,
    "closeOnTrigger": False,
    "createdTime": "1684738540559",
    "updatedTime": "1684738540561",
    "cumFeeDetail": {"USDT": "0.1"},
}

STOP_CHILD = ORDER | {
    "orderId": "c1",
    "orderLinkId": "",
    "parentOrderLinkId": "at-entry-1",
    "price": "0",
    "side": "Sell",
    "orderType": "Market",
    "orderStatus": "Untriggered",
    "stopOrderType": "StopLoss",
    "triggerPrice": "29000.00",
    "takeProfit": "",
    "stopLoss": "",
    "reduceOnly": True,
    "avgPrice": "",
}

EXECUTION = {
    "symbol": "BTCUSDT",
    "orderType": "Market",
    "orderLinkId": "at-entry-1",
    "side": "Buy",
    "orderId": "8c065341-7b52-4ca9-ac2c-37e31ac55c94",
    "stopOrderType": "UNKNOWN",
    "leavesQty": "0",
    "execTime": "1672282722429",
    "isMaker": False,
    "execFee": "0.071409",
    "feeRate": "0.0006",
    "execId": "e0cbe81d-0f18-5866-9415-cf319b5dab3b",
    "execPrice": "1190.15",
    "orderQty": "0.1",
    "orderPrice": "1236.9",
    "execValue": "119.015",
    "execType": "Trade",
    "execQty": "0.1",
    "closedSize": "",
    "seq": 4688002127,
}

FUNDING = EXECUTION | {
    "execType": "Funding",
    "orderType": "UNKNOWN",
    "orderId": "1689724800-5-156671-1-2",
    "orderLinkId": "",
    "orderQty": "0",
    "orderPrice": "0",
    "execId": "f1",
    "execFee": "-0.011",
    "feeRate": "-0.0001",
    "closedSize": "0",
}

POSITION = {
    "positionIdx": 0,
    "riskId": 1,
    "symbol": "BTCUSDT",
    "side": "Sell",
    "size": "0.01",
    "avgPrice": "36410.75",
    "leverage": "30",
    "markPrice": "36413.3",
    "liqPrice": "51764.8",
    "takeProfit": "0",
    "stopLoss": "38000.00",
    "trailingStop": "0",
    "unrealisedPnl": "-0.00255",
    "createdTime": "1730805600084",
    "updatedTime": "1762199125472",
    "seq": 325852190774,
    "isReduceOnly": False,
}

FLAT_POSITION = POSITION | {"side": "", "size": "0", "avgPrice": "0", "updatedTime": ""}

WALLET = {
    "accountType": "UNIFIED",
    "totalEquity": "10100",
    "totalWalletBalance": "10000",
    "totalAvailableBalance": "9000.5",
    "totalInitialMargin": "1000",
    "totalMaintenanceMargin": "55",
    "coin": [
        {"coin": "BTC", "equity": "1", "walletBalance": "1"},
        {
            "coin": "USDT",
            "equity": "10050.25",
            "walletBalance": "10000.25",
            "unrealisedPnl": "50",
            "totalOrderIM": "10",
            "totalPositionIM": "90",
            "totalPositionMM": "5",
        },
    ],
}

TRANSACTION = {
    "transSubType": "",
    "id": "592324_XRPUSDT_161440249321",
    "symbol": "XRPUSDT",
    "side": "Buy",
    "funding": "",
    "orderLinkId": "linear-order",
    "orderId": "592b7e41-78fd-42e2-9aa3-91e1835ef3e1",
    "fee": "0.01908720",
    "change": "-0.0190872",
    "cashFlow": "0",
    "transactionTime": "1672121182224",
    "type": "TRADE",
    "qty": "88",
    "cashBalance": "5086.56192602",
    "currency": "USDT",
    "category": "linear",
    "tradePrice": "0.3615",
    "tradeId": "5184f079-88ec-54c7-8774-5173cafd2b4e",
}

FUNDING_TRANSACTION = TRANSACTION | {
    "type": "SETTLEMENT",
    "funding": "-0.003676",
    "fee": "0.00000000",
    "change": "-0.003676",
    "cashBalance": "5086.55825002",
    "transactionTime": "1672128000000",
    "orderId": "1672128000-8-592324-1-2",
    "orderLinkId": "",
    "tradeId": "534c0003-4bf7-486f-aa02-78cee36825e4",
    "tradePrice": "0.3676",
    "qty": "100",
}

CLOSED_PNL = {
    "symbol": "ETHPERP",
    "orderId": "5a373bfe-188d-4913-9c81-d57ab5be8068",
    "side": "Buy",
    "qty": "3",
    "closedSize": "3",
    "avgEntryPrice": "1180.59833333",
    "avgExitPrice": "1194.97516667",
    "closedPnl": "-47.4065323",
    "createdTime": "1672214887231",
    "updatedTime": "1672214887236",
}

INSTRUMENT = {
    "symbol": "BTCUSDT",
    "contractType": "LinearPerpetual",
    "status": "Trading",
    "baseCoin": "BTC",
    "quoteCoin": "USDT",
    "leverageFilter": {"minLeverage": "1", "maxLeverage": "100.00", "leverageStep": "0.01"},
    "priceFilter": {"minPrice": "0.10", "maxPrice": "1999999.80", "tickSize": "0.10"},
    "lotSizeFilter": {
        "maxOrderQty": "1190.000",
        "minOrderQty": "0.001",
        "qtyStep": "0.001",
        "maxMktOrderQty": "500.000",
        "minNotionalValue": "5",
    },
    "fundingInterval": 480,
    "settleCoin": "USDT",
}

TICKER = {
    "symbol": "BTCUSDT",
    "lastPrice": "30000.5",
    "indexPrice": "30001.2",
    "markPrice": "30000.9",
    "turnover24h": "1000000.5",
    "openInterest": "5000",
    "fundingRate": "0.0001",
    "nextFundingTime": "1760371200000",
    "bid1Price": "30000.4",
    "ask1Price": "30000.6",
    "predictedDeliveryPrice": "",
}

KEY = {
    "readOnly": 0,
    "permissions": {"ContractTrade": ["Order", "Position"], "Wallet": ["AccountTransfer"]},
    "expiredAt": "2026-02-01T03:20:45Z",
}
