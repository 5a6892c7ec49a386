"""Writes, and the reads that writes need: functions that take a Session and never commit."""
