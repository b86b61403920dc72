"""Protection is taken off behind the program's back."""

import time
from random import Random

from sandbox import process
from tests.faults.fault import Observed, fault
from tests.faults.world import World


@fault(
    12,
    "protection is taken off by hand in the state, then everything destroyed",
    level="E",
    expected="refused before any call of the cloud; accepted with a reason, the cloud's own protection still refuses",
)
def unprotected_by_hand(rng: Random, world: World) -> Observed:
    (world.program / "__main__.py").write_text(_PROTECTED)
    world.run("up", world.target, "--yes")
    world.checkout.pulumi(world.target, "state", "unprotect", "--all", "--yes")
    calls, struck = process.status(world.checkout.sandbox)["calls"], time.monotonic()
    refused = world.run("destroy", world.target, "--yes", code=2)
    assert "unprotected by hand" in refused.said, refused.said
    assert process.status(world.checkout.sandbox)["calls"] - calls <= 2, "the cloud was asked"
    world.run("state", "accept", world.target, "--reason", "fault case", "--yes")
    again = world.run("destroy", world.target, "--yes", code=None)
    assert again.process.returncode != 0, again.said
    rds = world.checkout.aws("rds", world.target)
    assert [one["DBInstanceIdentifier"] for one in rds.describe_db_instances()["DBInstances"]] == ["data"]
    return Observed(
        "found as altered before any call; accepted on purpose, deletion protection kept the database",
        refused.ended - struck,
        again.ended - struck,
    )


_PROTECTED = """
import pulumi
account = {"region": "eu-central-1", "allowedAccountIds": '["111122223333"]'}
provider = pulumi.ProviderResource("aws", "aws", account)
props = {
    "identifier": "data", "engine": "postgres", "engineVersion": "16.4", "instanceClass": "db.t4g.medium",
    "allocatedStorage": 20, "username": "owner", "manageMasterUserPassword": True, "deletionProtection": True,
    "skipFinalSnapshot": True, "storageEncrypted": True,
}
given = pulumi.ResourceOptions(provider=provider, protect=True)
pulumi.CustomResource("aws:rds/instance:Instance", "data", props, given)
"""
