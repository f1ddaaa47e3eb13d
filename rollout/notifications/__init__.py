"""Mail of rollout, one file per occasion."""
