"""What is right: pure rules and values. No I/O, clock, randomness, logging or framework."""
