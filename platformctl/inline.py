"""Collections that AWS shows on a parent although separate resources own their items: rules, routes, associations.

A security group read from the cloud lists every rule, those of our separate rule resources too. Drift in such a
collection is what the cloud lists and no resource of the state owns, and what the state owns and the cloud lacks.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]
Item = tuple[str, ...]  # one rule, route or association in comparable form


@dataclass(frozen=True)
class Collection:
    """One inline collection: its property on the parent, and the types whose resources own items of it."""

    items: Callable[[Any], Iterator[Item]]  # the items of one inline element
    owners: Mapping[
        str, tuple[str, Callable[[Values], Iterator[Item]]]
    ]  # type -> property naming the parent, its items
    has_default: bool = False  # AWS gives one where nobody sets it


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) else str(value).lower() if value is not None else ""


def _port(values: Values, key: str) -> str:
    # "All protocols" has no ports: AWS and Pulumi write them as 0, -1 or nothing.
    return "" if _text(values.get("protocol", values.get("ipProtocol"))) in ("-1", "all") else _text(values.get(key))


def _protocol(value: Any) -> str:
    return {"all": "-1", "6": "tcp", "17": "udp", "1": "icmp"}.get(_text(value), _text(value))


def _group_items(rule: Values) -> Iterator[Item]:
    peers = [
        *(rule.get("cidrBlocks") or ()),
        *(rule.get("ipv6CidrBlocks") or ()),
        *(rule.get("securityGroups") or ()),
        *(rule.get("prefixListIds") or ()),
        *(["self"] if rule.get("self") else ()),
    ]
    for peer in peers:
        yield (_protocol(rule.get("protocol")), _port(rule, "fromPort"), _port(rule, "toPort"), _text(peer))


def _rule_items(rule: Values) -> Iterator[Item]:
    peer = next(
        (rule[k] for k in ("cidrIpv4", "cidrIpv6", "referencedSecurityGroupId", "prefixListId") if rule.get(k)),
        "",
    )
    yield (_protocol(rule.get("ipProtocol")), _port(rule, "fromPort"), _port(rule, "toPort"), _text(peer))


def _old_rule_items(direction: str) -> Callable[[Values], Iterator[Item]]:
    def items(rule: Values) -> Iterator[Item]:
        if rule.get("type") == direction:
            yield from _group_items({**rule, "securityGroups": [s for s in [rule.get("sourceSecurityGroupId")] if s]})

    return items


def _acl_inline(entry: Values) -> Iterator[Item]:
    yield _acl_entry({**entry, "ruleNumber": entry.get("ruleNo"), "ruleAction": entry.get("action")})


def _acl_owned(egress: bool) -> Callable[[Values], Iterator[Item]]:
    def items(entry: Values) -> Iterator[Item]:
        if bool(entry.get("egress")) is egress:
            yield _acl_entry(entry)

    return items


def _acl_entry(entry: Values) -> Item:
    block = entry.get("cidrBlock") or entry.get("ipv6CidrBlock")
    ports = (_port(entry, "fromPort"), _port(entry, "toPort"))
    return (
        _text(entry.get("ruleNumber")),
        _text(entry.get("ruleAction")),
        _protocol(entry.get("protocol")),
        *ports,
        _text(block),
    )


def _routes(route: Values) -> Iterator[Item]:
    destinations = (
        "cidrBlock",
        "ipv6CidrBlock",
        "destinationCidrBlock",
        "destinationIpv6CidrBlock",
        "destinationPrefixListId",
    )
    targets = (
        "gatewayId",
        "natGatewayId",
        "egressOnlyGatewayId",
        "transitGatewayId",
        "vpcPeeringConnectionId",
        "networkInterfaceId",
    )
    destination = next((route[key] for key in destinations if route.get(key)), "")
    yield (_text(destination), _text(next((route[key] for key in targets if route.get(key)), "")))


def _name(value: Any) -> Iterator[Item]:
    yield (_text(value),)


def _associated(key: str, part: str) -> Collection:
    """A list of ids on an endpoint, each of which an association resource may own."""

    def owned(association: Values) -> Iterator[Item]:
        yield (_text(association.get(key)),)

    token = f"aws:ec2/vpcEndpoint{part}Association:VpcEndpoint{part}Association"
    return Collection(_name, {token: ("vpcEndpointId", owned)})


def _group(direction: str) -> Collection:
    kind = direction.capitalize()
    return Collection(
        _group_items,
        {
            f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule": ("securityGroupId", _rule_items),
            "aws:ec2/securityGroupRule:SecurityGroupRule": ("securityGroupId", _old_rule_items(direction)),
        },
    )


def _acl(egress: bool) -> Collection:
    return Collection(_acl_inline, {"aws:ec2/networkAclRule:NetworkAclRule": ("networkAclId", _acl_owned(egress))})


def _document(value: Any) -> Iterator[Item]:
    """A policy, whatever the order of its keys."""
    try:
        yield (json.dumps(json.loads(value), sort_keys=True),)
    except ValueError:
        yield (_text(value),)


def _policy_of(token: str, parent: str) -> Collection:
    """A policy that a resource of its own sets."""

    def owned(resource: Values) -> Iterator[Item]:
        yield from _document(resource.get("policy"))

    return Collection(_document, {token: (parent, owned)}, has_default=True)


def _cluster_members(instance: Values) -> Iterator[Item]:
    yield (_text(instance.get("identifier")),)


COLLECTIONS: Mapping[tuple[str, str], Collection] = {
    ("aws:ec2/securityGroup:SecurityGroup", "ingress"): _group("ingress"),
    ("aws:ec2/securityGroup:SecurityGroup", "egress"): _group("egress"),
    ("aws:ec2/networkAcl:NetworkAcl", "ingress"): _acl(False),
    ("aws:ec2/networkAcl:NetworkAcl", "egress"): _acl(True),
    ("aws:ec2/routeTable:RouteTable", "routes"): Collection(
        _routes, {"aws:ec2/route:Route": ("routeTableId", _routes)}
    ),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", "routeTableIds"): _associated("routeTableId", "RouteTable"),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", "securityGroupIds"): _associated("securityGroupId", "SecurityGroup"),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", "subnetIds"): _associated("subnetId", "Subnet"),
    ("aws:rds/cluster:Cluster", "clusterMembers"): Collection(
        _name, {"aws:rds/clusterInstance:ClusterInstance": ("clusterIdentifier", _cluster_members)}
    ),
    ("aws:secretsmanager/secret:Secret", "policy"): _policy_of(
        "aws:secretsmanager/secretPolicy:SecretPolicy", "secretArn"
    ),
    ("aws:sns/topic:Topic", "policy"): _policy_of("aws:sns/topicPolicy:TopicPolicy", "arn"),
    ("aws:sqs/queue:Queue", "policy"): _policy_of("aws:sqs/queuePolicy:QueuePolicy", "queueUrl"),
}


def differences(
    collection: Collection,
    parent_id: str,
    declared: Any,
    cloud: Any,
    state: Iterable[Values],
) -> tuple[list[Item], list[Item]]:
    """(items the state owns and the cloud lacks, items the cloud has and nothing owns), both sorted.

    `declared` are the parent's own inline elements, `cloud` what was read, `state` all resources of the stack.
    """
    owned = {item for element in _elements(declared) for item in collection.items(element)}
    for resource in state:
        parent, items = collection.owners.get(resource["type"], ("", None))
        inputs = resource.get("inputs", {})
        if items and inputs.get(parent) == parent_id:
            owned.update(items(inputs))
    found = {item for element in _elements(cloud) for item in collection.items(element)}
    return sorted(owned - found), sorted(found - owned)


def is_owned(collection: Collection, parent_id: str, state: Iterable[Values]) -> bool:
    """Whether a resource of its own owns some of it; without one, what AWS gives by default is nobody's drift."""
    owners = collection.owners
    return any(
        resource["type"] in owners and resource.get("inputs", {}).get(owners[resource["type"]][0]) == parent_id
        for resource in state
    )


def _elements(value: Any) -> Iterable[Any]:
    return () if not value else value if isinstance(value, list | tuple) else (value,)
