"""Clients of AWS for a program that runs for months: patient with throttling, never for long with silence."""

from collections.abc import Callable
from typing import Any

Clients = Callable[[str, str], Any]  # service, region -> boto3's client


def clients() -> Clients:
    """By what the process has: the role of its pod. The standard retry mode backs off (boto3 guide, "Retries")."""
    import boto3
    from botocore.config import Config

    config = Config(
        retries={"mode": "standard", "total_max_attempts": 4},
        connect_timeout=5,
        read_timeout=30,
        max_pool_connections=16,
    )
    make: Any = boto3.client
    return lambda service, region: make(service, region_name=region, config=config)
