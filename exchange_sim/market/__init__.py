"""The market of the simulated exchange: prices, candles, books and funding at any moment.

Everything here is a pure function of the data folder (or the seed) and of the market time asked
about. Times are int milliseconds UTC, prices and amounts are Decimal.
"""
