"""The exporter of the platform's own series: what it watches, what it may do for that, and how it runs."""
