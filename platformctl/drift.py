"""What differs between a stack's state and the cloud, each difference classed by what it asks of people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from platformctl import drift_kubernetes
from platformctl.changes import readable
from platformctl.engine import Event
from platformctl.inline import COLLECTIONS, Item, differences, is_owned


class DriftClass(StrEnum):
    """Security: access, encryption or evidence changed, act now. Ours: a setting of ours changed, deploy or adopt it.
    Harmless: labels only."""

    SECURITY = "security"
    OURS = "ours"
    HARMLESS = "harmless"


@dataclass(frozen=True)
class Difference:
    """One property that is not as the state has it; `property` is empty when the whole resource is gone."""

    urn: str
    type: str
    name: str
    drift_class: DriftClass
    property: str
    state: Any
    cloud: Any

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name, the class as `class`."""
        fields = asdict(self)
        fields["class"] = fields.pop("drift_class").value
        return fields


HARMLESS_PROPERTIES = frozenset({"tags", "tagsAll", "description"})
# Types whose every property but the harmless ones guards access, encryption or evidence ...
SECURITY_PREFIXES = ("aws:iam/", "aws:kms/", "aws:cloudtrail/", "aws:guardduty/", "aws:secretsmanager/")
SECURITY_TYPES = frozenset(
    {
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "aws:ec2/flowLog:FlowLog",
        "aws:ec2/networkAclAssociation:NetworkAclAssociation",
        "aws:ec2/networkAclRule:NetworkAclRule",
        "aws:ec2/route:Route",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
        "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation",
        "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
        "aws:s3/bucketLogging:BucketLogging",
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketVersioning:BucketVersioning",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    }
)
# ... and single properties of other types that do.
SECURITY_PROPERTIES = frozenset(
    {
        "acl",
        "egress",
        "grants",
        "ingress",
        "kmsKeyId",
        "mapPublicIpOnLaunch",
        "policy",
        "publiclyAccessible",
        "routes",
        "storageEncrypted",
    }
)


def classify(type_: str, property_: str) -> DriftClass:
    """What a difference in this property of this type asks of people; the empty property is the whole resource."""
    if type_.startswith(drift_kubernetes.PACKAGE) and property_:
        if drift_kubernetes.is_security(type_, property_):
            return DriftClass.SECURITY
        return DriftClass.HARMLESS if drift_kubernetes.is_harmless(property_) else DriftClass.OURS
    if property_.partition(".")[0].partition("[")[0] in HARMLESS_PROPERTIES:
        return DriftClass.HARMLESS
    guarded = type_ in SECURITY_TYPES or type_.startswith((*SECURITY_PREFIXES, *drift_kubernetes.SECURITY_TYPES))
    return DriftClass.SECURITY if guarded or property_ in SECURITY_PROPERTIES else DriftClass.OURS


def find_drift(events: Iterable[Event], state: Iterable[Mapping[str, Any]]) -> list[Difference]:
    """The differences that the events of one refresh show, security first; `state` is the deployment's resources."""
    resources = list(state)
    found: list[Difference] = []
    for event in events:
        step = event.get("resOutputsEvent", {}).get("metadata")
        if step and not step["type"].startswith("pulumi:") and step.get("old"):
            found.extend(_of_step(step, resources))
    order = list(DriftClass)
    return sorted(found, key=lambda d: (order.index(d.drift_class), d.urn, d.property))


def _of_step(step: Mapping[str, Any], resources: list[Mapping[str, Any]]) -> Iterator[Difference]:
    urn, type_ = step["urn"], step["type"]
    old, new = step["old"], step.get("new")

    def difference(property_: str, state: Any, cloud: Any) -> Difference:
        name = urn.rpartition("::")[2]
        return Difference(urn, type_, name, classify(type_, property_), property_, readable(state), readable(cloud))

    if not new or step["op"] == "delete":
        yield difference("", old.get("id"), None)
        return
    if type_.startswith(drift_kubernetes.PACKAGE):
        yield from (difference(*found) for found in drift_kubernetes.differences(step))
        return
    before, after = old.get("outputs") or {}, new.get("outputs") or {}
    for key in sorted({*before, *after}):
        collection = COLLECTIONS.get((type_, key))
        if collection and (not collection.has_default or is_owned(collection, old["id"], resources)):
            declared = (old.get("inputs") or {}).get(key)
            missing, extra = differences(collection, old["id"], declared, after.get(key), resources)
            if missing or extra:
                yield difference(key, _lines(missing), _lines(extra))
        elif before.get(key) != after.get(key) and not _is_merged_tags(key, before, after):
            yield difference(key, before.get(key), after.get(key))


def _is_merged_tags(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    # tagsAll repeats a change of tags: one change is reported once.
    return key == "tagsAll" and before.get("tags") != after.get("tags")


def _lines(items: list[Item]) -> list[str]:
    return [" ".join(part or "-" for part in item) for item in items]
