"""A sandbox of its own for these tests: moto over HTTP, an account for each test, the provider in front of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from botocore import loaders

from platformctl.live.account import Account
from platformctl.live.assembly import Stack
from platformctl.live.audit import aws_keys, collect, judge, waived
from platformctl.live.connection import connect
from platformctl.live.listings import LISTINGS, Listing
from platformctl.live.owners import Owners
from policies import tokens
from policies.adapters import from_state
from policies.rules import ALL
from policies.waivers import Waivers
from sandbox import process
from sandbox.process import Running
from tests.sandbox.conftest import Engine

REGION, AWAY = "eu-central-1", "eu-west-1"
TODAY = date(2026, 11, 26)
MOTO_HAS_NONE = (
    tokens.ACCESS_ANALYZER,
    tokens.BACKUP_SELECTION,
    tokens.INSTANCE_METADATA_DEFAULTS,
)  # and answers with errors


@pytest.fixture(scope="session", autouse=True)
def models() -> Iterator[None]:
    """Every session of boto3 reads the API's models anew, 20 MB for EC2 alone: here they are read once."""
    shared = loaders.create_loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", lambda _=None: shared)
        yield


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with process.temporary(Path(tmp_path_factory.mktemp("root"))) as running:
        yield running


@dataclass
class Cloud:
    """One account: boto3 past everything, the provider as the engine uses it, and the audit of what is there."""

    engine: Engine
    monkeypatch: pytest.MonkeyPatch
    state: list[dict[str, Any]] = field(default_factory=list)
    waivers: Waivers = field(default_factory=Waivers)

    def client(self, service: str, region: str = REGION) -> Any:
        return self.engine.client(service, region)

    @property
    def bucket(self) -> str:
        """A name that no other test's account has taken: buckets share one namespace."""
        return f"bills-{self.engine.account}"

    @property
    def account(self) -> Account:
        for name, value in process.environment(self.engine.running, self.engine.account, REGION).items():
            self.monkeypatch.setenv(name, value)
        self.monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        return connect(self.engine.account, REGION)

    def deploy(self, token: str, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
        """The resource, made by the provider, and what a state says of it afterwards; gives its outputs."""
        id_, outputs = self.engine.create(token, inputs)
        urn = f"urn:pulumi:prod::billing-platform::{token}::{name}"
        self.state.append({"urn": urn, "type": token, "custom": True, "id": id_, "inputs": inputs, "outputs": outputs})
        return {**outputs, "id": id_}

    @property
    def exported(self) -> dict[str, Any]:
        return {"version": 3, "deployment": {"manifest": {}, "resources": self.state}}

    def audit(
        self, *, account: Account | None = None, regions: tuple[str, ...] = (REGION,), only: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The report; `only`: services to list, all without."""
        account = account or self.account
        code = from_state(self.exported)
        owners = Owners(code.resources, REGION)
        stack = Stack("prod", "billing-platform", self.engine.account, REGION)
        read = collect(account, regions, owners, _of(only))
        accepted = waived([code], ALL, self.waivers, TODAY)
        return judge(read, owners, stack, aws_keys(account, regions), accepted, TODAY, ALL)[0]


def _of(services: tuple[str, ...]) -> tuple[Listing, ...]:
    kept = tuple(one for one in LISTINGS if one.token not in MOTO_HAS_NONE)
    return tuple(one for one in kept if not services or one.token.split(":")[1].split("/")[0] in services)


@pytest.fixture
def cloud(running: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    engine = Engine(running)
    yield Cloud(engine, monkeypatch)
    engine.close()


def verdicts(report: dict[str, Any], rule: str) -> dict[str, str]:
    """name -> verdict of the findings of one rule."""
    return {one["name"]: one["verdict"] for one in report["findings"] if one["rule"] == rule}
