"""After an update that ended early: what it left behind, what of that is adopted, and how the environment stands."""
