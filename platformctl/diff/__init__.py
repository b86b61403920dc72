"""What a change does: the base's program applied to a private sandbox, and the head previewed against it."""
