"""EKS as moto serves it, mended: it keeps what it was asked for, upgrades, and makes the cluster's security group."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import moto.eks.models
import moto.eks.responses
import moto.eks.urls
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models import ec2_backends

_models: Any = moto.eks.models
_responses: Any = moto.eks.responses

# Settings that moto takes and forgets, as AWS has them where nobody asks (API reference, CreateCluster).
_DEFAULTS: dict[str, Any] = {
    "accessConfig": {"authenticationMode": "CONFIG_MAP"},
    "upgradePolicy": {"supportType": "EXTENDED"},
    "deletionProtection": False,
    "zonalShiftConfig": {"enabled": False},
}
_ENDPOINT = {"endpointPublicAccess": True, "endpointPrivateAccess": False}
_ONE_BY_ONE = {"maxUnavailable": 1, "updateStrategy": "DEFAULT"}


def mend() -> None:
    response = _responses.EKSResponse
    paths = {
        "updates": "",
        "encryption-config/associate": "",
        "update-version": "/node-groups/(?P<nodegroupName>[^/]+)",
    }
    for end, inside in paths.items():
        moto.eks.urls.url_paths[f"{{0}}/clusters/(?P<name>[^/]+){inside}/{end}$"] = response.dispatch
    response.create_cluster = _creating_cluster(response.create_cluster)
    response.create_nodegroup = _creating_group(response.create_nodegroup)
    for call in (
        *(_update_cluster_config, _update_cluster_version, _update_nodegroup_version, _associate_encryption_config),
        *(_tag_resource, _untag_resource, _list_tags_for_resource),
    ):
        setattr(response, call.__name__.removeprefix("_"), call)
    backend = _models.EKSBackend
    backend.delete_cluster = _with_its_group(backend.delete_cluster)


def _set(thing: Any, name: str, value: Any) -> None:
    """As moto's answers look for it: deletionProtection is deletion_protection."""
    setattr(thing, "".join(f"_{one.lower()}" if one.isupper() else one for one in name), value)


def _creating_cluster(create: Callable[[Any], ActionResult]) -> Callable[[Any], ActionResult]:
    def created(response: Any) -> ActionResult:
        answer = create(response)
        backend, cluster = response.eks_backend, response.eks_backend.clusters[response._get_param("name")]
        for name, default in _DEFAULTS.items():
            asked = response._get_param(name)
            _set(
                cluster, name, {**default, **asked} if isinstance(asked, dict) else default if asked is None else asked
            )
        own = secrets.token_hex(16).upper()  # moto's clusters of a region would all be one, by their addresses
        cluster.endpoint = f"https://{own}.gr7.{backend.region_name}.eks.amazonaws.com"
        cluster.identity = {"oidc": {"issuer": f"https://oidc.eks.{backend.region_name}.amazonaws.com/id/{own}"}}
        cluster.kubernetes_network_config = {"ipFamily": "ipv4", **cluster.kubernetes_network_config}
        cluster.resources_vpc_config = {**_ENDPOINT, **cluster.resources_vpc_config, **_group(backend, cluster)}
        return answer

    return created


def _group(backend: Any, cluster: Any) -> dict[str, str]:
    """The group of nodes and control plane, which EKS makes: they reach each other, and anything outside."""
    ec2: Any = ec2_backends[backend.account_id][backend.region_name]
    vpc = ec2.get_subnet(cluster.resources_vpc_config["subnetIds"][0]).vpc_id
    name = f"eks-cluster-sg-{cluster.name}"
    tags = {f"kubernetes.io/cluster/{cluster.name}": "owned", "Name": name}
    group = ec2.create_security_group(name, "EKS created security group", vpc_id=vpc, tags=tags)
    itself = [{"GroupId": group.id}]
    ec2.authorize_security_group_ingress(group.id, "-1", None, None, [], source_groups=itself, vpc_id=vpc)
    return {"vpcId": vpc, "clusterSecurityGroupId": group.id}


def _with_its_group(delete: Callable[..., Any]) -> Callable[..., Any]:
    def deleted(backend: Any, name: str) -> Any:
        cluster = backend.clusters.get(name)
        if getattr(cluster, "deletion_protection", False):
            message = f"Cluster {name} has deletion protection on"
            raise _models.InvalidRequestException(message=message)
        gone = delete(backend, name)
        ec2 = ec2_backends[backend.account_id][backend.region_name]
        ec2.delete_security_group(group_id=gone.resources_vpc_config["clusterSecurityGroupId"])
        return gone

    return deleted


def _cluster(response: Any) -> Any:
    return response.eks_backend.describe_cluster(response._get_param("name"))


def _update_cluster_config(response: Any) -> ActionResult:
    """moto's own replaces whole blocks and forgets half of them."""
    cluster = _cluster(response)
    cluster.resources_vpc_config = {**cluster.resources_vpc_config, **(response._get_param("resourcesVpcConfig") or {})}
    if logging := response._get_param("logging"):
        cluster.logging = logging
    for name, default in _DEFAULTS.items():
        if (asked := response._get_param(name)) is not None:
            _set(cluster, name, {**default, **asked} if isinstance(asked, dict) else asked)
    return ActionResult({"update": {"id": "update", "status": "Successful"}})


def _update_cluster_version(response: Any) -> ActionResult:
    """One minor up at a time, and never down: API reference, UpdateClusterVersion."""
    cluster, wanted = _cluster(response), response._get_param("version")
    if _minor(wanted) - _minor(cluster.version) not in (0, 1):
        message = f"Unsupported Kubernetes minor version update from {cluster.version} to {wanted}"
        raise _models.InvalidParameterException(message=message)
    cluster.version = wanted
    return ActionResult({"update": {"id": "update", "status": "Successful"}})


def _minor(version: str) -> int:
    return int(version.split(".")[1])


def _associate_encryption_config(response: Any) -> ActionResult:
    cluster = _cluster(response)
    cluster.encryption_config = response._get_param("encryptionConfig")
    return ActionResult({"update": {"id": "update", "status": "Successful"}})


def _creating_group(create: Callable[[Any], ActionResult]) -> Callable[[Any], ActionResult]:
    """A group has its cluster's version unless it asks for one, and no disk of its own beside a launch template."""

    def created(response: Any) -> ActionResult:
        answer = create(response)
        backend = response.eks_backend
        cluster = backend.clusters[response._get_param("name")]
        group = cluster.nodegroups[response._get_param("nodegroupName")]
        group.version = response._get_param("version") or cluster.version
        group.release_version = response._get_param("releaseVersion") or f"{group.version}.0-20260917"
        group.remote_access = response._get_param("remoteAccess")
        if group.launch_template:
            group.disk_size = None
        asked = response._get_param("updateConfig")
        group.update_config = {"updateStrategy": "DEFAULT", **asked} if asked else _ONE_BY_ONE
        group.node_repair_config = response._get_param("nodeRepairConfig")
        return answer

    return created


def _update_nodegroup_version(response: Any) -> ActionResult:
    backend = response.eks_backend
    group = backend.describe_nodegroup(response._get_param("name"), response._get_param("nodegroupName"))
    if version := response._get_param("version"):
        group.version, group.release_version = version, f"{version}.0-20260917"
    if template := response._get_param("launchTemplate"):
        group.launch_template = {**(group.launch_template or {}), **template}
    return ActionResult({"update": {"id": "update", "status": "Successful"}})


def _tags(response: Any) -> dict[str, str]:
    """moto knows tags of clusters alone; calls name a resource by its ARN."""
    arn = unquote(response.path).partition("/tags/")[2]
    clusters = response.eks_backend.clusters.values()
    for thing in (*clusters, *(group for cluster in clusters for group in cluster.nodegroups.values())):
        if thing.arn == arn:
            found: dict[str, str] = thing.tags
            return found
    raise _models.ResourceNotFoundException(message=f"No resource found for ARN {arn}")


def _tag_resource(response: Any) -> EmptyResult:
    _tags(response).update(response._get_param("tags"))
    return EmptyResult()


def _untag_resource(response: Any) -> EmptyResult:
    tags = _tags(response)
    for key in response._get_param("tagKeys"):
        tags.pop(key, None)
    return EmptyResult()


def _list_tags_for_resource(response: Any) -> ActionResult:
    return ActionResult({"tags": _tags(response)})
