"""One file per family of commands: options in, a task or a query called, the answer shown."""
