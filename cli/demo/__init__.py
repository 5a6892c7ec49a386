"""`autotrader demo`: the desk over a simulated market, on a stage of its own, then audited."""
