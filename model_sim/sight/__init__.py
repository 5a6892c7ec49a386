"""What the stand-in sees in a picture: the code in the corner, and the candles."""
