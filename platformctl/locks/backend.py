"""Finds where a target's state is kept, as the engine does, and with it the store of its locks."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from platformctl.errors import CommandError
from platformctl.locks.folder import FolderStore
from platformctl.locks.store import Store

_FILE = "file://"


def store_of(variables: Mapping[str, str]) -> Store:
    """The store beside the state that PULUMI_BACKEND_URL names, with the credentials among `variables`.

    CommandError for a backend that is neither a bucket of S3 nor a folder.
    """
    url = variables.get("PULUMI_BACKEND_URL", "")
    if url.startswith(_FILE):
        return FolderStore(_folder(url))
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise CommandError(
            f"PULUMI_BACKEND_URL is {url!r}: locks are kept beside the state, in s3://BUCKET?region=REGION or file://"
        )
    from platformctl.locks.bucket import BucketStore

    prefix = parts.path.strip("/")  # as the engine: pulumi pkg/backend/diy/backend.go, newDIYBackend
    client = _client(dict(parse_qsl(parts.query)), variables)
    return BucketStore(client, parts.netloc, f"{prefix}/" if prefix else "")


def _folder(url: str) -> Path:
    """As the engine reads it, `~` and relative paths included: massageBlobPath in the same file."""
    return Path(url.removeprefix(_FILE).partition("?")[0]).expanduser().absolute()


def _client(options: Mapping[str, str], variables: Mapping[str, str]) -> Any:
    """A client as the URL's options ask for it. Source: gocloud.dev aws/aws.go, ConfigFromURLParams and
    V2ConfigFromURLParams.
    """
    import boto3
    from botocore.config import Config

    from platformctl.locks import bucket

    secure = not (_is_on(options, "disableSSL") or _is_on(options, "disable_https"))
    endpoint = options.get("endpoint", "")
    if endpoint and "://" not in endpoint:
        endpoint = f"{'https' if secure else 'http'}://{endpoint}"
    endpoint = endpoint or variables.get("AWS_ENDPOINT_URL_S3", "") or variables.get("AWS_ENDPOINT_URL", "")
    by_path = _is_on(options, "s3ForcePathStyle") or _is_on(options, "use_path_style") or bool(endpoint)
    config = Config(
        connect_timeout=bucket.CONNECT_S,
        read_timeout=bucket.READ_S,
        retries={"total_max_attempts": bucket.ATTEMPTS, "mode": "standard"},
        s3={"addressing_style": "path"} if by_path else {},
    )
    region = options.get("region") or variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION")
    session = boto3.Session(region_name=region, **_credentials(options, variables))
    return session.client("s3", endpoint_url=endpoint or None, use_ssl=secure, config=config)


def _credentials(options: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, Any]:
    """Those of the target, where they are not already this process's own."""
    if profile := options.get("profile"):
        return {"profile_name": profile}
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    if all(variables.get(name) == os.environ.get(name) for name in names):
        return {}
    return {name.lower(): variables.get(name) for name in names}


def _is_on(options: Mapping[str, str], name: str) -> bool:
    return options.get(name, "").lower() in ("1", "t", "true")
