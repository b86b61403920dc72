"""What is watched: a JSON file that the deployment writes (components/exporter/observed.py)."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from platformctl.errors import CommandError


@dataclass(frozen=True, kw_only=True)
class Database:
    """`is_cluster`: told of by DescribeDBClusters, else by DescribeDBInstances."""

    identifier: str
    is_cluster: bool


@dataclass(frozen=True, kw_only=True)
class Config:
    """`databases`: by the name that series carry. `vaults`: their regions. `trail_prefix`: before AWSLogs/, without a
    slash at its end. `streams`: prefixes that Firehose delivers to, each followed by year/month/day. `records_prefix`:
    of change records. `cluster_url`: the API that knows the Rollouts; `token_folder`: the account that asks it.
    `public_keys`: a file of keys that sign digests; None: CloudTrail is asked.
    """

    account: str
    region: str
    project: str
    stack: str
    databases: Mapping[str, Database]
    vaults: Mapping[str, str]
    archive: str
    trail: str
    trail_prefix: str
    streams: tuple[str, ...]
    records_prefix: str
    cluster_url: str = "https://kubernetes.default.svc"
    token_folder: str = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105  a folder, where Kubernetes puts it
    public_keys: str | None = None


def read(file: Path) -> Config:
    """The file's content; CommandError that names the key which is missing, unknown or of another type."""
    try:
        content = json.loads(file.read_text())
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}: name the JSON file that says what is watched") from None
    except ValueError as error:
        raise CommandError(f"{file}: is no JSON: {error}") from None
    given = _fields(Config, content, str(file))
    given["databases"] = {
        name: Database(**_fields(Database, one, f"{file}: databases.{name}"))
        for name, one in given["databases"].items()
    }
    return Config(**{**given, "streams": tuple(given["streams"])})


_TYPES: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    "databases": (dict, "an object"),
    "vaults": (dict, "an object of regions"),
    "streams": (list, "a list of prefixes"),
    "is_cluster": (bool, "true or false"),
    "public_keys": ((str, type(None)), "a path or null"),
}


def _fields(form: type[Config] | type[Database], content: Any, place: str) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise CommandError(f"{place}: must be an object, got {type(content).__name__}")
    known = {one.name: one.default is MISSING for one in fields(form)}
    if unknown := sorted({*content} - {*known}):
        raise CommandError(f"{place}: {unknown[0]} is unknown: allowed are {', '.join(known)}")
    if missing := [name for name, needed in known.items() if needed and name not in content]:
        raise CommandError(f"{place}: {missing[0]} is missing: add it")
    for name, value in content.items():
        type_, told = _TYPES.get(name, (str, "text"))
        if not isinstance(value, type_):
            raise CommandError(f"{place}: {name} must be {told}, got {value!r}")
    return dict(content)
