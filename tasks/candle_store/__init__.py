"""Market data of the past: fetched, imported, judged, kept, and handed out as arrays."""
