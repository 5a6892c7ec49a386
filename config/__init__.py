"""What the owner may choose: settings from the environment, and how the desk logs."""
