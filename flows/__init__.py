"""When it runs: Prefect flows. The order of steps, nothing else."""
