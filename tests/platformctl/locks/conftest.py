"""Both stores, the one of S3 over HTTP, and a clock for protocols."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from platformctl.locks.backend import store_of
from platformctl.locks.store import Store
from sandbox import process

ACCOUNT, REGION, BUCKET = "111122223333", "eu-central-1", "states"
OpenStore = Callable[[], Store]  # another client of the same store each time


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Variables of a sandbox whose S3 holds a versioned bucket for states."""
    import boto3

    with process.temporary(tmp_path_factory.mktemp("cloud")) as running:
        variables = process.environment(running, ACCOUNT, REGION)
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        keys: Any = {name.lower(): variables[name] for name in names}
        client = boto3.client("s3", region_name=REGION, endpoint_url=running.aws_url, **keys)
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        host = running.aws_url.removeprefix("http://")
        url = f"s3://{BUCKET}/team?region={REGION}&endpoint={host}&disableSSL=true&s3ForcePathStyle=true"
        yield {**variables, "PULUMI_BACKEND_URL": url}


@pytest.fixture(params=["folder", "bucket"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> OpenStore:
    """A new store of each kind; names of documents in the bucket are shared by all tests."""
    if request.param == "folder":
        return lambda: store_of({"PULUMI_BACKEND_URL": f"file://{tmp_path}?metadata=skip"})
    variables: dict[str, str] = request.getfixturevalue("cloud")
    return lambda: store_of(variables)
