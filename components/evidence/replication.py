"""Objects are copied as they arrive: from buckets that cannot be locked, and into another region."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Resource, ResourceOptions
from pulumi_aws import s3

from components.account_names import PLATFORM_PATH, RolePath
from components.alarms import Alarm, raise_alarms
from components.key_permissions import NamedKey, key_use
from components.policy_document import Statement, trust
from components.service_role import ServiceRole, ServiceRoleArgs

REPLICATION_MIN = 15  # S3 Replication Time Control: for 99.9 % of the objects, and the one value that it has
_READ = (
    "s3:GetObjectLegalHold",
    "s3:GetObjectRetention",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionTagging",
)
_Rule = s3.BucketReplicationConfigRuleArgsDict


@dataclass(frozen=True)
class Place:
    """A versioned bucket that is copied from or into. `key`: None where S3's own encrypts."""

    bucket: str
    region: str
    key: NamedKey | None
    made_by: Resource  # the component to wait for


@dataclass(frozen=True)
class Copying:
    """What is copied from one bucket: `prefixes` (empty: everything) to each of the targets, by name.

    A copy is not copied again (S3 user guide, "What does Amazon S3 replicate?"), so a source names all its targets.
    """

    source: Place
    targets: Mapping[str, Place]
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReplicationArgs:
    """`role_name`: the role that copies, which the policies of all the keys must let use them. `what`: for people, in
    descriptions. `topic_arn`: None where nobody can be told yet; the metrics and the objects' status still tell.
    """

    role_name: str
    account_id: str
    copying: Mapping[str, Copying]  # by the name of the source
    topic_arn: Input[str] | None
    what: str = "Evidence"
    role_path: RolePath = PLATFORM_PATH

    def __post_init__(self) -> None:
        for name, copying in self.copying.items():
            same = [target for target, place in copying.targets.items() if place.bucket == copying.source.bucket]
            if same or not copying.targets:
                raise ValueError(f"targets of {name} must be other buckets, got {', '.join(same) or 'none'}")


class Replication(ComponentResource):
    """Every new object is copied within 15 minutes, with its lock; removals never are. Alarms when it lags or fails, if
    there is a topic.

    A copy of a locked object has the lock of its source, one of an unlocked object none but that of the policy of
    its bucket (S3 user guide, "Using Object Lock with S3 Replication"). It is encrypted as its source is, with the
    key of its own region: what S3's own key encrypts, such as access logs, stays so (S3 user guide, "Replicating
    encrypted objects").
    """

    def __init__(self, name: str, args: ReplicationArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:audit:Replication", name, {}, opts)
        child = ResourceOptions(parent=self)
        role = ServiceRole(
            name,
            ServiceRoleArgs(
                role_name=args.role_name,
                account_id=args.account_id,
                description=f"{args.what} is copied to where it is kept and into the recovery region",
                path=args.role_path,
                trust=(trust("S3Copies", "s3.amazonaws.com", args.account_id),),
                permissions=tuple(_permissions(args)),
            ),
            child,
        )
        for source, copying in args.copying.items():
            made = [copying.source.made_by, *(place.made_by for place in copying.targets.values())]
            s3.BucketReplicationConfig(
                f"{name}-{source}",
                bucket=copying.source.bucket,
                role=role.arn,
                rules=_rules(copying),
                opts=ResourceOptions(parent=self, depends_on=made),
            )
            if args.topic_arn is not None:
                raise_alarms(f"{name}-{source}", _alarms(args.what, copying), args.topic_arn, child)
        self.register_outputs({})


def _pairs(copying: Copying) -> Iterator[tuple[str, str, Place]]:
    """The id of every rule, which the metrics tell too, what it copies and whereto."""
    for target, place in copying.targets.items():
        for prefix in copying.prefixes or ("",):
            yield f"{target}-{prefix.strip('/')}" if prefix else target, prefix, place


def _rules(copying: Copying) -> list[_Rule]:
    return [
        _rule(id_, priority, prefix, copying.source, place)
        for priority, (id_, prefix, place) in enumerate(_pairs(copying), 1)
    ]


def _rule(id_: str, priority: int, prefix: str, source: Place, target: Place) -> _Rule:
    destination: s3.BucketReplicationConfigRuleDestinationArgsDict = {
        "bucket": f"arn:aws:s3:::{target.bucket}",
        "replication_time": {"status": "Enabled", "time": {"minutes": REPLICATION_MIN}},
        "metrics": {"status": "Enabled", "event_threshold": {"minutes": REPLICATION_MIN}},
    }
    rule: _Rule = {
        "id": id_,
        "priority": priority,
        "status": "Enabled",
        "filter": {"prefix": prefix},
        "delete_marker_replication": {"status": "Disabled"},
        "destination": destination,
    }
    if source.key is not None and target.key is not None:
        rule["source_selection_criteria"] = {"sse_kms_encrypted_objects": {"status": "Enabled"}}
        destination["encryption_configuration"] = {"replica_kms_key_id": target.key.arn}
    return rule


def _permissions(args: ReplicationArgs) -> Iterator[Statement]:
    """Source: S3 user guide, "Setting up permissions for live replication" and "Replicating encrypted objects"."""
    sources = {copying.source.bucket: copying.source for copying in args.copying.values()}
    targets = {place.bucket: place for copying in args.copying.values() for place in copying.targets.values()}
    yield Statement(
        sid="ReadConfiguration",
        actions=("s3:GetReplicationConfiguration", "s3:ListBucket"),
        resources=tuple(f"arn:aws:s3:::{bucket}" for bucket in sources),
    )
    yield Statement(sid="ReadEvidence", actions=_READ, resources=tuple(f"arn:aws:s3:::{one}/*" for one in sources))
    yield Statement(
        sid="WriteCopies",
        actions=("s3:ReplicateObject", "s3:ReplicateTags"),
        resources=tuple(f"arn:aws:s3:::{one}/*" for one in targets),
    )
    yield from _key_uses("Decrypt", args.account_id, sources, ("kms:Decrypt",))
    yield from _key_uses("Encrypt", args.account_id, targets, ("kms:Encrypt", "kms:GenerateDataKey"))


def _key_uses(sid: str, account_id: str, places: Mapping[str, Place], actions: tuple[str, ...]) -> Iterator[Statement]:
    used = sorted({(place.region, place.key.alias) for place in places.values() if place.key is not None})
    for index, (region, alias) in enumerate(used):
        yield key_use(f"{sid}{index}", account_id=account_id, region=region, alias=alias, actions=actions)


def _alarms(what: str, copying: Copying) -> Iterator[Alarm]:
    """Source: S3 user guide, "Monitoring replication with metrics, event notifications, and statuses"."""
    for id_, _, place in _pairs(copying):
        dimensions: Mapping[str, Input[str]] = {
            "SourceBucket": copying.source.bucket,
            "DestinationBucket": place.bucket,
            "RuleId": id_,
        }
        yield Alarm(
            name=f"{id_}-lag",
            description=f"{what} takes over {REPLICATION_MIN} min to reach {place.bucket}: see the rule's metrics.",
            namespace="AWS/S3",
            metric="ReplicationLatency",
            threshold=REPLICATION_MIN * 60,
            dimensions=dimensions,
            missing="notBreaching",
        )
        yield Alarm(
            name=f"{id_}-failed",
            description=f"{what} could not be copied to {place.bucket}: read the objects' replication status.",
            namespace="AWS/S3",
            metric="OperationsFailedReplication",
            statistic="Sum",
            threshold=0,
            dimensions=dimensions,
            period_s=300,
            periods=1,
            missing="notBreaching",
        )
