"""What can go wrong at an exchange: named, seeded faults that are switched on by the control API.

With no fault on, the exchange behaves and costs as if this package were not there.
"""
