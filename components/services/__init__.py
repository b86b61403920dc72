"""The parts of a billing service."""
