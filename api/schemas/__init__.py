"""What is sent and answered, by subject."""
