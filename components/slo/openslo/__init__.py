"""Service levels as OpenSLO documents (openslo/v1), and what documents of others mean here."""
