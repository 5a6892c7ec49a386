"""The two dialects of the wire, read into one question and written from one answer."""
