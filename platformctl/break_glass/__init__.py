"""Uses of the role for emergencies: each with a reason, told to all approvers, and reviewed before the next."""
