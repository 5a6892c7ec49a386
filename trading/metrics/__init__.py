"""What a record of trades and an equity curve say, and how sure one may be of it."""
