"""What the steps are: Prefect tasks that read, decide, act and remember, each with its policy."""
