"""Grafana dashboards as code: what is shown is data that loads no SDK, and one file makes Grafana's documents of it."""
