"""What the cluster admits: the Kubernetes rules that matter at runtime, in CEL, next to the values of the rules.

Each policy becomes a ValidatingAdmissionPolicy. `rules` names the rules of the packs that judge the same before a
deployment; tests/cluster holds both to one table. Source: Kubernetes docs, "Validating Admission Policy" and "Common
Expression Language in Kubernetes", version 1.34.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from policies.admission_pods import HAS_PODS, LASTING, POD_KINDS, POD_VARIABLES, STAYING
from policies.kubernetes_facts import (
    API_ANNOTATION,
    EVERYBODY,
    EXEMPT_NAMESPACES,
    REQUIRED_POD_LABELS,
    REQUIRED_PROBES,
    image_pattern,
)

Kinds = tuple[tuple[str, str, tuple[str, ...]], ...]  # API group, version, resources
ON_CALL_GROUP: Final = "platform:on-call"
SERVICE_NAMESPACE_PREFIX: Final = "billing-"  # a service called api runs in billing-api
_RBAC = "rbac.authorization.k8s.io"


@dataclass(frozen=True, kw_only=True)
class AdmissionPolicy:
    """`validations`: what must be true, and the message for who is refused. `conditions`: when it applies at all;
    `variables`: in the order in which they build on each other. `namespaces`: where alone it holds, `but_namespaces`:
    where it does not; with neither, everywhere. All of it is CEL, but for names.
    """

    name: str
    kinds: Kinds
    validations: tuple[tuple[str, str], ...]
    rules: tuple[str, ...] = ()
    conditions: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    operations: tuple[str, ...] = ("CREATE", "UPDATE")
    namespaces: tuple[str, ...] = ()
    but_namespaces: tuple[str, ...] = ()


def policies(
    registry: str, platform_images: Mapping[str, Sequence[str]], service_role_prefix: str
) -> tuple[AdmissionPolicy, ...]:
    """Every policy. `registry`: the host that images of services come from. `platform_images`: the images, tag
    included, that run in each namespace of the platform. `service_role_prefix`: of the ARNs of services' roles.
    """
    cluster, platform = EXEMPT_NAMESPACES, tuple(platform_images)
    ours = (*cluster, *platform)
    return (
        _pods("images-by-digest", (_images(registry),), ("K8S-06",), but_namespaces=ours),
        *(
            _pods(f"images-of-{namespace}", (_known_images(images),), (), namespaces=(namespace,))
            for namespace, images in platform_images.items()
        ),
        _pods("pods-apart-from-nodes", _NODES, ("K8S-01", "K8S-02", "K8S-05"), but_namespaces=cluster),
        _pods("required-labels", (_LABELS,), ("K8S-13",), but_namespaces=ours),
        _pods("probes", (_PROBES,), ("K8S-13",), conditions=LASTING, but_namespaces=ours),
        _pods("declared-tokens", _TOKENS, ("K8S-07",), but_namespaces=ours),
        _pods("default-namespace-stays-empty", (_EMPTY,), ("K8S-09",), namespaces=("default",)),
        AdmissionPolicy(
            name="exposed-by-ingress-alone",
            kinds=(("", "v1", ("services",)),),
            rules=("K8S-12",),
            conditions=STAYING,
            validations=_SERVICES,
            but_namespaces=cluster,
        ),
        AdmissionPolicy(
            name="on-call-restarts-only",
            kinds=(("argoproj.io", "v1alpha1", ("rollouts",)),),
            operations=("UPDATE",),
            conditions={"by-on-call": f"'{ON_CALL_GROUP}' in request.userInfo.groups"},
            validations=_ON_CALL,
        ),
        AdmissionPolicy(
            name="secret-stores-of-their-service",
            kinds=(("external-secrets.io", "v1", ("secretstores",)),),
            conditions=STAYING,
            validations=(_store(service_role_prefix),),
        ),
        AdmissionPolicy(
            name="no-secret-stores-for-all",
            kinds=(("external-secrets.io", "*", ("clustersecretstores", "clusterexternalsecrets")),),
            validations=(("false", "'secret stores are of one namespace: make a SecretStore'"),),
        ),
        AdmissionPolicy(
            name="no-further-administrators",
            kinds=((_RBAC, "v1", ("clusterrolebindings", "rolebindings")),),
            rules=("K8S-11",),
            conditions={**STAYING, **_BY_OUR_SIDE},
            validations=_BINDINGS,
        ),
    )


def _pods(
    name: str,
    validations: tuple[tuple[str, str], ...],
    rules: tuple[str, ...],
    *,
    conditions: Mapping[str, str] | None = None,
    namespaces: tuple[str, ...] = (),
    but_namespaces: tuple[str, ...] = (),
) -> AdmissionPolicy:
    """A policy for pods, however they come to be."""
    return AdmissionPolicy(
        name=name,
        kinds=POD_KINDS,
        rules=rules,
        conditions={**STAYING, **HAS_PODS, **(conditions or {})},
        variables=POD_VARIABLES,
        validations=validations,
        namespaces=namespaces,
        but_namespaces=but_namespaces,
    )


def _images(registry: str) -> tuple[str, str]:
    strange = f"variables.images.filter(i, !i.matches(r'{image_pattern(registry)}'))"
    remedy = f"images come from {registry}, by digest (@sha256:...)"
    return f"{strange}.size() == 0", f"'got ' + {strange}.join(', ') + ': {remedy}'"


def _known_images(images: Sequence[str]) -> tuple[str, str]:
    """With or without a digest behind the tag."""
    known = f"[{', '.join(repr(image) for image in images)}]"
    strange = f"variables.images.filter(i, !(i.split('@')[0] in {known}))"
    return f"{strange}.size() == 0", f"'got ' + {strange}.join(', ') + ': here run the images of the charts alone'"


def _store(service_role_prefix: str) -> tuple[str, str]:
    role = f"'{service_role_prefix}' + request.namespace.replace('{SERVICE_NAMESPACE_PREFIX}', '', 1)"
    aws = "object.spec.provider.aws"
    asked = f"has({aws}) && !has({aws}.auth) && has({aws}.role) && {aws}.role == {role}"
    return asked, f"'the store must take the role of the service of the namespace, ' + {role} + ', and no other way in'"


def _none_of(field_name: str) -> str:
    return f"!has(variables.spec.{field_name}) || !variables.spec.{field_name}"


_PRIVILEGED = "has(c.securityContext) && has(c.securityContext.privileged) && c.securityContext.privileged"
_NODES = (
    (f"variables.containers.all(c, !({_PRIVILEGED}))", "'a privileged container is root on its node: remove it'"),
    *(
        (_none_of(name), f"'{name} must be unset: the pod would see what else the node runs'")
        for name in ("hostNetwork", "hostPID", "hostIPC")
    ),
    (
        "!has(variables.spec.volumes) || variables.spec.volumes.all(v, !has(v.hostPath))",
        "'hostPath volumes open the node: take emptyDir, configMap or secret'",
    ),
)
_NAMES = f"[{', '.join(repr(key) for key in REQUIRED_POD_LABELS)}]"
_MISSING = f"{_NAMES}.filter(key, !(key in variables.labels) || variables.labels[key] == '')"
_LABELS = (f"{_MISSING}.size() == 0", f"'labels are missing: ' + {_MISSING}.join(', ')")
_PROBED = " && ".join(f"has(c.{probe})" for probe in REQUIRED_PROBES)
_PROBES = (
    f"variables.lasting.all(c, {_PROBED})",
    f"variables.lasting.filter(c, !({_PROBED})).map(c, c.name).join(', ') + ': needs {' and '.join(REQUIRED_PROBES)}'",
)
_DECLARED = f"'{API_ANNOTATION}' in variables.annotations && variables.annotations['{API_ANNOTATION}'].trim() != ''"
_TOKENS = (
    (
        "!(variables.account in ['', 'default'])",
        "'serviceAccountName must name an account of its own, not default'",
    ),
    (
        f"({_DECLARED}) || (variables.tokens.size() == 0 && "
        "!(has(variables.spec.automountServiceAccountToken) && variables.spec.automountServiceAccountToken))",
        f"'no token for the Kubernetes API (automountServiceAccountToken: false): who needs one says why as "
        f"{API_ANNOTATION}'",
    ),
)
_EMPTY = ("false", "'nothing runs in the namespace default: it has no guards; name the namespace of the service'")
_SERVICES = (
    (
        "!has(object.spec.type) || !(object.spec.type in ['LoadBalancer', 'NodePort'])",
        "'a Service of type ' + object.spec.type + ' goes around TLS and logs of the load balancer: use an Ingress'",
    ),
    (
        "!has(object.spec.externalIPs) || object.spec.externalIPs.size() == 0",
        "'externalIPs take traffic that is meant for others: remove them'",
    ),
)
_ON_CALL = tuple(
    (
        f"{one}.all(k, k in {may} || (k in {other} && {one}[k] == {other}[k]))",
        "'on call may restart and pause a rollout; other changes come by a deployment'",
    )
    for part, may in (
        ("spec", "['paused', 'restartAt']"),
        ("metadata", "['managedFields', 'resourceVersion', 'generation']"),
    )
    for one, other in ((f"object.{part}", f"oldObject.{part}"), (f"oldObject.{part}", f"object.{part}"))
)
# The cluster's own parts and the add-ons of EKS need what nobody of ours does.
_BY_OUR_SIDE = {
    "by-our-side": "!request.userInfo.username.startsWith('system:') && !request.userInfo.username.startsWith('eks:')"
}
_EVERYBODY = f"[{', '.join(repr(name) for name in EVERYBODY)}]"
_BINDINGS = (
    ("object.roleRef.name != 'cluster-admin'", "'cluster-admin may do anything: bind a role of the platform'"),
    (
        f"!has(object.subjects) || object.subjects.all(s, !(s.name in {_EVERYBODY}))",
        f"'bound to one of ' + {_EVERYBODY}.join(', ') + ': name the group that is meant'",
    ),
)
