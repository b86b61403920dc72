"""boto3 clients with the credentials that a target's engine has."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from platformctl.target import Target

if TYPE_CHECKING:
    import boto3

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


def session(variables: Mapping[str, str], region: str | None) -> "boto3.Session":
    """With the keys among `variables`; without any, with what boto3 finds."""
    import boto3  # late: few commands need it

    identity, secret, token = (variables.get(name) for name in KEYS)
    return boto3.Session(identity, secret, token, region)


def clients(target: Target, region: str = "") -> Callable[[str], Any]:
    """Service name -> client; `region`: by default the target's."""
    v = target.variables
    made = session(v, region or v.get("AWS_REGION"))
    return lambda service: made.client(service, endpoint_url=v.get("AWS_ENDPOINT_URL"))
