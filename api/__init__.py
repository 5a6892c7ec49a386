"""What we offer to programs: REST and WebSocket. Empty until the desk has a web process."""
