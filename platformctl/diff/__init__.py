"""What a change would do, without an account: the base's program applied to a private sandbox, the head's previewed
against it."""
