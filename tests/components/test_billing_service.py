"""A service as declared: what is refused, everything that is made, and what that lets in, out and at once."""

import json
from dataclasses import replace
from typing import Any

import pytest

from components.billing_service import BillingService, BillingServiceArgs
from components.services.definition import (
    ANYWHERE,
    DatabaseUse,
    Migration,
    Release,
    Resources,
    ServiceDefinition,
)
from components.slo.definition import from_dict
from components.slo.groups import groups
from components.slo.kinds import availability, latency
from components.telemetry_vocabulary import VOCABULARY
from tests.components.conftest import Built, Made, build
from tests.components.services_cases import ACCOUNT, CARDS, DIGEST, REGION, arguments, definition, release, worker

_KIND = "platform:services:BillingService"
_IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/billing/api@{DIGEST}"


def _build(args: BillingServiceArgs | None = None) -> Built:
    return build(lambda: BillingService("service-api", args or arguments()))


def _worker(**changes: Any) -> BillingServiceArgs:
    return arguments(worker(**changes), release(host=None, replicas_min=2))


def _spec(built: Built, kind: str, name: str = "service-api") -> Any:
    return built.one(kind, name).inputs["spec"]


def _template(built: Built, kind: str = "Rollout", name: str = "service-api") -> Any:
    return _spec(built, kind, name)["template"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "API"}, "name of service API must be 1 to 16 of a-z 0-9 -, a letter first and no - last"),
        ({"name": "a" * 17}, "must be 1 to 16 of"),
        ({"name": "api-"}, "must be 1 to 16 of"),
        (
            {"port": 80},
            "port of service api must be 1024 to 65535, as who is not root may listen, and not 9090, got 80",
        ),
        ({"port": 9090}, "port of service api must be 1024 to 65535"),
        ({"port": 65_536}, "port of service api must be 1024 to 65535"),
        ({"drain_s": 0}, "drain_s of service api must be 1 to 900, got 0"),
        (
            {"routes": (), "public": False},
            "routes of service api must be at least one for payment-write: a new version is let in by",
        ),
        ({"routes": (), "risk": "read"}, "public of service api must be false without routes"),
        ({"risk": "worker"}, "routes of service api must be empty for a worker"),
        ({"routes": ("/v1*",)}, r"routes of service api must be paths such as /v1, without wildcards, got '/v1\*'"),
        ({"routes": ("v1",)}, "must be paths such as /v1"),
        ({"routes": ("/v1", "/v1")}, "routes of service api must be named once each, got '/v1'"),
        ({"sends": ("entries", "entries")}, "sends of service api must be named once each, got 'entries'"),
        (
            {"migrations": (Migration(database="subscriptions", command=("m",)),)},
            r"migrations of service api must be for a database that it uses \(ledger\), got 'subscriptions'",
        ),
        ({"egress_hosts": ("10.0.0.1",)}, "egress_hosts of service api must be domain names such as api.example.com"),
        ({"egress_hosts": ("*.example.com",)}, "must be domain names"),
        ({"egress_hosts": (ANYWHERE,)}, "must be hosts by name: only outgoing webhooks, outside of cde, go wherever"),
        ({"egress_hosts": (ANYWHERE,), "risk": "webhook-out"}, "must be hosts by name"),
        (
            {"slo": (availability(service="web", owner="payments", objective_percent=99),)},
            "service of the service level web-availability in slo of service api must be api, as that of the service",
        ),
        (
            {"slo": (availability(service="api", owner="core", objective_percent=99),)},
            "owner of the service level api-availability in slo of service api must be payments",
        ),
        (
            {"slo": (availability(service="api", owner="payments", objective_percent=99),) * 2},
            "slo of service api must be service levels with an id of their own, got 'api-availability'",
        ),
    ],
)
def test_rejects_a_definition_that_cannot_run_or_would_open_something(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        definition(**changes)


@pytest.mark.parametrize(
    ("part", "values", "message"),
    [
        (Resources, {"cpu_m": 9}, "cpu_m must be 10 to 4000, got 9: lower it, or split the service"),
        (Resources, {"memory_mib": 8_193}, "memory_mib must be 64 to 8192, got 8193"),
        (Resources, {"scratch_mib": 0}, "scratch_mib must be 1 to 1024, got 0"),
        (DatabaseUse, {"name": "ledger", "pool": 0}, "pool of ledger must be 1 to 100 connections of a pod, got 0"),
        (Migration, {"database": "l", "command": ()}, "command of the migration of l must name what runs, got nothing"),
        (
            Migration,
            {"database": "l", "command": ("m",), "lock_timeout_ms": 10_001},
            "lock_timeout_ms of the migration of l must be 100 to 10000, got 10001",
        ),
        (
            Migration,
            {"database": "l", "command": ("m",), "timeout_s": 60, "statement_timeout_ms": 60_001},
            "statement_timeout_ms of the migration of l must be 1000 to 60000, got 60001",
        ),
    ],
)
def test_rejects_parts_beyond_their_limits(part: Any, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        part(**values)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"digest": "v1.2"}, "digest must be sha256: and 64 of 0-9 a-f, for a tag can be moved, got 'v1.2'"),
        ({"digest": f"sha256:{'AB12' * 16}"}, "digest must be sha256: and 64 of 0-9 a-f"),
        ({"digest": f"sha256:{'a' * 63}"}, "digest must be sha256: and 64 of 0-9 a-f"),
        ({"replicas_min": 1}, r"replicas_min must be 2 or more, and at most replicas_max \(9\), got 1"),
        ({"replicas_min": 10}, r"replicas_min must be 2 or more, and at most replicas_max \(9\), got 10"),
        ({"replicas_max": 101}, "replicas_max must be at most 100, got 101"),
        ({"host": "https://api.example"}, "host must be a domain name such as api.example.com"),
    ],
)
def test_rejects_a_release_of_a_tag_or_without_a_second_pod(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        release(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"databases": (DatabaseUse("orders"),), "migrations": ()},
            "databases of service api must be among those of prod: ledger, subscriptions; got 'orders': add it",
        ),
        ({"sends": ("nowhere",)}, "sends of service api must be among those of prod: entries, events, other; got 'now"),
        ({"consumes": ("nowhere",)}, "consumes of service api must be among those of prod"),
        ({"secrets": ("rail",)}, "secrets of service api must be among those of prod: cards, mail; got 'rail'"),
        ({"egress_hosts": ("api.other.example",)}, "egress_hosts of service api must be among those of prod"),
    ],
)
def test_rejects_a_dependency_that_the_environment_does_not_have(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        arguments(definition(**changes))


@pytest.mark.parametrize(
    ("service", "released", "message"),
    [
        (
            definition(),
            release(replicas_min=2),
            "replicas_min of service api must be 3 or more, as its risk is payment-",
        ),
        (definition(), release(host=None), "host of service api must be a domain name, as it has routes; got None"),
        (worker(), release(), "host of service sweeper must be left out, as it has no routes; got 'api.billing.exam"),
    ],
)
def test_rejects_a_release_that_does_not_fit_the_service(
    service: ServiceDefinition, released: Release, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        arguments(service, released)


def test_makes_everything_that_a_service_needs() -> None:
    own, role = f"{_KIND}$kubernetes:", f"{_KIND}$platform:identity:ServiceRole"
    levels = f"{_KIND}$platform:telemetry:ServiceLevels$kubernetes:"
    space = f"{_KIND}$platform:kubernetes:Namespace"
    found = {one for one in _build().identities() if not one.startswith(f"{space}$") and "CanaryAnalysis" not in one}
    roles = {
        f"{role}{part}::{name}"
        for name in ("service-api", "service-api-migration")
        for part in ("", "$aws:iam/role:Role", "$aws:iam/rolePolicy:RolePolicy")
    }
    identity = f"{_KIND}$aws:eks/podIdentityAssociation:PodIdentityAssociation"
    accounts = {f"{own}core/v1:ServiceAccount::service-api{suffix}" for suffix in ("", "-migration", "-preflight")}
    policies = {
        f"{own}networking.k8s.io/v1:NetworkPolicy::service-api{suffix}" for suffix in ("", "-migration", "-preflight")
    }
    services = {f"{own}core/v1:Service::service-api{suffix}" for suffix in ("", "-stable", "-canary")}
    assert found == {
        f"{_KIND}::service-api",
        f"{space}::service-api-namespace",
        *roles,
        f"{identity}::service-api",
        f"{identity}::service-api-migration",
        *accounts,
        *policies,
        *services,
        f"{own}argoproj.io/v1alpha1:Rollout::service-api",
        f"{own}autoscaling/v2:HorizontalPodAutoscaler::service-api",
        f"{own}batch/v1:Job::service-api-migrate-ledger",
        f"{own}external-secrets.io/v1:ExternalSecret::service-api",
        f"{own}external-secrets.io/v1:SecretStore::service-api",
        f"{own}monitoring.coreos.com/v1:ServiceMonitor::service-api",
        f"{_KIND}$platform:telemetry:ServiceLevels::service-api-slo",
        f"{levels}monitoring.coreos.com/v1:PrometheusRule::service-api-slo",
        f"{own}networking.k8s.io/v1:Ingress::service-api",
        f"{own}policy/v1:PodDisruptionBudget::service-api",
        f"{own}vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy::service-api",
    }


def test_a_worker_without_dependencies_has_no_role_no_way_in_and_one_service() -> None:
    built = _build(_worker())
    kinds = {one.type.rpartition(":")[2] for one in built.resources if "Namespace$" not in one.urn}
    absent = (
        "Role",
        "PodIdentityAssociation",
        "Ingress",
        "SecretStore",
        "ExternalSecret",
        "SecurityGroupPolicy",
        "Job",
    )
    assert not kinds & {*absent}
    assert [one.inputs["metadata"]["name"] for one in built.all("Service")] == ["sweeper"]
    assert _spec(built, "Service")["ports"] == [
        {"name": "management", "port": 9090, "targetPort": "management", "protocol": "TCP"}
    ]


def test_everything_is_in_the_services_namespace_under_its_labels() -> None:
    built = _build()
    (space,) = [one for one in built.all("Namespace") if one.type.startswith("kubernetes:")]
    assert space.inputs["metadata"]["name"] == "billing-api"
    gates = "elbv2.k8s.aws/pod-readiness-gate-inject"
    assert space.inputs["metadata"]["labels"][gates] == "enabled"
    (other,) = [one for one in _build(_worker()).all("Namespace") if one.type.startswith("kubernetes:")]
    assert gates not in other.inputs["metadata"]["labels"]
    for one in _objects(built):
        metadata = one.inputs["metadata"]
        assert metadata["namespace"] == "billing-api"
        assert (
            metadata["labels"].items()
            >= {
                "app.kubernetes.io/part-of": "billing",
                "app.kubernetes.io/managed-by": "pulumi",
                "platform/owner": "payments",
                "platform/environment": "prod",
                "platform/data-class": "financial",
                "platform/pci-scope": "cde",
            }.items()
        )


def _objects(built: Built) -> list[Made]:
    return [
        one for one in built.resources if one.type.startswith("kubernetes:") and not one.type.endswith(":Namespace")
    ]


@pytest.mark.parametrize(("kind", "name"), [("Rollout", "service-api"), ("Job", "service-api-migrate-ledger")])
def test_pods_are_nobody_and_can_write_nowhere(kind: str, name: str) -> None:
    pod = _template(_build(), kind, name)["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    assert pod["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 65532,
        "runAsGroup": 65532,
        "fsGroup": 65532,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    (container,) = pod["containers"]
    assert container["image"] == _IMAGE
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "privileged": False,
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"] == {
        "requests": {"cpu": "500m", "memory": "768Mi", "ephemeral-storage": "128Mi"},
        "limits": {"cpu": "2", "memory": "768Mi", "ephemeral-storage": "128Mi"},
    }
    assert pod["nodeSelector"] == {"platform/pci-scope": "cde"}
    assert pod["tolerations"] == [
        {"key": "platform/pci-scope", "operator": "Equal", "value": "cde", "effect": "NoSchedule"}
    ]


def test_pods_outside_of_a_kept_scope_run_anywhere() -> None:
    pod = _template(_build(_worker()))["spec"]
    assert "nodeSelector" not in pod
    assert "tolerations" not in pod


def test_no_credential_is_in_a_variable() -> None:
    (container,) = _template(_build())["spec"]["containers"]
    of_pod = [one["valueFrom"] for one in container["env"] if set(one) != {"name", "value"}]
    assert of_pod == [{"fieldRef": {"fieldPath": "metadata.labels['rollouts-pod-template-hash']"}}]
    env = {one["name"]: one["value"] for one in container["env"] if "value" in one}
    assert env["LEDGER_DATABASE_USER"] == "billing_api"
    assert env["PGSSLMODE"] == "verify-full"
    assert env["ENTRIES_QUEUE_URL"] == "https://sqs/entries"
    assert not [name for name in env if "PASSWORD" in name or "TOKEN" in name or "SECRET" in name]
    files = {one["name"]: one for one in _template(_build())["spec"]["volumes"]}
    assert files["credentials"]["secret"] == {"secretName": "api-credentials", "defaultMode": 0o440}
    assert {"name": "credentials", "mountPath": "/run/credentials", "readOnly": True} in container["volumeMounts"]


def test_pods_say_where_their_telemetry_comes_from_in_the_words_of_the_vocabulary() -> None:
    (container,) = _template(_build())["spec"]["containers"]
    names = [one["name"] for one in container["env"]]
    assert names.index("REVISION_HASH") < names.index("OTEL_RESOURCE_ATTRIBUTES")  # or it is put in as it stands
    (said,) = [one["value"] for one in container["env"] if one["name"] == "OTEL_RESOURCE_ATTRIBUTES"]
    pairs = dict(pair.split("=", 1) for pair in said.split(","))
    assert {*pairs} == {*VOCABULARY}
    assert pairs["service.name"] == "api"
    assert pairs["deployment.environment.name"] == "prod"
    assert pairs["platform.revision_hash"] == "$(REVISION_HASH)"
    assert pairs["service.version"].startswith("sha256:")


def test_credentials_are_read_as_the_service_and_stay_when_their_source_is_gone() -> None:
    built = _build()
    role = f"arn:aws:iam::{ACCOUNT}:role/platform/prod-api"
    assert _spec(built, "SecretStore") == {
        "provider": {"aws": {"service": "SecretsManager", "region": REGION, "role": role}}
    }
    assert _spec(built, "ExternalSecret") == {
        "refreshInterval": "10m",
        "refreshPolicy": "Periodic",
        "secretStoreRef": {"kind": "SecretStore", "name": "api"},
        "target": {"name": "api-credentials", "creationPolicy": "Owner", "deletionPolicy": "Retain"},
        "data": [{"secretKey": "cards", "remoteRef": {"key": "prod/api/cards"}}],
    }


def test_probes_and_the_end_of_a_pod_leave_time_for_each_other() -> None:
    pod = _template(_build(arguments(definition(drain_s=60))))["spec"]
    (container,) = pod["containers"]
    for probe, check in (("startupProbe", "startup"), ("readinessProbe", "ready"), ("livenessProbe", "live")):
        assert container[probe]["httpGet"] == {"path": f"/health/{check}", "port": "management", "scheme": "HTTP"}
    ready, live = container["readinessProbe"], container["livenessProbe"]
    assert ready["periodSeconds"] * ready["failureThreshold"] < live["periodSeconds"] * live["failureThreshold"]
    waited = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["terminationGracePeriodSeconds"] == waited + 60 + 5
    attributes = _annotations(_build())["target-group-attributes"]
    assert attributes == f"deregistration_delay.timeout_seconds={int(waited)}"


@pytest.mark.parametrize(("zones", "least"), [(2, 2), (3, 2), (4, 3)])
def test_pods_spread_over_zones_as_a_must_for_each_version_by_itself(zones: int, least: int) -> None:
    """With a zone lost the others take its pods: one fewer zone than there are will do, and nodes that are not fit
    count for none."""
    zone, node = _template(_build(arguments(zones=zones)))["spec"]["topologySpreadConstraints"]
    labels = {"app.kubernetes.io/name": "api", "app.kubernetes.io/component": "service"}
    each = {
        "maxSkew": 1,
        "labelSelector": {"matchLabels": labels},
        "matchLabelKeys": ["rollouts-pod-template-hash"],
    }
    assert zone == each | {
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "minDomains": least,
        "nodeTaintsPolicy": "Honor",
    }
    assert node == each | {"topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway"}


def test_one_pod_may_be_taken_at_a_time_and_none_that_works_blocks_a_drain() -> None:
    built = _build()
    labels = {"app.kubernetes.io/name": "api", "app.kubernetes.io/component": "service"}
    assert _spec(built, "PodDisruptionBudget") == {
        "maxUnavailable": 1,
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        "selector": {"matchLabels": labels},
    }
    assert _template(built)["metadata"]["labels"].items() >= labels.items()


def test_the_autoscaler_alone_says_how_many_pods_there_are() -> None:
    built = _build()
    assert "replicas" not in _spec(built, "Rollout")
    scaled = _spec(built, "HorizontalPodAutoscaler")
    assert scaled["scaleTargetRef"] == {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "api"}
    assert (scaled["minReplicas"], scaled["maxReplicas"]) == (3, 9)
    (metric,) = scaled["metrics"]
    assert metric["resource"] == {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}


def test_the_namespace_holds_two_versions_at_full_scale_and_their_jobs() -> None:
    hard = _build().one("ResourceQuota", "service-api-namespace-quota").inputs["spec"]["hard"]
    assert hard["pods"] == str(2 * 9 + 4)
    assert hard["requests.cpu"] == str(22 * 500 // 1000)
    assert hard["requests.memory"] == hard["limits.memory"] == "17Gi"  # 22 x 768 MiB, rounded up
    (limits,) = _build().one("LimitRange", "service-api-namespace-limits").inputs["spec"]["limits"]
    assert limits["max"] == {"cpu": "2", "memory": "1Gi"}


def _annotations(built: Built) -> dict[str, str]:
    found = built.one("Ingress", "service-api").inputs["metadata"]["annotations"]
    return {key.rpartition("/")[2]: value for key, value in found.items()}


def test_the_public_reaches_declared_paths_alone_by_tls_behind_the_firewall() -> None:
    built = _build()
    found = _annotations(built)
    assert found["scheme"] == "internet-facing"
    assert found["listen-ports"] == '[{"HTTPS": 443}]'
    assert found["ssl-policy"] == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    assert (found["certificate-arn"], found["wafv2-acl-arn"]) == ("arn:certificate", "arn:acl")
    assert found["exposure"] == "public"
    assert found["target-type"] == "ip"
    attributes = dict(one.split("=") for one in found["load-balancer-attributes"].split(","))
    assert attributes["access_logs.s3.bucket"] == "kestrel-prod-access-logs"
    assert attributes["access_logs.s3.prefix"] == "access/load-balancers/prod-api"
    assert attributes["deletion_protection.enabled"] == "true"
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"
    backend = {"service": {"name": "api", "port": {"name": "use-annotation"}}}
    assert _spec(built, "Ingress") == {
        "ingressClassName": "alb",
        "tls": [{"hosts": ["api.billing.example"]}],
        "rules": [
            {
                "host": "api.billing.example",
                "http": {
                    "paths": [{"path": path, "pathType": "Prefix", "backend": backend} for path in ("/v1", "/v2")]
                },
            }
        ],
    }


def test_a_route_is_internal_unless_declared_public() -> None:
    found = _annotations(_build(arguments(definition(public=False))))
    assert (found["scheme"], found["exposure"]) == ("internal", "internal")
    assert found["inbound-cidrs"] == "10.2.0.0/20,10.4.0.0/22"
    assert "wafv2-acl-arn" not in found


def test_the_weights_have_one_writer() -> None:
    """The action's annotation and the arms' selectors are Argo Rollouts' own."""
    built = _build()
    assert not [key for key in _annotations(built) if key.startswith("actions")]
    for arm in ("stable", "canary"):
        assert "selector" not in _spec(built, "Service", f"service-api-{arm}")
    assert _spec(built, "Service")["selector"] == {
        "app.kubernetes.io/name": "api",
        "app.kubernetes.io/component": "service",
    }
    routed = _spec(built, "Rollout")["strategy"]["canary"]["trafficRouting"]["alb"]
    ports = {port["name"]: port["port"] for port in _spec(built, "Service", "service-api-stable")["ports"]}
    assert (routed["ingress"], routed["rootService"], routed["servicePort"]) == ("api", "api", ports["http"])


def _ways(built: Built, direction: str, name: str = "service-api") -> list[tuple[list[Any], list[int]]]:
    """(peers, ports) of each rule."""
    peers = {"ingress": "from", "egress": "to"}[direction]
    rules = _spec(built, "NetworkPolicy", name).get(direction, [])
    return [(rule[peers], [int(port["port"]) for port in rule["ports"]]) for rule in rules]


def _block(*cidrs: str) -> list[Any]:
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]


_TELEMETRY = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "platform-telemetry"}}}]
_AWS = [(_block("10.2.0.0/20"), [443]), (_block("169.254.170.23/32"), [80])]
_DATABASES = (_block("10.1.0.0/24", "10.1.1.0/24"), [5432])


def test_pods_exchange_what_is_declared_and_nothing_else() -> None:
    built = _build()
    preflight = [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "api-preflight"}}}]
    assert _spec(built, "NetworkPolicy")["policyTypes"] == ["Ingress", "Egress"]
    assert _ways(built, "ingress") == [
        (_block("10.3.0.0/24"), [8080, 9090]),
        (preflight, [8080]),
        (_TELEMETRY, [9090]),
    ]
    assert _ways(built, "egress") == [
        (_TELEMETRY, [4317]),
        _DATABASES,
        *_AWS,
        (_block("203.0.113.0/25"), [443]),
    ]
    annotations = built.one("NetworkPolicy", "service-api").inputs["metadata"]["annotations"]
    assert annotations == {"platform/egress-hosts": CARDS}


def test_a_migration_reaches_its_database_and_a_preflight_its_service() -> None:
    built = _build()
    for name in ("service-api-migration", "service-api-preflight"):
        assert _spec(built, "NetworkPolicy", name)["policyTypes"] == ["Ingress", "Egress"]
        assert _ways(built, "ingress", name) == []
    assert _ways(built, "egress", "service-api-migration") == [_DATABASES, *_AWS]
    own = {"app.kubernetes.io/name": "api", "app.kubernetes.io/component": "service"}
    assert _ways(built, "egress", "service-api-preflight") == [([{"podSelector": {"matchLabels": own}}], [8080])]


def test_an_internal_route_is_reached_from_private_subnets_and_a_worker_from_nowhere() -> None:
    internal = _build(arguments(definition(public=False)))
    assert _ways(internal, "ingress")[0] == (_block("10.2.0.0/20", "10.4.0.0/22"), [8080, 9090])
    assert _ways(_build(_worker()), "ingress") == [(_TELEMETRY, [9090])]
    assert _ways(_build(_worker()), "egress") == [(_TELEMETRY, [4317]), *_AWS]


def test_outgoing_webhooks_reach_the_internet_and_nothing_of_ours() -> None:
    service = definition(
        risk="webhook-out", pci_scope="connected", egress_hosts=(ANYWHERE,), migrations=(), databases=()
    )
    (*_, (((world,)), ports)) = _ways(_build(arguments(service)), "egress")
    assert world["ipBlock"]["cidr"] == "0.0.0.0/0"
    assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"} <= {
        *world["ipBlock"]["except"]
    }
    assert ports == [443]


def test_databases_let_in_pods_that_carry_their_clients_group_besides_that_of_the_node() -> None:
    assert _spec(_build(), "SecurityGroupPolicy") == {
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "api"}},
        "securityGroups": {"groupIds": ["sg-nodes", "sg-clients"]},
    }


def test_a_migration_runs_once_for_an_image_gives_up_soon_and_before_the_first_pod() -> None:
    built = _build()
    job = built.one("Job", "service-api-migrate-ledger")
    assert job.inputs["metadata"]["name"] == f"api-migrate-ledger-{DIGEST[7:19]}"
    spec = job.inputs["spec"]
    assert (spec["backoffLimit"], spec["activeDeadlineSeconds"]) == (1, 900)
    assert "ttlSecondsAfterFinished" not in spec  # gone, it would run again
    pod = spec["template"]["spec"]
    assert (pod["serviceAccountName"], pod["restartPolicy"]) == ("api-migration", "Never")
    (container,) = pod["containers"]
    assert container["command"] == ["/app/migrate"]
    env = {one["name"]: one["value"] for one in container["env"] if "value" in one}
    assert env["PGOPTIONS"] == "-c lock_timeout=3000ms -c statement_timeout=600000ms"
    assert env["LEDGER_DATABASE_USER"] == "billing_api_migration"
    assert "volumes" in pod
    assert not [one for one in pod["volumes"] if "secret" in one]
    rollout = built.one("Rollout", "service-api")
    assert job.urn in rollout.dependencies


def test_pods_start_after_what_they_need_and_the_rollout_after_its_gates() -> None:
    built = _build()
    needed = {one.urn for one in built.resources if one.type.endswith(":AnalysisTemplate")}
    for kind in (
        "NetworkPolicy",
        "PodIdentityAssociation",
        "ExternalSecret",
        "PodDisruptionBudget",
        "Ingress",
        "Service",
    ):
        needed |= {one.urn for one in built.all(kind) if "Namespace$" not in one.urn}
    assert needed <= {*built.one("Rollout", "service-api").dependencies}


def test_releases_services_and_the_ingress_are_not_waited_for() -> None:
    """A release takes an hour, a Service has no pods before it, and an Ingress no address before its action."""
    for one in _objects(_build()):
        kind, annotations = one.type.rpartition(":")[2], one.inputs["metadata"].get("annotations") or {}
        assert ("pulumi.com/skipAwait" in annotations) is (kind in ("Rollout", "Service", "Ingress"))


def test_a_workers_pods_are_told_which_part_of_the_work_is_theirs() -> None:
    (volume,) = [one for one in _template(_build(_worker()))["spec"]["volumes"] if one["name"] == "release"]
    (item,) = volume["downwardAPI"]["items"]
    assert item == {"path": "partition", "fieldRef": {"fieldPath": "metadata.labels['platform/partition']"}}
    canary = _spec(_build(_worker()), "Rollout")["strategy"]["canary"]
    assert "platform/partition" in canary["canaryMetadata"]["labels"]
    assert not [one for one in _template(_build())["spec"]["volumes"] if one["name"] == "release"]
    webhooks = _template(_build(arguments(definition(risk="webhook-out"))))
    assert [one["name"] for one in webhooks["spec"]["volumes"]].count("release") == 1


def test_metrics_tell_versions_apart() -> None:
    built = _build()
    spec = _spec(built, "ServiceMonitor")
    labels = [one.inputs["metadata"]["labels"] for one in built.all("Service")]
    selected = [one for one in labels if one.items() >= spec["selector"]["matchLabels"].items()]
    assert len(selected) == 1  # three Services have the same pods
    (endpoint,) = spec["endpoints"]
    targets = {one["targetLabel"]: one for one in endpoint["relabelings"]}
    assert targets["hash"]["sourceLabels"] == ["__meta_kubernetes_pod_label_rollouts_pod_template_hash"]
    assert targets["service"]["replacement"] == targets["job"]["replacement"] == "api"
    assert endpoint["port"] == "management"


def test_a_role_is_taken_by_its_pods_and_by_who_reads_its_credentials() -> None:
    pods, reader = json.loads(_build().one("Role", "service-api").inputs["assumeRolePolicy"])["Statement"]
    tags = pods["Condition"]["StringEquals"]
    assert pods["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert tags["aws:RequestTag/kubernetes-namespace"] == "billing-api"
    assert tags["aws:RequestTag/kubernetes-service-account"] == "api"
    assert tags["aws:RequestTag/eks-cluster-arn"] == f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/billing-prod"
    assert reader["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:role/platform/prod-external-secrets"}
    without = _build(arguments(definition(secrets=())))
    assert len(json.loads(without.one("Role", "service-api").inputs["assumeRolePolicy"])["Statement"]) == 1
    migration = json.loads(_build().one("Role", "service-api-migration").inputs["assumeRolePolicy"])["Statement"]
    assert [one["Sid"] for one in migration] == ["PodsOfTheService"]


def test_objectives_are_told_on_the_rollout() -> None:
    own = {"service": "api", "owner": "payments"}
    promised = (availability(**own, objective_percent=99.95), latency(**own, objective_percent=99, threshold_s=1.5))
    service = replace(definition(), slo=promised)
    annotations = _build(arguments(service)).one("Rollout", "service-api").inputs["metadata"]["annotations"]
    assert annotations["platform/availability-objective-percent"] == "99.95"
    assert annotations["platform/latency-objective-s"] == "1.5"
    without = _build().one("Rollout", "service-api").inputs["metadata"]["annotations"]
    assert without["platform/latency-objective-s"] == "2.5"


def test_its_service_levels_are_one_rule_beside_it_that_says_what_it_was_made_from() -> None:
    rule = _build().one("PrometheusRule", "service-api-slo").inputs
    assert rule["metadata"]["namespace"] == "billing-api"
    declared = [from_dict(one) for one in json.loads(rule["metadata"]["annotations"]["platform/slo"])]
    assert declared == list(definition().service_levels)
    assert rule["spec"]["groups"] == groups(declared)
