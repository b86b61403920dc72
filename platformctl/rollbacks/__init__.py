"""Back to an earlier commit: which one, what it would do to what stands now, and what cannot go back."""
