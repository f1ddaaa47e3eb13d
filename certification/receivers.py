"""Two-line receivers: they queue a task, the task looks again for itself."""
