"""How logs are kept, and who is told of what they show."""
