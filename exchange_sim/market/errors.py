"""What can be wrong with a market.

MarketDataError      the folder, the symbol or the question does not fit; the message says how
"""


class MarketDataError(Exception):
    """The market cannot be built, or asked, like this: correct the data folder or the question."""
