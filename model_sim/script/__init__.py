"""What the stand-in is told to do instead of answering well: steps, and what it cannot do."""
