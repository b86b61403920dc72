"""Both stores, the one of S3 over HTTP, and a clock for protocols."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from platformctl.locks.backend import store_of
from platformctl.locks.store import Store
from sandbox import process

ACCOUNT, REGION, BUCKET = "111122223333", "eu-central-1", "states"
OpenStore = Callable[[], Store]  # another client of the same store each time


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Variables of a sandbox whose S3 holds a versioned bucket for states."""
    with process.temporary(tmp_path_factory.mktemp("cloud")) as running:
        variables = process.environment(running, ACCOUNT, REGION)
        client = client_of("s3", variables)
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


def client_of(service: str, cloud: dict[str, str]) -> Any:
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    keys: Any = {name.lower(): cloud[name] for name in names}
    return boto3.client(service, region_name=REGION, endpoint_url=cloud["AWS_ENDPOINT_URL"], **keys)


@pytest.fixture
def pages(cloud: dict[str, str]) -> Iterator[Any]:
    """What the topic that pages was told, read from a queue that subscribes to it."""
    sns, sqs = client_of("sns", cloud), client_of("sqs", cloud)
    topic = sns.create_topic(Name="prod-page")["TopicArn"]
    queue = sqs.create_queue(QueueName="pager")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def received() -> list[dict[str, Any]]:
        found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(one["Body"]) for one in found]

    yield received
    sns.delete_topic(TopicArn=topic)
    sqs.delete_queue(QueueUrl=queue)
