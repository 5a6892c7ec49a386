"""Does the backtest trade as the desk does? Both over the same candles, trade by trade."""
