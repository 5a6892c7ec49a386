"""How long and how large the parts of an answer may be (analysis.md §3.4).

The schema tells them to the model, the wire types enforce them.
"""

from decimal import Decimal

LARGEST_ANSWER_BYTES = 1_000_000

MOST_PATTERNS = 3
MOST_LEVELS = 3
LEAST_EVIDENCE = 2
MOST_EVIDENCE = 6

LONGEST_CODE = 16
LONGEST_NOTE = 160
LONGEST_CLAIM = 200
LONGEST_CASE = 400
LONGEST_SUMMARY = 500

LARGEST_NUMBER = Decimal(10**12)
"""Above any price and any turnover of a perpetual in USDT."""
MOST_DECIMALS = 18
"""Prices of the smallest coins have fewer."""
