"""What can happen to the desk's own process and to what it stands on, and what then holds."""
