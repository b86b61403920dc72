"""Change records: one for every change, hash-chained and signed, so that each can be checked offline."""
