"""A simulated Bybit: what the exchange would answer, over real or synthetic market history.

It speaks the V5 protocol for linear USDT perpetuals well enough that real clients cannot tell.
It imports nothing of the rest of the project and nothing imports it: it is started as a process.
"""
