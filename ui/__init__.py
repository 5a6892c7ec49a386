"""What a person sees: the dashboard. Empty until the desk has a web process."""
