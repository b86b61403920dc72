"""Service levels: what is promised, and the rules and alerts that follow from the promise."""
