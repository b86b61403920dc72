"""One file per area; a file that is added here is found, and nothing else has to be told of it."""
