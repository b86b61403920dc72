"""The pods of a service: what runs in them, as whom, and when they are fit, draining and gone."""

from collections.abc import Mapping
from typing import Any, Final

from components.canary.work import WORK
from components.canary_strategy import PARTITION
from components.services.definition import MANAGEMENT_PORT, DatabaseUse, Release, ServiceDefinition
from components.services.surroundings import Surroundings
from components.telemetry_vocabulary import REVISION_VARIABLE, resource_attributes

CREDENTIALS_PATH: Final = "/run/credentials"
RELEASE_PATH: Final = "/run/release"  # of what pulls its work: its file `partition` says canary or stable
_SCRATCH_PATH = "/tmp"  # noqa: S108  # the pod's own, and empty when it starts
_USER = 65_532  # `nonroot` of distroless images
_READABLE_BY_GROUP = 0o440
BURST: Final = 4  # how many times its share of a processor a pod may use while others leave theirs
_LOG_MIB = 64  # what the kubelet keeps of a container's log on the node: five files of 10 MiB, and a margin
# How long the load balancer and kube-proxy may still send a pod new work after it was told to end.
_PRE_STOP_S = 15
_MARGIN_S = 5
_HASH_LABEL = "rollouts-pod-template-hash"  # of Argo Rollouts: each version is spread for itself


def pod_spec(service: ServiceDefinition, release: Release, around: Surroundings) -> dict[str, Any]:
    """`spec` of the pods' template."""
    return {
        **secure_pod(service.name),
        **placement(service, around),
        "containers": [
            {
                "name": service.name,
                "image": image(service, release, around),
                "ports": _ports(service),
                "env": [*environment(service, around), *_telemetry(service, release, around)],
                "resources": compute(service),
                "securityContext": SECURE_CONTAINER,
                "volumeMounts": _mounts(service),
                **_PROBES,
                # The pod's own clock, without a shell in the image: Kubernetes docs, "Container lifecycle hooks".
                "lifecycle": {"preStop": {"sleep": {"seconds": _PRE_STOP_S}}},
            }
        ],
        "volumes": _volumes(service),
        "terminationGracePeriodSeconds": _PRE_STOP_S + service.drain_s + _MARGIN_S,
        "topologySpreadConstraints": _spread(service.name, around.zones),
    }


def secure_pod(service_account: str) -> dict[str, Any]:
    """What the level `restricted` asks of a pod, and more: no token, no links to other services, no root anywhere."""
    return {
        "serviceAccountName": service_account,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "runAsGroup": _USER,
            "fsGroup": _USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }


def placement(service: ServiceDefinition, around: Surroundings) -> dict[str, Any]:
    """On the nodes that are kept for its scope, where there are such: card data shares no machine with the rest."""
    pool = around.node_pools.get(service.pci_scope)
    if pool is None:
        return {}
    taint = {"key": pool.key, "operator": "Equal", "value": pool.value, "effect": "NoSchedule"}
    return {"nodeSelector": {pool.key: pool.value}, **({"tolerations": [taint]} if pool.tainted else {})}


SECURE_CONTAINER: Final[Mapping[str, Any]] = {
    "allowPrivilegeEscalation": False,
    "privileged": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
}


def image(service: ServiceDefinition, release: Release, around: Surroundings) -> str:
    return f"{around.registry}/billing/{service.name}@{release.digest}"


def compute(service: ServiceDefinition) -> dict[str, Any]:
    """Memory and disk are requested as they are limited; processor time may be borrowed."""
    own = service.resources
    fixed = {"memory": mebibytes(own.memory_mib), "ephemeral-storage": mebibytes(own.scratch_mib + _LOG_MIB)}
    return {
        "requests": {"cpu": processors(own.cpu_m), **fixed},
        "limits": {"cpu": processors(BURST * own.cpu_m), **fixed},
    }


def processors(thousandths: int) -> str:
    """As Kubernetes itself writes the quantity: a controller that writes it so would be another owner of the field."""
    return f"{thousandths}m" if thousandths % 1000 else str(thousandths // 1000)


def mebibytes(number: int) -> str:
    """The same of memory and disk."""
    return f"{number}Mi" if number % 1024 else f"{number // 1024}Gi"


def environment(service: ServiceDefinition, around: Surroundings) -> list[dict[str, Any]]:
    """Where things are, never what opens them: database logins are IAM tokens, credentials are files."""
    values: dict[str, Any] = {
        "SERVICE": service.name,
        "ENVIRONMENT": around.environment,
        "AWS_REGION": around.region,
        "PORT": str(service.port),
        "MANAGEMENT_PORT": str(MANAGEMENT_PORT),
        "DRAIN_SECONDS": str(service.drain_s),
        "CREDENTIALS_PATH": CREDENTIALS_PATH,
        "OTEL_EXPORTER_OTLP_ENDPOINT": around.telemetry_url,
    }
    for used in service.databases:
        values |= database_environment(used, service.database_user, around)
    for name in (*service.sends, *service.consumes):
        values[f"{_variable(name)}_QUEUE_URL"] = around.queues[name].url
    return [{"name": name, "value": value} for name, value in values.items()]


def _telemetry(service: ServiceDefinition, release: Release, around: Surroundings) -> list[dict[str, Any]]:
    """What OpenTelemetry's SDKs say of the pod; a variable must stand before the one that it is put into."""
    said = resource_attributes(
        service=service.name,
        version=release.digest,
        environment=around.environment,
        data_class=service.data_class,
        owner=service.owner,
    )
    of_pod = {"fieldRef": {"fieldPath": f"metadata.labels['{_HASH_LABEL}']"}}
    return [
        {"name": REVISION_VARIABLE, "valueFrom": of_pod},
        {"name": "OTEL_RESOURCE_ATTRIBUTES", "value": said},
    ]


def database_environment(used: DatabaseUse, user: str, around: Surroundings) -> dict[str, Any]:
    """Its certificate is looked at: IAM tokens are passwords, and must not go to who only says that it is the database
    (RDS user guide, "Using SSL with a PostgreSQL DB instance")."""
    facts, prefix = around.databases[used.name], _variable(used.name)
    return {
        "PGSSLMODE": "verify-full",
        f"{prefix}_DATABASE_HOST": facts.endpoint,
        f"{prefix}_DATABASE_PORT": str(facts.port),
        f"{prefix}_DATABASE_NAME": facts.database,
        f"{prefix}_DATABASE_USER": user,
        f"{prefix}_DATABASE_POOL": str(used.pool),
    }


def scratch_volume(size_mib: int) -> dict[str, Any]:
    return {"name": "scratch", "emptyDir": {"sizeLimit": mebibytes(size_mib)}}


SCRATCH_MOUNT: Final[Mapping[str, Any]] = {"name": "scratch", "mountPath": _SCRATCH_PATH}


def _ports(service: ServiceDefinition) -> list[dict[str, Any]]:
    own = [{"name": "http", "containerPort": service.port, "protocol": "TCP"}] if service.routes else []
    return [*own, {"name": "management", "containerPort": MANAGEMENT_PORT, "protocol": "TCP"}]


def _mounts(service: ServiceDefinition) -> list[Mapping[str, Any]]:
    files = {"name": "credentials", "mountPath": CREDENTIALS_PATH, "readOnly": True}
    release = {"name": "release", "mountPath": RELEASE_PATH, "readOnly": True}
    return [
        SCRATCH_MOUNT,
        *([files] if service.secrets else []),
        *([release] if WORK[service.risk].pulled else []),
    ]


def _volumes(service: ServiceDefinition) -> list[dict[str, Any]]:
    """Credentials are files, which change in place when they are rotated; variables would not. So does the partition
    of the work that pods pull, while a new version of it is let in.
    """
    secret = {"secretName": credentials_name(service), "defaultMode": _READABLE_BY_GROUP}
    files = [{"name": "credentials", "secret": secret}] if service.secrets else []
    partition = {"path": "partition", "fieldRef": {"fieldPath": f"metadata.labels['{PARTITION}']"}}
    release = [{"name": "release", "downwardAPI": {"items": [partition]}}] if WORK[service.risk].pulled else []
    return [scratch_volume(service.resources.scratch_mib), *files, *release]


def credentials_name(service: ServiceDefinition) -> str:
    """The Kubernetes secret that External Secrets fills."""
    return f"{service.name}-credentials"


def _probe(check: str, *, period_s: int, failures: int, timeout_s: int = 2) -> dict[str, Any]:
    return {
        "httpGet": {"path": f"/health/{check}", "port": "management", "scheme": "HTTP"},
        "periodSeconds": period_s,
        "failureThreshold": failures,
        "timeoutSeconds": timeout_s,
    }


# A minute and a half to start; out of the load balancer within 10 s; restarted after a minute, which readiness must
# have had the time to prevent.
_PROBES: Final[Mapping[str, Any]] = {
    "startupProbe": _probe("startup", period_s=3, failures=30),
    "readinessProbe": _probe("ready", period_s=5, failures=2),
    "livenessProbe": _probe("live", period_s=10, failures=6),
}


def _spread(name: str, zones: int) -> list[dict[str, Any]]:
    """Over zones as a must, over nodes as a wish. With one zone lost its pods may start in the others: a domain counts
    while its nodes are fit, and one fewer domain than there are zones will do.
    Source: Kubernetes docs, "Pod Topology Spread Constraints".
    """
    each = {"maxSkew": 1, "labelSelector": {"matchLabels": selector(name)}, "matchLabelKeys": [_HASH_LABEL]}
    zone = {"topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule"}
    fit = {"minDomains": max(2, zones - 1), "nodeTaintsPolicy": "Honor"}
    node = {"topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway"}
    return [{**zone, **fit, **each}, {**node, **each}]


def selector(name: str, component: str = "service") -> dict[str, str]:
    """The labels that tell a service's pods from those of its migration."""
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/component": component}


def _variable(name: str) -> str:
    return name.replace("-", "_").upper()
