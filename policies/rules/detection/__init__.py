"""What watches an account: threats, posture, changes, in every region in use."""
