"""A billing service as an engineer declares it: everything that runs it, lets it in and out, and watches it."""

from dataclasses import dataclass

from pulumi import ComponentResource, Output, Resource, ResourceOptions

from components.canary_analysis import CanaryAnalysis, CanaryAnalysisArgs
from components.canary_strategy import CanaryPlan, Preflight
from components.labels import Labels
from components.namespace import Namespace, NamespaceArgs
from components.service_level import ServiceLevels, ServiceLevelsArgs
from components.services.contents import Contents
from components.services.definition import Release, ServiceDefinition
from components.services.identity import accounts, make_role
from components.services.objects import make, make_service_account
from components.services.pods import image
from components.services.quota import quota
from components.services.surroundings import Surroundings
from components.waiting import after

__all__ = ["BillingService", "BillingServiceArgs", "Release", "ServiceDefinition", "Surroundings"]

# A pod is ready once the load balancer sends to it (AWS Load Balancer Controller guide, "Pod readiness gate"): without
# it a release takes old pods away before the new ones get anything.
_READINESS_GATES = {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}


@dataclass(frozen=True, kw_only=True)
class BillingServiceArgs:
    """`definition`: what the engineer wrote. `release`: which image, how many, for how much traffic, on which host.

    Raises ValueError for a dependency that the surroundings do not have, and for what does not fit together.
    """

    definition: ServiceDefinition
    release: Release
    around: Surroundings

    def __post_init__(self) -> None:
        service, release = self.definition, self.release
        self.around.check(service)
        if (least := service.fewest_replicas) > release.replicas_min:
            why = f"replicas_min of service {service.name} must be {least} or more, as its risk is {service.risk}"
            raise ValueError(f"{why}; got {release.replicas_min}: raise it in the settings")
        if bool(service.routes) != (release.host is not None):
            allowed = "a domain name, as it has routes" if service.routes else "left out, as it has no routes"
            raise ValueError(f"host of service {service.name} must be {allowed}; got {release.host!r}: correct it")

    @property
    def plan(self) -> CanaryPlan:
        """How a new version of it is let in."""
        return CanaryPlan(
            service=self.definition.name,
            namespace=self.definition.namespace,
            risk=self.definition.risk,
            traffic=self.release.traffic,
            prometheus_url=self.around.prometheus_url,
            latency_objective_s=self.definition.latency_limit_s,
            owner=self.definition.owner,
            database=bool(self.definition.databases),
            levels=self.definition.service_levels,
            preflight=self._preflight,
        )

    @property
    def _preflight(self) -> Preflight | None:
        """Of what writes payments, against the new version's pods alone."""
        own = self.definition
        if own.preflight_account is None:
            return None
        return Preflight(
            image=image(own, self.release, self.around),
            url=f"http://{own.name}-canary.{own.namespace}.svc",
            service_account=own.preflight_account,
        )

    @property
    def contents(self) -> Contents:
        """What stands in its namespace."""
        own = self.definition
        labels = Labels(
            owner=own.owner,
            environment=self.around.environment,
            data_class=own.data_class,
            pci_scope=own.pci_scope,
        )
        return Contents(service=own, release=self.release, around=self.around, labels=labels, plan=self.plan)


class BillingService(ComponentResource):
    """The service in a namespace of its own, in the order in which its parts need each other: who its pods are and what
    they may reach, its credentials, its migrations, its routes, the gates of its releases, and then the Rollout.
    """

    namespace: Output[str]

    def __init__(self, name: str, args: BillingServiceArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:services:BillingService", name, {}, opts)
        own, contents = args.definition, args.contents
        space = Namespace(f"{name}-namespace", _namespace(args), ResourceOptions(parent=self))
        # By its name and not by its output, which previews would not know.
        where, inside = own.namespace, ResourceOptions.merge(ResourceOptions(parent=self), after(space))
        before: list[Resource] = []
        for account in accounts(own, args.around):
            called, labels = f"{name}{account.suffix}", contents.labels.of(own.name)
            before.append(make_service_account(called, account.name, where, labels, inside))
            before += make_role(called, account, args.around, where, inside)
        before += make(name, contents.before_pods(), where, inside)
        migrated = make(name, contents.migrations(), where, _after(inside, before))
        routes = make(name, contents.routes(), where, inside)
        gates = CanaryAnalysis(
            f"{name}-canary",
            CanaryAnalysisArgs(plan=args.plan, namespace=space.name, labels=contents.labels.of(own.name)),
            inside,
        )
        ready = _after(inside, [*before, *migrated, *routes, gates])
        rollout = make(name, [contents.rollout()], where, ready)
        make(name, contents.after_rollout(), where, _after(inside, rollout))
        ServiceLevels(f"{name}-slo", _levels(args, contents), inside)
        self.namespace = space.name
        self.register_outputs({"namespace": self.namespace})


def _after(opts: ResourceOptions, others: list[Resource]) -> ResourceOptions:
    return ResourceOptions.merge(opts, ResourceOptions(depends_on=others))


def _namespace(args: BillingServiceArgs) -> NamespaceArgs:
    own = args.definition
    return NamespaceArgs(
        name=own.namespace,
        owner=own.owner,
        environment=args.around.environment,
        data_class=own.data_class,
        pci_scope=own.pci_scope,
        quota=quota(own, args.release),
        more_labels=_READINESS_GATES if own.routes else {},
    )


def _levels(args: BillingServiceArgs, contents: Contents) -> ServiceLevelsArgs:
    own = args.definition
    return ServiceLevelsArgs(
        called=f"{own.name}-slo",
        namespace=own.namespace,
        labels=contents.labels.of(own.name),
        levels=own.service_levels,
    )
