"""What a command on a real account needs, looked at before anything runs."""
