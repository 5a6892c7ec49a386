"""What `backtest` and `sweep` share: options, the archive, progress and tables."""
