"""Does the desk survive it? Faults of the exchange, the network and the machine, and what held."""
