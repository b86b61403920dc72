"""People and pipelines come into a cluster by access entries, and one role alone may do everything there."""

import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import cis_eks, unverified
from policies.examples import Example, Node, Ref, secret
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.cluster.examples import cluster

_MODES = ("API", "API_AND_CONFIG_MAP")
_MASTERS = "system:masters"
_ADMINISTRATION = "AmazonEKSClusterAdminPolicy"
_AWS_AUTH = "aws-auth"
_CONFIG_MAPS = (tokens.CONFIG_MAP, "kubernetes:core/v1:ConfigMapPatch")
_EMERGENCY = re.compile(r"break[-_.]?glass", re.IGNORECASE)


def _mode_problems(resource: Resource, _: Graph) -> Iterator[Problem]:
    config = resource.props.get("accessConfig")
    if config is None or config.get("authenticationMode") not in _MODES:
        message = "access entries do not count: who comes in stands in a ConfigMap alone"
        yield Problem("accessConfig.authenticationMode", message)


def _master_problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    yield from _CHECKS[resource.type](resource, graph)


def _creator(resource: Resource, _: Graph) -> Iterator[Problem]:
    config = resource.props.get("accessConfig")
    path = "bootstrapClusterCreatorAdminPermissions"
    if config is None or config.get(path, True) is not False:  # API reference, CreateAccessConfigRequest
        yield Problem(f"accessConfig.{path}", "whoever makes the cluster stays its administrator")


def _entry(resource: Resource, _: Graph) -> Iterator[Problem]:
    def check(group: str) -> Iterator[Problem]:
        if group == _MASTERS:
            yield Problem("kubernetesGroups", f"{_MASTERS} may do everything, and no rule can take it away")

    yield from decide(resource.props.get("kubernetesGroups", ()), check)


def _association(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if str(resource.props.get("policyArn", "")).rpartition("/")[2] != _ADMINISTRATION:
        return
    scope = resource.props.get("accessScope")
    if scope is not None and scope.get("type") == "namespace":
        return
    if not _is_emergency(resource, graph):
        message = "it administers the whole cluster, and is not the role for emergencies"
        yield Problem("principalArn", message)


def _is_emergency(resource: Resource, graph: Graph) -> bool:
    """By the role's name, or by its tag where the stack makes it."""
    role = graph.resolve(resource, "principalArn", tokens.ROLE)
    if role is not None and graph.tag(role, "access") == "break-glass":
        return True
    name = role.props.get("name", "") if role is not None else str(resource.props.get("principalArn", ""))
    return _EMERGENCY.fullmatch(str(name).rpartition("/")[2]) is not None


def _config_map(resource: Resource, _: Graph) -> Iterator[Problem]:
    data = resource.props.block("data")

    def check(key: str) -> Iterator[Problem]:
        if _names_masters(str.__str__(data.text(key))):
            yield Problem(f"data.{key}", f"{_MASTERS} may do everything, and no rule can take it away")

    yield from decide(list(data), check)


def _names_masters(text: str) -> bool:
    """Whether an entry of the map has the group; what cannot be read as a list of entries has it if it says so."""
    import yaml  # late: it costs every command its import

    try:
        entries = yaml.safe_load(text)
        return any(_MASTERS in entry.get("groups", ()) for entry in entries or ())
    except (yaml.YAMLError, AttributeError, TypeError):
        return _MASTERS in text


def _concerns(resource: Resource, _: Graph) -> bool:
    if resource.type not in _CONFIG_MAPS:
        return True
    return resource.props.block("metadata").get("name") == _AWS_AUTH


_CHECKS = {
    tokens.EKS_CLUSTER: _creator,
    tokens.EKS_ACCESS_ENTRY: _entry,
    tokens.EKS_ACCESS_POLICY: _association,
    **dict.fromkeys(_CONFIG_MAPS, _config_map),
}


def _mode(mode: object) -> Example:
    return (cluster(accessConfig={"authenticationMode": mode}),)


def _made(**config: object) -> Example:
    return (cluster(accessConfig={"authenticationMode": "API"} | config),)


def _in_groups(*groups: object) -> Example:
    principal = "arn:aws:iam::111122223333:role/engineer"
    return (Node(tokens.EKS_ACCESS_ENTRY, "entry", {"principalArn": principal, "kubernetesGroups": list(groups)}),)


def _may(principal: object, policy: object = _ADMINISTRATION, scope: object = "cluster") -> Node:
    arn = policy if isinstance(policy, Ref) else f"arn:aws:eks::aws:cluster-access-policy/{policy}"
    return Node(
        tokens.EKS_ACCESS_POLICY,
        "association",
        {"principalArn": principal, "policyArn": arn, "accessScope": {"type": scope}},
    )


def _auth(name: str = _AWS_AUTH, **data: object) -> Example:
    return (Node(tokens.CONFIG_MAP, "auth", {"metadata": {"name": name, "namespace": "kube-system"}, "data": data}),)


_ROLE = "arn:aws:iam::111122223333:role"
_MASTER = f"- rolearn: {_ROLE}/admin\n  groups:\n    - {_MASTERS}\n"
_NODES = f"- rolearn: {_ROLE}/node\n  groups:\n    - system:nodes\n"

RULES = (
    Rule(
        id="EKS-05",
        name="cluster-knows-access-entries",
        summary="A cluster lets in by access entries, not by a ConfigMap alone.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.EKS_CLUSTER,),
        reads=("accessConfig",),
        controls=(*unverified("pci-dss-4.0.1", "7.2.1"), *cis_eks("5.5.1"), *unverified("soc2", "CC6.1")),
        remedy='Set access_config={"authentication_mode": "API"}, and make an eks.AccessEntry for each role.',
        problems=_mode_problems,
        passes=(_mode("API"), _mode("API_AND_CONFIG_MAP")),
        fails=((cluster(),), (cluster(accessConfig={}),), _mode("CONFIG_MAP"), _mode("api")),
        undecided=((cluster(accessConfig=Ref("nowhere")),), _mode(Ref("nowhere"))),
    ),
    Rule(
        id="EKS-06",
        name="one-role-administers-a-cluster",
        summary="Only the role for emergencies administers a cluster; nobody is in system:masters, nor stays its"
        " administrator for having made it.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=tuple(_CHECKS),
        reads=("accessConfig", "kubernetesGroups", "principalArn", "policyArn", "accessScope", "data", "name", "tags"),
        controls=(
            *unverified("pci-dss-4.0.1", "7.2.2"),
            *cis_eks("4.1.1", "4.1.7"),
            *unverified("soc2", "CC6.3"),
        ),
        remedy="Give people Kubernetes groups in their eks.AccessEntry, bound by RBAC; call the administrator's role"
        " break-glass, or tag it access=break-glass, and set"
        " access_config.bootstrap_cluster_creator_admin_permissions to False.",
        problems=_master_problems,
        applies=_concerns,
        needs_graph=True,
        passes=(
            _made(bootstrapClusterCreatorAdminPermissions=False),
            _in_groups("platform:engineer"),
            _in_groups(),
            (_may(f"{_ROLE}/foundation/break-glass"),),
            (_may(f"{_ROLE}/BreakGlass"),),
            (_may(f"{_ROLE}/engineer", "AmazonEKSViewPolicy"),),
            (_may(f"{_ROLE}/engineer", scope="namespace"),),
            (_may(Ref("role")), Node(tokens.ROLE, "role", {"tags": {"access": "break-glass"}})),
            (_may(Ref("role")), Node(tokens.ROLE, "role", {"name": "break-glass"})),
            _auth(mapRoles=_NODES),
            _auth(mapRoles=f"# nobody is in {_MASTERS}\n{_NODES}"),
            _auth(mapRoles=f"- groups: [{_MASTERS}-readers]\n"),
            _auth(mapAccounts="- '111122223333'\n"),
        ),
        fails=(
            (cluster(),),
            _made(),
            _made(bootstrapClusterCreatorAdminPermissions=True),
            _in_groups("platform:engineer", _MASTERS),
            (_may(f"{_ROLE}/engineer"),),
            (_may(f"{_ROLE}/break-glass-engineer"),),
            (_may("arn:aws:iam::111122223333:user/root"),),
            (_may(Ref("role")), Node(tokens.ROLE, "role", {"name": "deploy"})),
            _auth(mapRoles=_NODES + _MASTER),
            _auth(mapRoles=secret(_MASTER)),
            _auth(mapRoles=f"- groups: [{_MASTERS}"),
            (Node(_CONFIG_MAPS[1], "auth", _auth(mapRoles=_MASTER)[0].props),),
            _auth(mapUsers=f"- userarn: arn:aws:iam::111122223333:user/a\n  groups: [{_MASTERS}]\n"),
        ),
        undecided=(
            _made(bootstrapClusterCreatorAdminPermissions=Ref("nowhere")),
            _in_groups(Ref("nowhere")),
            (_may(Ref("nowhere")),),
            (_may(f"{_ROLE}/engineer", Ref("nowhere")),),
            (_may(f"{_ROLE}/engineer", scope=Ref("nowhere")),),
            _auth(mapRoles=Ref("nowhere")),
        ),
        ignores=(_auth("settings", mapRoles=_MASTER),),
    ),
)
