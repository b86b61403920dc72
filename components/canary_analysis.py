"""What judges the releases of one service, and who is called to them: objects in its namespace."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource

from components.canary.alerts import alert_rules
from components.canary.plan import CanaryPlan
from components.canary.templates import analysis_templates


@dataclass(frozen=True, kw_only=True)
class CanaryAnalysisArgs:
    """`namespace`: of the service, as an output, so that it exists first; by default the plan's name of it. `labels`
    are added to those that every object of ours has.
    """

    plan: CanaryPlan
    namespace: Input[str] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


class CanaryAnalysis(ComponentResource):
    """The AnalysisTemplates that the Rollout of `canary_strategy.rollout_spec` names, which must depend on this
    component, and the alerts about its releases.
    """

    def __init__(self, name: str, args: CanaryAnalysisArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:delivery:CanaryAnalysis", name, {}, opts)
        for manifest in (*analysis_templates(args.plan), alert_rules(args.plan)):
            metadata = manifest["metadata"]
            CustomResource(
                metadata["name"],
                api_version=manifest["apiVersion"],
                kind=manifest["kind"],
                metadata={
                    **metadata,
                    "namespace": args.namespace or args.plan.namespace,
                    "labels": {**metadata["labels"], **args.labels},
                },
                spec=manifest["spec"],
                opts=ResourceOptions(parent=self),
            )
        self.register_outputs({})
