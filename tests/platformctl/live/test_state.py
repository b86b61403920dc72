"""What the sandbox's provider deployed is judged on the account as it is on its state."""

import itertools
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from platformctl.live.listings import LISTINGS
from policies import engine as rules_engine
from policies import tokens
from policies.adapters import from_state
from policies.rules import ALL
from policies.waivers import Waivers
from sandbox.process import Running
from sandbox.registry import by_token
from tests.platformctl.live.conftest import AWAY, REGION, TODAY, Cloud
from tests.sandbox.conftest import Engine
from tests.sandbox.examples import EXAMPLES, Made, filled

# The example of the last names a web ACL that is not there.
_LEFT_OUT = tokens.WEB_ACL_LOGGING
_TYPES = {
    tokens.canonical(token): token
    for token, kind in by_token().items()
    if not kind.recorded and token != _LEFT_OUT and tokens.canonical(token) in {listing.token for listing in LISTINGS}
}
# Where the two may differ, by rule: what the account tells more of, and what moto tells less of.
EXPLAINED = {
    "GEN-03": "protection is the program's, and no property of the account",
    "NET-05": "the state does not have the default group, the account does",
    "IAM-14": "a topic without a policy in code has AWS's own in the account, of an old version",
    "SEC-01": "moto does not tell the keys of copies",
    "EKS-10": "moto has no add-ons",
}


class Recording(Engine):
    """Keeps of all that it makes what a state says."""

    def __init__(self, running: Running):
        super().__init__(running)
        self.state: list[dict[str, Any]] = []
        self.numbers = itertools.count()

    def create(self, token: str, inputs: dict[str, Any], preview: bool = False) -> tuple[str, dict[str, Any]]:
        id_, outputs = super().create(token, inputs, preview)
        urn = f"urn:pulumi:prod::billing-platform::{token}::made-{next(self.numbers)}"
        entry = {"urn": urn, "type": token, "custom": True, "id": id_, "inputs": inputs, "outputs": outputs}
        self.state = [one for one in self.state if (one["type"], one["id"]) != (token, id_)]  # written twice
        self.state.append(entry)
        return id_, outputs


@pytest.fixture(scope="module")
def deployed(running: Running) -> Iterator[Recording]:
    """One of every type that an audit reads and moto has, as far as they stand each other in one account."""
    engine = Recording(running)
    made = Made(engine)
    for token in _TYPES.values():
        try:
            engine.create(token, filled(EXAMPLES[token], made))
        except (AssertionError, grpc.RpcError):
            assert token == "aws:s3/bucketLogging:BucketLogging"  # its bucket's policy is another example's here
    yield engine
    engine.close()


def test_every_resource_of_the_state_is_found_under_its_urn_with_the_same_verdicts(
    deployed: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = "urn:pulumi:prod::billing-platform::pulumi:providers:aws::aws"
    settings = {"region": REGION, "allowedAccountIds": f'["{deployed.account}"]'}
    served = [{**one, "provider": f"{provider}::1"} for one in deployed.state]
    own = {"urn": provider, "type": tokens.AWS_PROVIDER, "custom": True, "inputs": settings, "outputs": settings}
    cloud = Cloud(deployed, monkeypatch, [own, *served])
    live = cloud.audit(regions=(REGION, AWAY))
    state = rules_engine.evaluate(from_state(cloud.exported), ALL, Waivers(()), TODAY, partial=True).as_dict()
    known = {one["urn"] for one in deployed.state if one["type"] in _TYPES}
    assert len(known) > 80
    assert live["live"]["missing"] == []
    differing = {found for found in _findings(state, known) ^ _findings(live, known) if found[0] not in EXPLAINED}
    assert differing == set()


def _findings(report: dict[str, Any], urns: set[str]) -> set[tuple[str, ...]]:
    """What tells one finding from another, of the resources that both know."""
    keys = ("rule", "urn", "verdict", "property", "message")
    return {tuple(str(one[key]) for key in keys) for one in report["findings"] if one["urn"] in urns}
