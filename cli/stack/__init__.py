"""The processes of the desk, started and stopped in order: database, exchange, orchestration."""
