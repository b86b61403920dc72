"""A sandbox of its own for these tests, and an engine reduced to the calls it makes on a provider."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from sandbox import process, wire
from sandbox.process import Running

REGION = "eu-central-1"
_accounts = itertools.count(700000000000)


class Engine:
    """One provider instance of one engine, in an account of its own."""

    def __init__(self, running: Running, default_tags: dict[str, str] | None = None):
        self.account = str(next(_accounts))
        self.running = running
        self._channel = grpc.insecure_channel(
            f"127.0.0.1:{running.provider_port}", [("grpc.use_local_subchannel_pool", 1)]
        )
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        config: dict[str, Any] = {"region": REGION, "allowedAccountIds": f'["{self.account}"]'}
        if default_tags:
            config["defaultTags"] = json.dumps({"tags": default_tags})
        self.stub.Configure(provider_pb2.ConfigureRequest(args=wire.encode(config)))

    def close(self) -> None:
        self._channel.close()

    def client(self, service: str, region: str = REGION) -> Any:
        """boto3 in the same account, past the provider."""
        keys = process.environment(self.running, self.account, REGION)
        make: Any = boto3.client
        return make(
            service,
            region_name=region,
            endpoint_url=keys["AWS_ENDPOINT_URL"],
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=keys["AWS_SESSION_TOKEN"],
        )

    @staticmethod
    def urn(token: str, name: str = "it") -> str:
        return f"urn:pulumi:dev::test::{token}::{name}"

    def check(self, token: str, inputs: dict[str, Any], old: dict[str, Any] | None = None, seed: bytes = b"1") -> Any:
        request = provider_pb2.CheckRequest(
            urn=self.urn(token), news=wire.encode(inputs), olds=wire.encode(old or {}), randomSeed=seed
        )
        return self.stub.Check(request)

    def checked(self, token: str, inputs: dict[str, Any]) -> dict[str, Any]:
        answer = self.check(token, inputs)
        assert not answer.failures, answer.failures
        return wire.decode(answer.inputs)

    def diff(self, token: str, old: dict[str, Any], new: dict[str, Any], id: str = "x") -> Any:  # noqa: A002
        request = provider_pb2.DiffRequest(
            urn=self.urn(token), id=id, old_inputs=wire.encode(old), olds=wire.encode(old), news=wire.encode(new)
        )
        return self.stub.Diff(request)

    def create(self, token: str, inputs: dict[str, Any], preview: bool = False) -> tuple[str, dict[str, Any]]:
        """Check and Create; gives the id and the state."""
        properties = wire.encode(self.checked(token, inputs))
        answer = self.stub.Create(
            provider_pb2.CreateRequest(urn=self.urn(token), properties=properties, preview=preview)
        )
        return answer.id, wire.decode(answer.properties)

    def update(
        self,
        token: str,
        id: str,  # noqa: A002
        old: dict[str, Any],
        new: dict[str, Any],
        *,
        state: dict[str, Any] | None = None,
        preview: bool = False,
    ) -> dict[str, Any]:
        """Check and Update; gives the state. `state` is the one before, if it is to be more than the inputs."""
        before, after = (wire.encode(self.checked(token, it)) for it in (old, new))
        olds = wire.encode(state) if state else before
        request = provider_pb2.UpdateRequest(
            urn=self.urn(token), id=id, old_inputs=before, olds=olds, news=after, preview=preview
        )
        return wire.decode(self.stub.Update(request).properties)

    def read(self, token: str, id: str, inputs: dict[str, Any] | None = None) -> Any:  # noqa: A002
        known = wire.encode(self.checked(token, inputs) if inputs else {})
        return self.stub.Read(provider_pb2.ReadRequest(urn=self.urn(token), id=id, inputs=known, properties=known))

    def delete(self, token: str, id: str, inputs: dict[str, Any]) -> None:  # noqa: A002
        known = wire.encode(self.checked(token, inputs))
        self.stub.Delete(provider_pb2.DeleteRequest(urn=self.urn(token), id=id, old_inputs=known, properties=known))


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with process.temporary(Path(tmp_path_factory.mktemp("root"))) as running:
        yield running


@pytest.fixture
def engine(sandbox: Running) -> Iterator[Engine]:
    engine = Engine(sandbox)
    yield engine
    engine.close()


@pytest.fixture
def tagged_engine(sandbox: Running) -> Iterator[Engine]:
    engine = Engine(sandbox, default_tags={"owner": "platform", "data-class": "internal"})
    yield engine
    engine.close()


@pytest.fixture
def vpc_id(engine: Engine) -> str:
    return engine.create("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})[0]


@pytest.fixture
def subnet_id(engine: Engine, vpc_id: str) -> str:
    inputs = {"vpcId": vpc_id, "cidrBlock": "10.0.0.0/24", "availabilityZoneId": "euc1-az1"}
    return engine.create("aws:ec2/subnet:Subnet", inputs)[0]
