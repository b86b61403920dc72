"""Which stores a target's records are in: beside its state always, and in the archive of evidence once there is one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformctl.clients import clients
from platformctl.locks.backend import store_of
from platformctl.locks.folder import FolderStore as LockFolder
from platformctl.records.stores import BucketStore, FolderStore, Store
from platformctl.signing.local import state_folder
from platformctl.state import deployment
from platformctl.target import Target

_FOLDER = ".platform/changes"  # beside .pulumi
ARCHIVE_PREFIX = "deployments/"  # as components/evidence/streams.py names it; there nothing is written twice


def beside_state(target: Target) -> Store:
    """The store that gives every record its number; CommandError for a backend that is neither folder nor S3."""
    inside, locks = f"{_FOLDER}/{target.project.name}/{target.environment}", store_of(target.variables)
    if isinstance(locks, LockFolder):
        return FolderStore(locks.root / inside)
    from platformctl.locks.bucket import BucketStore as LockBucket  # late: it loads botocore

    assert isinstance(locks, LockBucket)
    return BucketStore(locks.client, locks.bucket, f"{locks.prefix}{inside}/")


def archive(target: Target) -> Store | None:
    """The environment's archive, which keeps for years what it is given; None before it is deployed."""
    bucket = _outputs(target).get("archive_bucket")
    name = bucket.get("name") if isinstance(bucket, Mapping) else None
    if not isinstance(name, str):
        return None
    prefix = f"{ARCHIVE_PREFIX}{target.project.name}/{target.environment}/"
    return BucketStore(clients(target)("s3"), name, prefix)


def journal_folder(target: Target) -> Path:
    """Where this machine keeps what it has not handed over yet."""
    name = f"{target.project.name}.{target.environment}"
    if target.sandbox is not None:
        return target.sandbox.directory / "journal" / name
    return state_folder() / "journal" / str(target.project.settings(target.environment).account.id) / name


def _outputs(target: Target) -> Mapping[str, Any]:
    stacks = (one for one in deployment(target)["resources"] if one["type"] == "pulumi:pulumi:Stack")
    return next((one.get("outputs") or {} for one in stacks), {})
