"""The live desk's rules once more in float64, fast enough to be asked at every bar of a backtest.

Each function is the twin of a rule on `Decimal` and is tested against it; the rule decides what is
right. Where a value meets a limit exactly, floating point noise must not decide: differences below
`ties.SLACK` count as none.
"""
