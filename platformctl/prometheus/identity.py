"""Who asks a Prometheus: nobody, the holder of a token, or for Amazon's managed one the AWS credentials."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from platformctl.clients import session
from platformctl.errors import CommandError

TOKEN = "PROMETHEUS_TOKEN"  # noqa: S105  the name of a variable
_MANAGED = re.compile(r"aps-workspaces(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def headers(
    method: str, address: str, body: str, form: Mapping[str, str], variables: Mapping[str, str]
) -> dict[str, str]:
    """The headers to send. A token leaves this machine encrypted or not at all."""
    parts = urlsplit(address)
    if managed := _MANAGED.fullmatch(parts.hostname or ""):
        return _signed(method, address, body, form, variables, managed[1])
    token = variables.get(TOKEN, "").strip()
    if not token:
        return {"User-Agent": "platformctl", **form}
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise CommandError(f"{TOKEN} is set, and {parts.scheme}://{parts.hostname} would send it in plain: use https")
    return {"User-Agent": "platformctl", "Authorization": f"Bearer {token}", **form}


def _signed(
    method: str, address: str, body: str, form: Mapping[str, str], variables: Mapping[str, str], region: str
) -> dict[str, str]:
    """Signature version 4 for the service `aps`: Amazon Managed Service for Prometheus, "Querying using the API"."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    credentials = session(variables, region).get_credentials()
    if credentials is None:
        raise CommandError(f"{urlsplit(address).hostname} takes signed requests, and there are no AWS credentials here")
    request = AWSRequest(method=method, url=address, data=body or None, headers=dict(form))
    SigV4Auth(credentials.get_frozen_credentials(), "aps", region).add_auth(request)
    return dict(request.headers.items())
