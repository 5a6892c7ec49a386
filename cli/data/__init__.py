"""What the `data` commands share."""
