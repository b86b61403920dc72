"""Asking a Prometheus over its HTTP API: instant queries, ranges, and what alerts."""

from platformctl.prometheus.answers import Alert, Sample, Series
from platformctl.prometheus.client import alerts, query, query_range
from platformctl.prometheus.server import PrometheusError, checked

__all__ = ["Alert", "PrometheusError", "Sample", "Series", "alerts", "checked", "query", "query_range"]
