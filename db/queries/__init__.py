"""Reads for screens, the command line and reports: plain queries that give frozen values."""
