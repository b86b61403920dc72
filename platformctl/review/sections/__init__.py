"""The kinds of things that a review looks for, one file each."""
