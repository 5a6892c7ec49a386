"""What the commands about prompts share."""
