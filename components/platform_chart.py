"""One Helm chart of the platform, at one version, installed whole or not at all."""

from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.helm import v3 as helm

from components.charts.versions import Chart

_TIMEOUT_S = 600  # for pods of every replica to be pulled and ready, one after the other
_HISTORY = 5  # releases that Helm could go back to; the program itself is the record


@dataclass(frozen=True, kw_only=True)
class PlatformChartArgs:
    """`namespace`: an output that waits for what the chart needs there. `values`: whole, in the chart's words."""

    chart: Chart
    namespace: Input[str]
    values: dict[str, Any]

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError(f"values of {self.chart.called} must not be empty: a chart's defaults are not ours")


class PlatformChart(ComponentResource):
    """The release, which is there when its pods are ready."""

    release: helm.Release

    def __init__(self, name: str, args: PlatformChartArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:kubernetes:PlatformChart", name, {}, opts)
        chart = args.chart
        self.release = helm.Release(
            name,
            name=chart.called,
            chart=chart.name,
            version=chart.version,
            repository_opts={"repo": chart.repository},
            namespace=args.namespace,
            create_namespace=False,
            values=args.values,
            atomic=True,  # what fails is rolled back, and the update fails
            cleanup_on_fail=True,
            skip_await=False,
            wait_for_jobs=True,
            timeout=_TIMEOUT_S,
            max_history=_HISTORY,
            lint=True,
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({})
