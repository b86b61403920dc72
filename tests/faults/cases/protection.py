"""Protection is taken off behind the program's back."""

import json
import time
from random import Random

from components.identity.service_control_policies import service_control_policies
from policies.access import Decision, Document, Documents, Outcome, Request, decide
from sandbox import process
from tests.engine.small import ACCOUNT
from tests.faults.fault import Observed, fault
from tests.faults.world import World

REGION = "eu-central-1"
ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"
ANYBODY_ELSE = (
    f"arn:aws:iam::{ACCOUNT}:role/foundation/deploy",
    f"arn:aws:iam::{ACCOUNT}:role/foundation/break-glass",
    f"arn:aws:iam::{ACCOUNT}:user/with-everything",
    f"arn:aws:iam::{ACCOUNT}:root",
)
_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@fault(
    12,
    "protection is taken off by hand in the state, then everything destroyed",
    level="E",
    expected="refused before any call of the cloud; accepted with a reason, the cloud's own protection still refuses;"
    " with that taken off as well, the organisation does; all on record",
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
    (kept,) = rds.describe_db_instances()["DBInstances"]
    assert kept["DBInstanceIdentifier"] == "data"
    _is_on_record(world)
    who = rng.choice(ANYBODY_ELSE)
    why = _organisation_refuses(who, kept["DBInstanceArn"])
    return Observed(
        "executed: found as altered before any call; accepted on purpose, deletion protection kept the database, and"
        f" the record says both. Evaluated: {who.rpartition('/')[2].rpartition(':')[2]} who may do everything and takes"
        f" deletion protection off may still not delete it, by {why}; no SCP is enforced in the sandbox",
        refused.ended - struck,
        again.ended - struck,
    )


def _is_on_record(world: World) -> None:
    """The state was accepted as somebody had altered it, and then a destruction failed: who, what and why."""
    destroyed, accepted, *_ = json.loads(world.run("changes", "list", world.target, "--json").out)["changes"]
    assert (destroyed["command"], destroyed["outcome"]) == ("destroy", "failed"), destroyed
    assert (accepted["command"], accepted["why"], accepted["outcome"]) == ("state accept", "fault case", "succeeded")
    assert "unprotected by hand" in str(accepted["overrides"]), accepted
    assert "whole and unchanged" in world.run("changes", "verify", world.target).said


def _organisation_refuses(who: str, database: str) -> str:
    """The statement by which the foundation's service control policies deny what would delete the database."""
    control = service_control_policies(ACCOUNT, "kestrel-billing", (REGION,), (ADMINISTRATOR,))
    documents = tuple(Document.of(name, json.loads(text)) for name, text in control.items())
    level = (*documents, Document.of("FullAWSAccess", _ALL))
    free = _asked(who, "rds:DeleteDBInstance", database, ())
    assert free.outcome is Outcome.ALLOW, f"without the organisation's policies it would be {free.outcome}"
    exempt = _asked(ADMINISTRATOR, "rds:DeleteDBInstance", database, level)
    assert exempt.outcome is Outcome.ALLOW, f"an administrator could not: {exempt}"
    decision = _asked(who, "rds:DeleteDBInstance", database, level)
    assert decision.outcome is Outcome.DENY, f"{who} may delete {database}: {decision}"
    return ", ".join(
        f"{reason.statement} of the service control policy {reason.document}" for reason in decision.reasons
    )


def _asked(who: str, action: str, database: str, level: tuple[Document, ...]) -> Decision:
    context = {"aws:RequestedRegion": REGION}
    request = Request(principal=who, action=action, resource=database, context=context, complete=True)
    may = () if request.is_root else (Document.of("their own", _ALL),)
    return decide(request, Documents(identity=may, control=(level,) if level else ()))


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
