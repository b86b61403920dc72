"""Whether a program asks for the same every time: a plan of one that does not is no promise of what its update does."""
