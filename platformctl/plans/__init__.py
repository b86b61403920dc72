"""Plan bundles: what was reviewed is what runs, and what differs is named."""
