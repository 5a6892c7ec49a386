"""Shipped trading rules: closed candles in, signals out.

Every rule says at the close of bar i what it wants, from bars 0 to i alone, and says nothing
before it is warm. None has a measured edge: they are textbook rules to compare with.
"""
