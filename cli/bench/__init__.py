"""`autotrader bench`: how fast the desk and the simulated exchange are on this machine."""
