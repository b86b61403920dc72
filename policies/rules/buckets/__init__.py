"""How buckets are closed, encrypted, kept and watched."""
