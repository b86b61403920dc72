"""Every chart and image that the platform runs, in one table. An upgrade is a line here, reviewed like code.

The charts are not to be had where this is tested, so nothing here is rendered: versions and images are those of the
sources that are named. Images are pinned by tag; fill in `digests` from the registry before the first deployment, as
admission accepts both: digests that nobody has looked up are worse than none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Chart:
    """`images`: by what the chart calls them, repository and tag. `digests`: by the same names, sha256:...
    `release`: where it is not called as its chart is.
    """

    repository: str
    name: str
    version: str
    app_version: str
    namespace: str
    images: Mapping[str, str]
    digests: Mapping[str, str] = field(default_factory=dict)
    release: str = ""

    @property
    def called(self) -> str:
        """The name of the release."""
        return self.release or self.name

    def image(self, called: str) -> tuple[str, str]:
        """Repository and tag (with the digest behind it, where it is known) of an image."""
        repository, _, tag = self.images[called].rpartition(":")
        digest = self.digests.get(called)
        return repository, f"{tag}@{digest}" if digest else tag

    def image_parts(self, called: str) -> dict[str, str]:
        """The same for charts that ask for the registry apart."""
        repository, tag = self.image(called)
        registry, _, path = repository.partition("/")
        return {"registry": registry, "repository": path, "tag": tag}


# argo-helm's chart 2.43.0 is the first of v1.10.0, the version that the canary suite runs against.
ARGO_ROLLOUTS: Final = Chart(
    repository="https://argoproj.github.io/argo-helm",
    name="argo-rollouts",
    version="2.43.0",
    app_version="v1.10.0",
    namespace="platform-rollouts",
    images={"controller": "quay.io/argoproj/argo-rollouts:v1.10.0"},
)
# Chart and operator share their version; external-secrets.io/v1, which the sandbox's definitions (v0.16.2) serve too.
EXTERNAL_SECRETS: Final = Chart(
    repository="https://charts.external-secrets.io",
    name="external-secrets",
    version="2.10.0",
    app_version="v2.10.0",
    namespace="platform-secrets",
    images={"controller": "ghcr.io/external-secrets/external-secrets:v2.10.0"},
)
# Since version 3 the chart and the controller share it (aws/eks-charts, stable/aws-load-balancer-controller).
LOAD_BALANCER_CONTROLLER: Final = Chart(
    repository="https://aws.github.io/eks-charts",
    name="aws-load-balancer-controller",
    version="3.6.0",
    app_version="v3.6.0",
    namespace="platform-ingress",
    images={"controller": "public.ecr.aws/eks/aws-load-balancer-controller:v3.6.0"},
)
# The operator is that of the sandbox's definitions; prometheus v3.5.0 is what it came with.
PROMETHEUS: Final = Chart(
    repository="https://prometheus-community.github.io/helm-charts",
    name="kube-prometheus-stack",
    version="77.11.1",
    app_version="v0.85.0",
    namespace="platform-telemetry",
    images={
        "operator": "quay.io/prometheus-operator/prometheus-operator:v0.85.0",
        "reloader": "quay.io/prometheus-operator/prometheus-config-reloader:v0.85.0",
        "prometheus": "quay.io/prometheus/prometheus:v3.5.0",
        "kube-state-metrics": "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.16.0",
        "alertmanager": "quay.io/prometheus/alertmanager:v0.28.1",
    },
)
# opentelemetry-helm-charts, charts/opentelemetry-collector/Chart.yaml. The first runs an image of ours, from our
# registry and by digest; the second what the chart comes with.
TELEMETRY_SAMPLER: Final = Chart(
    repository="https://open-telemetry.github.io/opentelemetry-helm-charts",
    name="opentelemetry-collector",
    release="telemetry-sampler",
    version="0.158.3",
    app_version="0.153.0",
    namespace="platform-telemetry",
    images={"collector": "docker.io/otel/opentelemetry-collector-contrib:0.153.0"},
)
TELEMETRY_COLLECTOR: Final = replace(TELEMETRY_SAMPLER, release="telemetry-collector", app_version="0.165.0", images={})
# grafana-community/helm-charts, charts/grafana/Chart.yaml. From Grafana 13 on CloudWatch is a plugin of its own
# (values.yaml there, shadowBundledPlugins): who upgrades brings it along, as nothing is downloaded.
GRAFANA: Final = Chart(
    repository="https://grafana-community.github.io/helm-charts",
    name="grafana",
    version="11.1.7",
    app_version="12.3.3",
    namespace="platform-dashboards",
    images={"grafana": "docker.io/grafana/grafana:12.3.3"},
)
CHARTS: Final = (
    ARGO_ROLLOUTS,
    EXTERNAL_SECRETS,
    LOAD_BALANCER_CONTROLLER,
    PROMETHEUS,
    TELEMETRY_COLLECTOR,
    TELEMETRY_SAMPLER,
    GRAFANA,
)


def images_by_namespace() -> dict[str, tuple[str, ...]]:
    """Which images run in each namespace of the platform, for admission."""
    namespaces = dict.fromkeys(chart.namespace for chart in CHARTS)
    return {
        name: tuple(image for chart in CHARTS if chart.namespace == name for image in chart.images.values())
        for name in namespaces
    }
