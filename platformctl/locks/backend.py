"""The store of locks beside a target's state."""

from collections.abc import Mapping

from platformctl.errors import CommandError
from platformctl.locks.folder import FolderStore
from platformctl.locks.store import Store
from platformctl.states.backend import Bucket, Folder, open_backend


def store_of(variables: Mapping[str, str]) -> Store:
    """The store beside the state that PULUMI_BACKEND_URL names, with the credentials among `variables`.

    CommandError for a backend that is neither a bucket of S3 nor a folder.
    """
    backend = open_backend(variables)
    if isinstance(backend, Folder):
        return FolderStore(backend.root.absolute())
    from platformctl.locks.bucket import BucketStore  # botocore is not needed for folders

    if not isinstance(backend, Bucket) or not backend.name:
        raise CommandError(f"PULUMI_BACKEND_URL names no bucket ({backend.url}): s3://BUCKET?region=REGION")
    return BucketStore(backend.client(), backend.name, backend.prefix)
