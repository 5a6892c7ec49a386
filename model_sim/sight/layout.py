"""Where a chart of the desk has its code and its candles, in pixels.

Copied by eye from the desk's chart renderer (its layout, palette and title): this server knows
the pictures it is shown as a model does, by looking, and shares no code with who draws them.
"""

CHART_SIZE = (1536, 768)

CODE_BOX = (1436, 8, 1534, 37)
"""Left, top, right and bottom of the corner with the code, without its frame; the last two are
the first outside."""

CODE_LENGTH = 4
CODE_FONT_SIZE = 22
CODE_ALPHABET = "ACDEFHJKLMNPRTUVWXY3479"

PRICE_TOP, PRICE_BOTTOM = 45, 520
"""Rows of the price panel, without its frame."""

NEWEST_X = 1326
"""Column in the middle of the newest candle."""

PITCH = 11
"""Columns from one candle to the next older one."""

MOST_CANDLES = 120

UP = (0x0B, 0x6B, 0x3A)
DOWN = (0xA6, 0x1B, 0x1B)
"""The inks of rising and falling candles."""
