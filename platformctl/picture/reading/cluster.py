"""The cluster: its control plane, its node groups, and the namespaces that run on them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from platformctl.picture.model import Box
from platformctl.picture.reading.facts import as_word, key_line, known, listed, mapping, refs, tag, texts, word
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource

WORKLOADS = (
    tokens.ROLLOUT,
    tokens.DEPLOYMENT,
    tokens.STATEFUL_SET,
    tokens.DAEMON_SET,
    tokens.CRON_JOB,
    tokens.JOB,
    tokens.POD,
)
_SERVING = WORKLOADS[:4]
# Effects as the API of EKS writes them and as pods do; a preference keeps nothing away.
_EFFECTS = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute"}


def control_planes(graph: Graph) -> list[tuple[tuple[Resource, ...], Box]]:
    """Every cluster's control plane, with the subnets that it has an address in; objects without a namespace are
    its own.
    """
    found = []
    clusters = graph.of_type(tokens.EKS_CLUSTER)
    for cluster in clusters:
        public = word(cluster, "vpcConfig", "endpointPublicAccess") == "true"
        lines = (
            f"Kubernetes {word(cluster, 'version')}".strip(),
            "public endpoint" if public else "private endpoint",
            key_line(graph, cluster, "encryptionConfig"),
        )
        parts = [one.urn for one in graph.of_type(tokens.EKS_ADDON, tokens.EKS_ACCESS_ENTRY, tokens.EKS_ACCESS_POLICY)]
        parts += [one.urn for one in graph.resources if _of_the_cluster(one)]
        urns = (cluster.urn, *(parts if len(clusters) == 1 else ()), *filter(None, (cluster.parent,)))
        name = word(cluster, "name") or cluster.name
        box = Box(cluster.urn, "cluster", name, tuple(filter(None, lines)), urns, full=f"EKS cluster {name}")
        found.append((refs(graph, cluster, "vpcConfig.subnetIds", tokens.SUBNET), box))
    return found


def node_groups(graph: Graph) -> list[tuple[tuple[Resource, ...], Resource, Box]]:
    """Every node group with its subnets."""
    found = []
    for group in graph.of_type(tokens.EKS_NODE_GROUP):
        sizes = [word(group, "scalingConfig", key) for key in ("minSize", "maxSize")]
        kinds = [as_word(one) for one in listed(group, "instanceTypes")]
        lines = (kinds[0] if kinds else "", f"{'-'.join(sizes)} nodes" if all(sizes) else "")
        name = word(group, "labels", "platform/node-group") or word(group, "nodeGroupName") or group.name
        box = Box(
            group.urn,
            "nodes",
            f"nodes {name}",
            tuple(filter(None, lines)),
            (group.urn, *(one.urn for one in refs(graph, group, "launchTemplate", tokens.LAUNCH_TEMPLATE))),
            word(group, "labels", "platform/pci-scope"),
            full=f"node group {word(group, 'nodeGroupName') or group.name}",
        )
        found.append((refs(graph, group, "subnetIds", tokens.SUBNET), group, box))
    return found


def namespaces(graph: Graph) -> dict[str, Box]:
    """A box for each namespace that something runs in or that the program makes, with all that is in it."""
    inside: dict[str, list[Resource]] = defaultdict(list)
    own = {word(one, "metadata", "name"): one for one in graph.of_type(tokens.NAMESPACE)}
    for resource in graph.resources:
        if resource.type.startswith("kubernetes:") and (name := namespace_of(graph, resource)):
            inside[name].append(resource)
    names = sorted({*filter(None, own), *(name for name, group in inside.items() if _runs(group))})
    return {name: _namespace(graph, name, own.get(name), inside[name]) for name in names}


def namespace_of(graph: Graph, resource: Resource) -> str:
    """The namespace that an object of Kubernetes is in, or a chart's release goes to."""
    if resource.type == tokens.CHART_RELEASE:
        name = word(resource, "namespace")
        spaces = refs(graph, resource, "namespace", tokens.NAMESPACE)
        return name or (word(spaces[0], "metadata", "name") if spaces else "")
    return word(resource, "metadata", "namespace")


def runs_on(graph: Graph, name: str, groups: Iterable[Resource]) -> Resource | None:
    """The first node group that every condition of a namespace's pods allows; None if there is none."""
    pods = [
        mapping(known(one, "spec", "template", "spec"))
        for one in graph.of_type(*_SERVING)
        if word(one, "metadata", "namespace") == name
    ]
    fits = [group for group in groups if all(_takes(group, pod) for pod in pods or [{}])]
    return fits[0] if fits else None


def _takes(group: Resource, pod: Any) -> bool:
    labels = mapping(known(group, "labels"))
    if any(labels.get(key) != value for key, value in mapping(pod.get("nodeSelector")).items()):
        return False
    tolerations = [mapping(one) for one in pod.get("tolerations") or [] if isinstance(one, dict)]
    taints = [mapping(one) for one in listed(group, "taints")]
    return all(
        as_word(taint.get("effect")) not in _EFFECTS or any(_tolerates(one, taint) for one in tolerations)
        for taint in taints
    )


def _tolerates(toleration: Any, taint: Any) -> bool:
    if toleration.get("effect") not in (None, "", _EFFECTS.get(as_word(taint.get("effect")))):
        return False
    if toleration.get("operator") == "Exists":
        return toleration.get("key") in (None, "", taint.get("key"))
    return bool(toleration.get("key") == taint.get("key") and toleration.get("value") == taint.get("value"))


def _namespace(graph: Graph, name: str, own: Resource | None, inside: list[Resource]) -> Box:
    running = [one for one in inside if one.type in _SERVING]
    charts = sorted(
        " ".join(filter(None, (word(one, "chart"), word(one, "version"))))
        for one in inside
        if one.type == tokens.CHART_RELEASE
    )
    scalers = [one for one in inside if one.type == tokens.AUTOSCALER]
    replicas = [f"{word(one, 'spec', 'minReplicas')}-{word(one, 'spec', 'maxReplicas')} replicas" for one in scalers]
    kinds = sorted({one.type.rpartition(":")[2] for one in running})
    lead = running or ([own] if own else inside)
    scope = next(filter(None, (tag(graph, one, "pci-scope") for one in (*running, *([own] if own else [])))), "")
    classes = sorted({*filter(None, (tag(graph, one, "data-class") for one in lead))})
    facts = (*charts, *kinds, *replicas, *(f"{one} data" for one in classes if not charts))
    urns = dict.fromkeys([*(one.urn for one in lead[:1]), *([own.urn] if own else []), *(one.urn for one in inside)])
    kind = "controller" if charts and not running else "service"
    return Box(f"namespace:{name}", kind, name, tuple(facts), tuple(urns), scope, full=f"namespace {name}")


def _runs(group: list[Resource]) -> bool:
    return any(one.type in (*WORKLOADS, tokens.CHART_RELEASE) for one in group)


def _of_the_cluster(resource: Resource) -> bool:
    if not resource.type.startswith("kubernetes:") or resource.type in (tokens.NAMESPACE, tokens.CHART_RELEASE):
        return False
    return not any(texts(known(resource, "metadata", "namespace")))
