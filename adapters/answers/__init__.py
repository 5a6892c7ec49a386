"""What a vision model answers: the schema it is given, and how its text is read and refused."""
