"""Candles and funding rates in files: CSV, Parquet and Feather, by the names others gave them."""
