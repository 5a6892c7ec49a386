"""Bybit, category linear, USDT perpetuals: `gateway.connect` is the way in."""
