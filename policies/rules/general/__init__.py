"""What holds for resources of every kind."""
