"""The simulated exchange on the wire: REST, WebSocket and control, as Bybit V5 speaks them."""
