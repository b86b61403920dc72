"""An engine killed over and over while it makes a key, buckets and a whole network: types that no drawn program has."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.small import written_program
from tests.faults.world import World, world

pytestmark = pytest.mark.engine

LATE_S = 3.0
# The program grows, so that each operation is still to come when its turn is. S3 names operations by method.
KILLS = (
    ("CreateKey", "access_logs ="),
    ("PUT", "network ="),
    ("CreateVpc", None),
    ("CreateSubnet", None),
    ("CreateRoute", None),
)
LISTED = (
    ("describe_vpcs", "Vpcs"),
    ("describe_subnets", "Subnets"),
    ("describe_route_tables", "RouteTables"),
    ("describe_security_groups", "SecurityGroups"),
    ("describe_network_acls", "NetworkAcls"),
    ("describe_internet_gateways", "InternetGateways"),
    ("describe_nat_gateways", "NatGateways"),
    ("describe_addresses", "Addresses"),
    ("describe_vpc_endpoints", "VpcEndpoints"),
    ("describe_flow_logs", "FlowLogs"),
)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "network") as made:
        yield made


def _names_in_the_cloud(place: World) -> list[str]:
    """Kind and name of everything that lives in the account under a name of ours, once per resource."""
    ec2, kms = place.checkout.aws("ec2", place.target), place.checkout.aws("kms", place.target)
    found = []
    for operation, key in LISTED:
        for one in getattr(ec2, operation)()[key]:
            tags = {tag["Key"]: tag["Value"] for tag in one.get("Tags", ())}
            if "Name" in tags and one.get("State") != "deleted":
                found.append(f"{key} {tags['Name']}")
    for key in kms.list_keys()["Keys"]:
        described = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        if described["KeyState"] != "PendingDeletion":
            found.append(f"key {described['Description']}")
    return found


def _killed_in(place: World, operation: str) -> str:
    """Kills the engine of an update in the middle of the operation, and gives what the update said until then."""
    place.order(delay_s=LATE_S, operation=operation, times=1)
    running = place.start("up", place.target, "--yes")
    place.wait(lambda: place.ordered()["times"] == 0 or not running.running)
    assert running.running, running.end(None).said  # the call took effect, and its answer is being delayed
    os.kill(place.engine(running), signal.SIGKILL)
    assert running.end(None).process.returncode != 0
    assert place.processes() == set()
    time.sleep(LATE_S)  # the provider's call ends after its caller is gone
    return running.err


def test_an_engine_killed_in_mid_update_over_and_over_resumes_without_duplicates(place: World) -> None:
    # Of the account's own settings there is one each: they are made anew, never adopted, so they come first.
    written_program(place.checkout, "foundation", before="delivery =")
    place.run("up", place.target, "--yes")
    said = []
    for operation, before in KILLS:
        written_program(place.checkout, "foundation", before=before)
        said.append(_killed_in(place, operation))
    said.append(place.run("up", place.target, "--yes").err)
    for resumed in said[1:]:
        assert "is lifted" in resumed
        assert "is adopted" in resumed, resumed
    names = _names_in_the_cloud(place)
    assert sorted(names) == sorted(set(names))
    place.checkout.pulumi(place.target, "preview", "--expect-no-changes")
    place.run("destroy", place.target, "--yes")
    assert [
        vpc for vpc in place.checkout.aws("ec2", place.target).describe_vpcs()["Vpcs"] if not vpc["IsDefault"]
    ] == []
