"""What the stand-in answers: numbers from the question, a simple rule, the shape asked for."""
