"""Kill the desk at every point of its work, restart it, and compare what it ends up with."""
