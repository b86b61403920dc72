"""Service levels in the cluster: the recording rules and alerts of a service, or of a part of the platform."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource

from components.slo.definition import ServiceLevel
from components.slo.manifest import API_VERSION, annotations, check_ids, spec


@dataclass(frozen=True, kw_only=True)
class ServiceLevelsArgs:
    """`called`: the object's name. `namespace`: an output that waits for it. `labels`: of the object."""

    called: str
    namespace: Input[str]
    labels: Mapping[str, str]
    levels: tuple[ServiceLevel, ...]

    def __post_init__(self) -> None:
        if not self.levels:
            raise ValueError(f"levels of {self.called} must be at least one, got none: declare what it promises")
        check_ids(self.levels)


class ServiceLevels(ComponentResource):
    """One PrometheusRule for all levels: fewer objects to plan, read and apply than one for each."""

    def __init__(self, name: str, args: ServiceLevelsArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:telemetry:ServiceLevels", name, {}, opts)
        CustomResource(
            name,
            api_version=API_VERSION,
            kind="PrometheusRule",
            metadata={
                "name": args.called,
                "namespace": args.namespace,
                "labels": dict(args.labels),
                "annotations": annotations(args.levels),
            },
            spec=spec(args.levels),
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({})
