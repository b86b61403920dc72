"""How databases are closed, encrypted, watched and kept."""
