"""Clusters and node groups, through the EKS API; what moto lacks of it is recorded."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, ResourceType, block, blocks, fields, keyed
from sandbox.recorded import recorded
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_ARN = "arn:aws:eks:{region}:{account}:"
_TAGS = service_tags()
_NAME = {"name": "{id}"}


def _logging(it: Resource) -> dict[str, Any]:
    wanted = it.inputs.get("enabledClusterLogTypes") or []
    others = sorted(set(it.old.get("enabledClusterLogTypes") or []) - set(wanted))
    settings = [{"types": types, "enabled": on} for types, on in ((wanted, True), (others, False)) if types]
    return {"logging": {"clusterLogging": settings}} if settings else {}


def _create_cluster(it: Resource) -> str:
    return str(it.run_tagged(Call("create_cluster", result="cluster.name"), _logging(it)))


def _set_logging(it: Resource) -> None:
    if "enabledClusterLogTypes" in it.changed:
        it.call("update_cluster_config", name=it.id, **_logging(it))


def _settings(*names: str) -> tuple[Call, ...]:
    """EKS takes one kind of change at a time."""
    return tuple(Call("update_cluster_config", args=_NAME, send=(name,)) for name in names)


CLUSTER = ResourceType("aws:eks/cluster:Cluster", "eks",
    inputs=fields(  # of those that replace, all but name and roleArn are from the provider documentation
        """name* roleArn!* version~ bootstrapSelfManagedAddons:bool*=true deletionProtection:bool
           enabledClusterLogTypes:list forceUpdateVersion:bool%""",
        accessConfig=block("""authenticationMode=CONFIG_MAP
            bootstrapClusterCreatorAdminPermissions:bool*=true""", computed=True),
        encryptionConfig=block("resources:list!", provider=block("keyArn!", required=True)),
        kubernetesNetworkConfig=block("ipFamily*~ serviceIpv4Cidr*~ serviceIpv6Cidr*~", computed=True),
        upgradePolicy=block("supportType=EXTENDED", computed=True),
        vpcConfig=block("""subnetIds:list! securityGroupIds:list endpointPrivateAccess:bool
            endpointPublicAccess:bool=true publicAccessCidrs:list~ clusterSecurityGroupId~ vpcId~""",
            boto="resourcesVpcConfig", required=True),
        zonalShiftConfig=block("enabled:bool"),
    ),
    autoname="name",
    create=(_create_cluster,),
    read=(keyed("describe_cluster", "name", "cluster.merge(@, {enabledClusterLogTypes:"
                " logging.clusterLogging[?enabled].types[], identities: identity && [{oidcs: [identity.oidc]}]})"),),
    update=(Call("update_cluster_version", args=_NAME, send=("version",)),
            *_settings("vpcConfig", "accessConfig", "upgradePolicy", "zonalShiftConfig", "deletionProtection"),
            Call("associate_encryption_config", args={"clusterName": "{id}"}, send=("encryptionConfig",)),
            _set_logging),
    delete=(keyed("delete_cluster", "name"),),
    outputs=("certificateAuthority", "endpoint", "identities", "platformVersion", "status"),
    formats={"arn": _ARN + "cluster/{id}"}, tags=_TAGS,
    unverified={"bootstrapSelfManagedAddons": "EKS tells nobody what it began with"},
)  # fmt: skip


def _spread(it: Resource) -> None:
    """Labels and taints are put and removed one by one, sizes and settings whole."""
    what: dict[str, Any] = {}
    if "labels" in it.changed:
        old, new = it.old.get("labels") or {}, it.inputs.get("labels") or {}
        what["labels"] = {"addOrUpdateLabels": new, "removeLabels": sorted(old.keys() - new.keys())}
    if "taints" in it.changed:
        old, new = it.old.get("taints") or [], it.inputs.get("taints") or []
        what["taints"] = {"addOrUpdateTaints": new, "removeTaints": [one for one in old if one not in new]}
    if what:
        it.call("update_nodegroup_config", **_group(it), **what)


def _group(it: Resource) -> dict[str, Any]:
    return {"clusterName": it.inputs["clusterName"], "nodegroupName": it.inputs["nodeGroupName"]}


def _arn_of_group(it: Resource) -> str:
    return str(it.call("describe_nodegroup", **_group(it))["nodegroup"]["nodegroupArn"])


_GROUP = {"clusterName": "{clusterName}", "nodegroupName": "{nodeGroupName}"}
NODE_GROUP = ResourceType("aws:eks/nodeGroup:NodeGroup", "eks",
    inputs=fields(  # amiType, capacityType, diskSize and the template's id replace by the provider documentation
        """clusterName!* nodeGroupName*@nodegroupName nodeGroupNamePrefix*% nodeRoleArn!*@nodeRole
           subnetIds:list!*@subnets amiType*~ capacityType*~ diskSize:int*~ instanceTypes:list*~ labels:map version~
           releaseVersion~ forceUpdateVersion:bool%""",
        launchTemplate=block("id*~ name*~ version!"),
        nodeRepairConfig=block("enabled:bool"),
        scalingConfig=block("minSize:int! desiredSize:int! maxSize:int!", required=True),
        taints=blocks("key! value effect!"),
        updateConfig=block("maxUnavailable:int maxUnavailablePercentage:int updateStrategy~", computed=True),
    ),
    remedy="give disks and access in a launch template",
    autoname="nodeGroupName", id="{clusterName}:{nodeGroupName}",
    create=(Call("create_nodegroup"),),
    read=(Call("describe_nodegroup", args=_GROUP, send=(), result="nodegroup.merge(@, {arn: nodegroupArn, resources:"
               " [{autoscalingGroups: resources.autoScalingGroups}]})"),),
    update=(_spread,
            Call("update_nodegroup_config", args=_GROUP, send=("scalingConfig", "updateConfig", "nodeRepairConfig")),
            Call("update_nodegroup_version", args=_GROUP, send=("version", "releaseVersion", "launchTemplate"))),
    delete=(Call("delete_nodegroup", args=_GROUP, send=()),),
    outputs=("arn", "resources", "status"),
    tags=service_tags(_arn_of_group, read=""),
)  # fmt: skip


def _cluster(it: Resource) -> None:
    """What hangs on a cluster is gone with it."""
    if name := it.inputs.get("clusterName"):  # the id of a pod identity does not tell
        it.call("describe_cluster", service="eks", name=name)


ADDON = recorded("aws:eks/addon:Addon",
    fields("""addonName!* clusterName!* addonVersion~ configurationValues:json preserve:bool% resolveConflictsOnCreate%
           resolveConflictsOnUpdate% serviceAccountRoleArn""",
           podIdentityAssociations=blocks("roleArn! serviceAccount!")),
    id="{clusterName}:{addonName}", needs=_cluster, tagged=True,
    formats={"arn": _ARN + "addon/{clusterName}/{addonName}"}, unique=True,
)  # fmt: skip
ACCESS_ENTRY = recorded("aws:eks/accessEntry:AccessEntry",
    fields("clusterName!* principalArn!* type*=STANDARD kubernetesGroups:list userName~"),  # type: provider documentation
    id="{clusterName}:{principalArn}", needs=_cluster, tagged=True,
    formats={"accessEntryArn": _ARN + "access-entry/{clusterName}/{principalArn}"}, unique=True,
)  # fmt: skip
ACCESS_POLICY_ASSOCIATION = recorded("aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    # the whole scope replaces: provider documentation
    fields("clusterName!* policyArn!* principalArn!*",
           accessScope=block("type!* namespaces:list*", required=True, replace=True)),
    id="{clusterName}#{principalArn}#{policyArn}", needs=_cluster,
    unique=True,
)  # fmt: skip
POD_IDENTITY_ASSOCIATION = recorded("aws:eks/podIdentityAssociation:PodIdentityAssociation",
    fields("""clusterName!* namespace!* serviceAccount!* roleArn! targetRoleArn disableSessionTags:bool
           policy:json"""),
    needs=_cluster, tagged=True,
    formats={"associationId": "{id}", "associationArn": _ARN + "podidentityassociation/{clusterName}/{id}"},
    unique=True,
)  # fmt: skip

TYPES = (CLUSTER, NODE_GROUP, ADDON, ACCESS_ENTRY, ACCESS_POLICY_ASSOCIATION, POD_IDENTITY_ASSOCIATION)
