"""`autotrader doctor`: is everything there that trading needs, and what to do if not."""
