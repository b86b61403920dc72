"""The provider's own configuration: what is known, what it means here, what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sandbox import wire
from sandbox.check import Problem

USED = ("region", "allowedAccountIds", "defaultTags", "ignoreTags", "endpoints")
ACCEPTED = (  # mean nothing on loopback: credentials come from AssumeRole, retries are the sandbox's own
    "accessKey", "secretKey", "token", "profile", "assumeRoles", "forbiddenAccountIds",
    "maxRetries", "retryMode", "s3UsePathStyle", "s3UsEast1RegionalEndpoint",
    "skipCredentialsValidation", "skipMetadataApiCheck", "skipRegionValidation",
    "skipRequestingAccountId", "sharedConfigFiles", "sharedCredentialsFiles", "stsRegion",
    "useDualstackEndpoint", "useFipsEndpoint", "insecure", "version", "pluginDownloadURL",
)  # fmt: skip
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def parse(values: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with the JSON strings, as which the SDK sends everything but strings, opened."""
    return {key: _opened(value) for key, value in wire.reveal(values).items()}


def _opened(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return wire.reveal(json.loads(value))
        except ValueError:
            return value
    return value


def problems(values: Mapping[str, Any]) -> list[Problem]:
    config = parse(values)
    found = [
        Problem(key, f'the sandbox does not know provider setting "{key}": add it to sandbox/config.py')
        for key in config
        if key not in USED + ACCEPTED
    ]
    if not wire.contains_unknown(config):
        if not config.get("region"):
            found.append(Problem("region", "the aws provider needs a region: set `region` on the provider"))
        accounts = config.get("allowedAccountIds") or []
        if len(accounts) != 1:
            reason = "the sandbox gives each environment the account named by allowedAccountIds: name exactly one"
            found.append(Problem("allowedAccountIds", reason))
        found += [
            Problem("endpoints", f"the sandbox talks to loopback only, not to {url}")
            for url in endpoint_urls(config)
            if urlsplit(url).hostname not in LOOPBACK
        ]
    return found


def endpoint_urls(config: Mapping[str, Any]) -> list[str]:
    return sorted({url for services in config.get("endpoints") or [] for url in services.values() if url})


def default_tags(config: Mapping[str, Any]) -> dict[str, str]:
    return dict((config.get("defaultTags") or {}).get("tags") or {})
