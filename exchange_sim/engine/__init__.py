"""The venue itself: accounts, orders, matching, positions, margin, funding, journal."""
