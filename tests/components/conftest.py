"""Builds components without engine or cloud and records what they register."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import empty_pb2
from pulumi.runtime import mocks, rpc, stack
from pulumi.runtime.settings import Settings, configure

STACK_TYPE = "pulumi:pulumi:Stack"
VPC_IPV6 = "2a05:d014:b2c:4300::/56"


@dataclass(frozen=True)
class Made:
    """One registered resource, as the engine is asked for it."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    protect: bool
    provider: str
    dependencies: tuple[str, ...]


@dataclass(frozen=True)
class Built:
    """Everything that a program registered, and what its stack exports."""

    resources: tuple[Made, ...]
    outputs: Mapping[str, Any]

    def one(self, kind: str, name: str) -> Made:
        """The resource of that name whose type ends with `:<kind>`."""
        (found,) = [made for made in self.all(kind) if made.name == name]
        return found

    def all(self, kind: str) -> list[Made]:
        return [made for made in self.resources if made.type.endswith(f":{kind}")]

    def identities(self) -> set[str]:
        """What identifies the resources within their stack: qualified type and name."""
        return {made.urn.split("::", 2)[2] for made in self.resources}


class Recorder(mocks.Mocks):
    """Answers registrations with their inputs and the outputs that components pass on; refuses look-ups."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        known: dict[str, Any] = {
            "arn": f"arn:{args.name}",
            "keyId": f"key-{args.name}",
            "allocationId": f"eipalloc-{args.name}",
        }
        known |= {"publicIp": f"ip-{args.name}", "ipv6CidrBlock": VPC_IPV6}
        if args.typ in ("aws:rds/cluster:Cluster", "aws:rds/instance:Instance"):
            known |= _database(args.name)
        if args.typ == "aws:eks/cluster:Cluster":
            return f"id-{args.name}", {**known, **args.inputs, **_kubernetes(args.name, args.inputs)}
        if args.typ == "aws:ec2/launchTemplate:LaunchTemplate":
            known["latestVersion"] = 1
        return f"id-{args.name}", {**known, **args.inputs}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        raise AssertionError(f"look-ups are not allowed in components: {args.token}")


def _kubernetes(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "endpoint": f"https://{name}.eks.example",
        "certificateAuthority": {"data": f"authority-{name}"},
        "vpcConfig": {**inputs["vpcConfig"], "clusterSecurityGroupId": f"sg-{name}"},
    }


def _database(name: str) -> dict[str, Any]:
    return {
        "endpoint": f"{name}.db.example",
        "address": f"{name}.db.example",
        "readerEndpoint": f"{name}-ro.db.example",
        "resourceId": f"resource-{name}",
        "clusterResourceId": f"resource-{name}",
        "masterUserSecrets": [{"secretArn": f"arn:secret-{name}"}],
    }


@dataclass
class _Monitor(mocks.MockMonitor):
    made: list[Made] = field(default_factory=list)
    exported: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(Recorder())

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """As the engine does, with the types of all parents but the stack."""
        parent_type = parent.split("::")[2] if parent else STACK_TYPE
        qualified = type_ if parent_type == STACK_TYPE else f"{parent_type}${type_}"
        return f"urn:pulumi:test::billing-platform::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  # the protocol's name
        if request.type != STACK_TYPE:
            urn = self.make_urn(request.parent, request.type, request.name)
            assert urn not in {made.urn for made in self.made}, f"registered twice: {urn}"
            inputs = rpc.deserialize_properties(request.object)
            needs = tuple(request.dependencies)
            made = Made(urn, request.type, request.name, inputs, request.protect, request.provider, needs)
            self.made.append(made)
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]  # the SDK has no types here

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        if f"::{STACK_TYPE}::" in request.urn:
            self.exported.update(rpc.deserialize_properties(request.outputs))
        return empty_pb2.Empty()


def build(program: Callable[[], object], environment: str = "test") -> Built:
    """Runs `program` as the program of the stack `environment`."""
    monitor = _Monitor()
    engine = mocks.MockEngine(None)
    configure(Settings(project="billing-platform", stack=environment, monitor=monitor, engine=engine, dry_run=False))

    def run() -> None:
        program()

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(stack.run_in_stack(run))
    finally:
        loop.close()
    return Built(tuple(monitor.made), monitor.exported)
