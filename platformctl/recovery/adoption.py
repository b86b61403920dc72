"""Where in the cloud a resource is that an interrupted creation may have made: one table, by type."""

from collections.abc import Collection, Iterable, Mapping

from platformctl.clients import clients
from platformctl.recovery.finders.clusters import CLUSTERS
from platformctl.recovery.finders.data import DATA
from platformctl.recovery.finders.looking import Find
from platformctl.recovery.finders.names import BY_NAME
from platformctl.recovery.finders.networks import NETWORKS
from platformctl.state import Resource
from platformctl.target import Target
from sandbox import process

_ABSENT = ("NotFound", "NoSuch", "NonExistent", "Nonexistent", "DoesNotExist")  # in the codes by which services say so
Place = tuple[str, str, str]  # type, region ("" for the environment's own) and id: names are unique within these

# Making these again changes nothing: they set what their parent is like, and there is one of each, or they are written
# under a name. A subscription that exists is given back; of a secret's versions the last one counts.
MADE_AGAIN_HARMLESSLY = (
    "aws:s3/",
    *(f"aws:iam/{name}:" for name in ("accountPasswordPolicy", "rolePolicy", "rolePolicyAttachment")),
    *(f"aws:cloudwatch/{name}:" for name in ("compositeAlarm", "eventRule", "eventTarget", "metricAlarm")),
    *(f"aws:cloudwatch/{name}:" for name in ("logDataProtectionPolicy", "logMetricFilter", "logResourcePolicy")),
    "aws:cloudwatch/logSubscriptionFilter:",
    *("aws:sns/topicPolicy:", "aws:sns/topicSubscription:", "aws:sqs/queuePolicy:", "aws:sqs/redrivePolicy:"),
    *(f"aws:secretsmanager/{name}:" for name in ("secretPolicy", "secretRotation", "secretVersion")),
    *("aws:ebs/", "aws:ec2/instanceMetadataDefaults:"),
    *("aws:cfg/", "aws:guardduty/detectorFeature:", "aws:securityhub/standardsSubscription:"),
    *(f"aws:backup/{name}:" for name in ("globalSettings", "regionSettings", "vaultLockConfiguration")),
    *("aws:backup/vaultNotifications:", "aws:backup/vaultPolicy:", "aws:wafv2/webAclLoggingConfiguration:"),
    "aws:ec2/defaultSecurityGroup:",
    "aws:ec2/networkAclAssociation:",
    "kubernetes:",  # applied server-side: what this same resource made is taken up, by its field manager
    "pulumi:providers:",
)


_FINDERS: Mapping[str, Find] = {**BY_NAME, **CLUSTERS, **DATA, **NETWORKS}


def place(resource: Resource, id_: str) -> Place:
    """Where the resource is: a cluster and its subnet group may have one name, and so have two regions' vaults."""
    region = _region(resource)
    return str(resource["type"]), region, id_.removesuffix(f"@{region}")


def places(resources: Iterable[Resource]) -> set[Place]:
    """Where all of them are that are anywhere: what an answer of `find` cannot be."""
    return {place(one, str(one["id"])) for one in resources if one.get("id")}


def find(target: Target, resource: Resource, known: Collection[Place] = ()) -> str | None:
    """The import id of what this pending creation made in the cloud; None for nothing and for unknown types.

    What the state has is no answer (`known`): another resource, or the one to be replaced, of the same name.
    """
    region = _region(resource)
    there = _there(target, resource, region) if resource["type"] in _FINDERS else []
    found = next((id_ for id_ in there if place(resource, id_) not in known), None)
    return f"{found}@{region}" if found and region else found


def _there(target: Target, resource: Resource, region: str) -> list[str]:
    """All that may be it. What moto does not have is asked of the sandbox."""
    from botocore.exceptions import ClientError  # late, as the sandbox's types: only an update that was killed needs it

    from sandbox.registry import find as kind_of

    type_, inputs, service = str(resource["type"]), resource.get("inputs", {}), clients(target, region)
    if target.sandbox is not None and kind_of(type_).recorded:
        account = service("sts").get_caller_identity()["Account"]
        return process.recorded(target.sandbox, type_, account, region or target.variables["AWS_REGION"], inputs)
    try:
        told = _FINDERS[type_](service, inputs)
    except ClientError as error:
        if any(word in error.response["Error"]["Code"] for word in _ABSENT):
            return []  # nor what it hangs on
        raise
    return told if isinstance(told, list) else [told] if told else []


def is_known(type_: str) -> bool:
    """Whether an interrupted creation of this type can be told from one that never reached the cloud."""
    return type_ in _FINDERS or type_.startswith(MADE_AGAIN_HARMLESSLY)


def _region(resource: Resource) -> str:
    return str(resource.get("inputs", {}).get("region") or "")
