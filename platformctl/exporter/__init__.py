"""Makes the series that the platform's own service levels are computed from, and serves them to Prometheus."""
