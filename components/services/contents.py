"""Everything in a service's namespace but what the namespace itself brings, in the order in which it is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi import Input

from components.canary_strategy import CanaryPlan, rollout_spec
from components.labels import Labels
from components.services import availability, credentials, migration, monitoring, network, routing
from components.services.definition import Release, ServiceDefinition
from components.services.objects import Object
from components.services.pods import pod_spec, selector
from components.services.surroundings import Surroundings

_NETWORKING: Final = "networking.k8s.io/v1"


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The objects of one service."""

    service: ServiceDefinition
    release: Release
    around: Surroundings
    labels: Labels
    plan: CanaryPlan

    def before_pods(self) -> list[Object]:
        """What pods must find when they start: ways in and out, security groups, credentials, and a budget."""
        own = self.service
        hosts = {"platform/egress-hosts": ", ".join(own.egress_hosts) or "none"}
        policies = {"": (network.service_policy(own, self.around), hosts)}
        if own.preflight_account:
            policies["-preflight"] = (network.preflight_policy(own), {})
        if own.migrations:
            policies["-migration"] = (network.migration_policy(own, self.around), {})
        return [
            *(
                self._object(_NETWORKING, "NetworkPolicy", spec, suffix=suffix, annotations=annotations)
                for suffix, (spec, annotations) in policies.items()
            ),
            *self._security_groups(),
            *self._credentials(),
            self._object("policy/v1", "PodDisruptionBudget", availability.disruption_budget(own)),
        ]

    def migrations(self) -> list[Object]:
        """A job for each database that is migrated."""
        own = self.service
        labels = self.pod_labels("migration")
        return [
            self._object(
                "batch/v1",
                "Job",
                migration.job_spec(own, one, self.release, self.around, labels),
                called=migration.job_name(own, one, self.release),
                suffix=f"-migrate-{one.database}",
            )
            for one in own.migrations
        ]

    def routes(self) -> list[Object]:
        """Services, and the Ingress where there are routes."""
        own = self.service
        services = [
            self._object(
                "v1",
                "Service",
                routing.service_spec(own, narrowed=narrowed),
                suffix=suffix,
                labels={} if narrowed else routing.METRICS_LABEL,
            )
            for suffix, narrowed in routing.service_suffixes(own).items()
        ]
        if not own.routes:
            return services
        exposure = {"platform/exposure": "public" if own.public else "internal"}
        annotations = {**routing.ingress_annotations(own, self.around), **exposure}
        spec = routing.ingress_spec(own, self.release, self.around)
        return [*services, self._object(_NETWORKING, "Ingress", spec, annotations=annotations)]

    def rollout(self) -> Object:
        """The pods and how a new version of them is let in. How many there are is the autoscaler's to say."""
        own = self.service
        spec = {
            **rollout_spec(self.plan),
            "selector": {"matchLabels": selector(own.name)},
            "template": {
                "metadata": {"labels": self.pod_labels("service")},
                "spec": pod_spec(own, self.release, self.around),
            },
        }
        annotations = {
            "platform/availability-objective-percent": str(own.availability_percent),
            "platform/latency-objective-s": str(own.latency_limit_s),
        }
        return self._object("argoproj.io/v1alpha1", "Rollout", spec, annotations=annotations)

    def after_rollout(self) -> list[Object]:
        """What scales it and what reads its metrics."""
        own = self.service
        scaled = availability.autoscaler(own, self.release)
        return [
            self._object("autoscaling/v2", "HorizontalPodAutoscaler", scaled),
            self._object("monitoring.coreos.com/v1", "ServiceMonitor", monitoring.service_monitor(own)),
        ]

    def pod_labels(self, component: str) -> dict[str, str]:
        """Of its pods: `service`, or the job `component`."""
        return self.labels.of(self.service.name, {"app.kubernetes.io/component": component})

    def _security_groups(self) -> list[Object]:
        """Databases let in who carries their clients' group; no other pod on the node does (EKS user guide, "Assign
        security groups to individual Pods"). With it a pod no longer has the node's, so that is named as well.
        """
        if not self.service.databases:
            return []
        groups = [self.around.cluster_group_id, self.around.database_clients_group_id]
        pods = {"matchLabels": {"app.kubernetes.io/name": self.service.name}}
        spec = {"podSelector": pods, "securityGroups": {"groupIds": groups}}
        return [self._object("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy", spec)]

    def _credentials(self) -> list[Object]:
        own, version = self.service, credentials.API_VERSION
        if not own.secrets:
            return []
        return [
            self._object(version, "SecretStore", credentials.store_spec(own, self.around)),
            self._object(version, "ExternalSecret", credentials.external_secret_spec(own, self.around)),
        ]

    def _object(
        self,
        api_version: str,
        kind: str,
        spec: Mapping[str, Any],
        *,
        suffix: str = "",
        called: str | None = None,
        annotations: Mapping[str, Input[str]] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> Object:
        return Object(
            api_version=api_version,
            kind=kind,
            called=called or f"{self.service.name}{suffix}",
            suffix=suffix,
            spec=spec,
            labels=self.labels.of(self.service.name, labels or {}),
            annotations=annotations,
        )
