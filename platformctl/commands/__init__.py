"""One file per group of commands; each reads its options, calls the rooms that do the work, and shows the result."""
