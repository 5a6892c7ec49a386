"""`autotrader up`: the whole desk as one foreground process group."""
