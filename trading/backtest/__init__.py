"""Rules traded over past candles, with the costs, limits and rounding of a live account."""
