"""A local stand-in for Telegram's Bot API: it keeps what it is sent and says what it is told to.

It imports nothing of the desk and is started as a process: `python -m telegram_sim --json`.
"""
