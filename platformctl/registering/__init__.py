"""Registers resources without engine: at once where all is known, and by the SDK where something is unusual."""
