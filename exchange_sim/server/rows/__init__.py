"""The rows of Bybit V5 answers, one file per resource: exact field names and JSON types."""
