"""Is what we remember true? Our database against the exchange's own records, field by field."""
