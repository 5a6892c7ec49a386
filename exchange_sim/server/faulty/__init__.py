"""Requests and answers that go wrong on purpose: what the faults of HTTP and of lists do."""
