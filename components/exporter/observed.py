"""What the exporter watches, in the form that it reads (platformctl/exporter/config.py)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ObservedDatabase:
    """`identifier`: of the cluster, whose instances begin with it, or of the instance."""

    identifier: str
    is_cluster: bool


@dataclass(frozen=True, kw_only=True)
class Observed:
    """`databases`: by the name that series carry. `vaults`: the region of each. `archive`: the bucket of evidence, in
    which `trail_prefix` (no slash at its end) stands before AWSLogs/, Firehose delivers below each of `streams`, and
    change records lie below `records_prefix`.
    """

    account: str
    region: str
    project: str
    stack: str
    databases: Mapping[str, ObservedDatabase]
    vaults: Mapping[str, str]
    archive: str
    trail: str
    trail_prefix: str
    streams: tuple[str, ...]
    records_prefix: str

    def __post_init__(self) -> None:
        if not self.databases:
            raise ValueError("databases must be at least one, got none: nobody would tell how far a replica is behind")
        if not self.vaults:
            raise ValueError("vaults must be at least one, got none: nobody would tell how old the newest copy is")
        for prefix in (*self.streams, self.records_prefix):
            if not prefix.endswith("/"):
                raise ValueError(f"prefixes must end with /, got {prefix!r}")

    def as_json(self) -> str:
        """The same text for the same environment."""
        told: dict[str, Any] = {**vars(self), "databases": {name: vars(one) for name, one in self.databases.items()}}
        return json.dumps({**told, "vaults": dict(self.vaults)}, indent=2, sort_keys=True) + "\n"
