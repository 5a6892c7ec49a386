"""The backtest engine on the work its rivals were measured on, one fresh process per figure."""
