"""How what is lost comes back."""
