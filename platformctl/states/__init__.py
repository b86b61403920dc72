"""The engine's state as an object of care: where it lies, whether it is sound, its versions, and what mends it."""
