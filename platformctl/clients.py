"""boto3 clients with the credentials that a target's engine has."""

from collections.abc import Callable
from typing import Any

from platformctl.target import Target


def clients(target: Target, region: str = "") -> Callable[[str], Any]:
    """Service name -> client; `region`: by default the target's."""
    import boto3  # late: few commands need it

    v = target.variables
    session = boto3.Session(
        v.get("AWS_ACCESS_KEY_ID"),
        v.get("AWS_SECRET_ACCESS_KEY"),
        v.get("AWS_SESSION_TOKEN"),
        region or v.get("AWS_REGION"),
    )
    return lambda service: session.client(service, endpoint_url=v.get("AWS_ENDPOINT_URL"))
