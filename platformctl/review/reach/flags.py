"""Settings that let the public in, each in one property."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import groupby
from typing import Any

from platformctl.review.compared import Compared, raw, text
from platformctl.review.model import Item
from platformctl.review.reach.openings import ALL_PORTS, Opening, Peer, peers_text, widened
from policies import tokens
from policies.resource import Resource
from policies.values import UNKNOWN, Mistyped, Undecided

_PUBLIC_ACCESS = (tokens.BUCKET_PUBLIC_ACCESS, tokens.ACCOUNT_PUBLIC_ACCESS)
_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_BALANCERS = (tokens.LOAD_BALANCER, tokens.CLASSIC_LOAD_BALANCER)
_DATABASES = (tokens.DATABASE_INSTANCE, tokens.DATABASE_CLUSTER_INSTANCE, tokens.DATABASE_CLUSTER)
_PRIVATE_ACLS = (None, "private", "log-delivery-write", "bucket-owner-read", "bucket-owner-full-control")
_AUTHORIZED = ("AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS")
_INSIDE = ("ClusterIP", "ExternalName")
_SCHEME = "alb.ingress.kubernetes.io/scheme"
_SERVICE_SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme"


@dataclass(frozen=True)
class Flag:
    """A property, what it is where nobody sets it, and the values that keep the public out."""

    types: tuple[str, ...]
    path: str
    default: Any
    closed: tuple[Any, ...]
    means: str
    annotation: str = ""  # of an object in the cluster, in place of a path


# Defaults: the provider's documentation of each resource; EKS's endpoint is public unless told otherwise.
FLAGS = (
    *(Flag(_PUBLIC_ACCESS, key, False, (True,), f"{key} no longer keeps the public out") for key in _BLOCKS),
    Flag(_DATABASES, "publiclyAccessible", False, (False,), "it gets an address on the internet"),
    Flag(("aws:redshift/cluster:Cluster",), "publiclyAccessible", False, (False,), "it is public"),
    Flag(("aws:dms/replicationInstance:ReplicationInstance",), "publiclyAccessible", False, (False,), "it is public"),
    Flag(("aws:mq/broker:Broker",), "publiclyAccessible", False, (False,), "it is public"),
    Flag((tokens.EKS_CLUSTER,), "vpcConfig.endpointPublicAccess", True, (False,), "the Kubernetes API is public"),
    Flag((tokens.SUBNET,), "mapPublicIpOnLaunch", False, (False,), "what starts in it gets an address on the internet"),
    Flag((tokens.SUBNET,), "assignIpv6AddressOnCreation", False, (False,), "what starts in it gets an IPv6 address"),
    Flag((tokens.INSTANCE,), "associatePublicIpAddress", None, (False, None), "it gets an address on the internet"),
    Flag(
        (tokens.LAUNCH_TEMPLATE,),
        "networkInterfaces.associatePublicIpAddress",
        None,
        (False, "false", None),
        "what it starts gets an address on the internet",
    ),
    Flag(_BALANCERS, "internal", False, (True,), "the load balancer faces the internet"),
    Flag((tokens.BUCKET, tokens.BUCKET_ACL), "acl", None, _PRIVATE_ACLS, "its ACL lets others in"),
    Flag(("aws:lambda/functionUrl:FunctionUrl",), "authorizationType", None, ("AWS_IAM",), "everybody may call it"),
    Flag(("aws:apigateway/method:Method",), "authorization", None, _AUTHORIZED, "anyone may call it"),
    Flag((tokens.INGRESS,), "", "internal", ("internal",), "its load balancer faces the internet", _SCHEME),
    Flag((tokens.SERVICE,), "", "internal", ("internal",), "its load balancer faces the internet", _SERVICE_SCHEME),
    Flag((tokens.SERVICE,), "spec.type", "ClusterIP", _INSIDE, "it is reached from outside of the cluster"),
)
_EVERYONE = ("0.0.0.0/0", "::/0")
# Lists of ranges, and what an unset one means while the place is public.
_RANGES = (
    (tokens.EKS_CLUSTER, "vpcConfig.publicAccessCidrs", "", "the Kubernetes API"),
    (tokens.INGRESS, "", "alb.ingress.kubernetes.io/inbound-cidrs", "its load balancer"),
    (tokens.SERVICE, "spec.loadBalancerSourceRanges", "", "its load balancer"),
)


def flags(compared: Compared) -> Iterator[Item]:
    """One item for each setting that keeps the public out no longer, or may not; of new resources, that does not."""
    for pair in compared.pairs():
        for flag in FLAGS:
            if pair.type in flag.types:
                gone = pair.after is None
                if gone and not (pair.type in _PUBLIC_ACCESS and _stays(compared, pair.before)):
                    continue
                was = _value(pair.before, flag) if pair.before else flag.closed[0]
                now = flag.default if gone else _value(pair.after, flag)
                if was in flag.closed and now not in flag.closed:
                    name = flag.path or flag.annotation
                    perhaps = "it may be so: not known before the update; " if now is UNKNOWN else ""
                    change = f"{name}: {text(was)} → {text(now)}" if pair.before else f"{name}: {text(now)}"
                    yield compared.item(pair.urn, f"{perhaps}{flag.means}", change)
    yield from _ranges(compared)


def _value(resource: Resource | None, flag: Flag) -> Any:
    value = _annotation(resource, flag.annotation) if flag.annotation else raw(resource, flag.path)
    return flag.default if value is None else value


def _annotation(resource: Resource | None, name: str) -> Any:
    annotations = raw(resource, "metadata.annotations")
    return annotations.get(name) if isinstance(annotations, dict) else annotations


def _stays(compared: Compared, block: Resource | None) -> bool:
    """Whether the bucket of a public access block is still there, and not under another block."""
    if block is None or block.type == tokens.ACCOUNT_PUBLIC_ACCESS:
        return not compared.after.of_type(tokens.ACCOUNT_PUBLIC_ACCESS)
    try:
        buckets = compared.before.references(block, "bucket", tokens.BUCKET)
    except (Undecided, Mistyped):
        return True  # nobody knows whose it was
    left = [compared.after.by_urn[one.urn] for one in buckets if one.urn in compared.after.by_urn]
    return any(not compared.after.possible_referrers(one, tokens.BUCKET_PUBLIC_ACCESS, "bucket") for one in left)


def _ranges(compared: Compared) -> Iterator[Item]:
    for type_, path, annotation, what in _RANGES:
        for pair in compared.pairs(type_):
            if pair.after is None:
                continue
            before, after = (_openings(side, path, annotation) for side in (pair.before, pair.after))
            for sure, told in groupby(widened(before, after), key=lambda one: one.sure):
                may = "accepts" if sure else "may accept"
                yield compared.item(pair.urn, f"{what} {may} {peers_text(list(told))}", path or annotation)


def _openings(resource: Resource | None, path: str, annotation: str) -> list[Opening]:
    if resource is None or not _is_public(resource):
        return []
    value = _annotation(resource, annotation) if annotation else raw(resource, path)
    listed = value.split(",") if isinstance(value, str) else value or _EVERYONE
    if not isinstance(listed, list | tuple):  # not known yet, or a secret as a whole
        return [Opening("tcp", *ALL_PORTS, Peer(resource.urn, "addresses not known yet", (), False))]
    return [Opening("tcp", *ALL_PORTS, peer, resource.urn) for one in listed for peer in _peer(one, resource.urn)]


def _peer(value: Any, urn: str) -> Iterator[Any]:
    if isinstance(value, str):
        try:
            yield ip_network(str.__str__(value).strip(), strict=False)
        except ValueError:
            return
    else:
        yield Peer(urn, "an address not known yet", (), False)


def _is_public(resource: Resource) -> bool:
    """Whether a list of ranges matters: an internal load balancer's does, too."""
    if resource.type == tokens.EKS_CLUSTER:
        return raw(resource, "vpcConfig.endpointPublicAccess") is not False
    return resource.type != tokens.SERVICE or raw(resource, "spec.type") == "LoadBalancer"
