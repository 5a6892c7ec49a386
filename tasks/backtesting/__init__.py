"""What would this have done? Load candles, let a strategy speak, trade it, judge it, keep it."""
