"""What every decision would have earned, taken or not: labels under five policies."""
