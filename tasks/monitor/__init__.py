"""`autotrader monitor`: what the exchange pushes becomes rows, in order, as it happens."""
