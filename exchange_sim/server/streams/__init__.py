"""The WebSocket side: sessions, subscriptions, and the pushes of public and private topics."""
