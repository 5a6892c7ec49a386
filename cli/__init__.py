"""What can be done by hand: the `autotrader` command."""
