"""A backtest's report as files: one page for people, JSON and Parquet for programs."""
