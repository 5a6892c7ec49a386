"""The HTTP server of the stand-in: addresses, keys, errors, the control API, the process."""
