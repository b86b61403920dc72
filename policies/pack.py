"""A policy pack: the engine's resources in, this project's verdicts out."""

import json
import os
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_policy.policy
from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies import waivers
from policies.engine import evaluate
from policies.graph import Graph
from policies.report import Finding, Report, Verdict
from policies.resource import Resource, make
from policies.rule import Pack
from policies.rules import ALL

_CLOUDS = ("aws:", "kubernetes:")  # what is of them is no component, though the engine should name no provider
FINDINGS_VARIABLE = "PLATFORM_FINDINGS"  # names a file to which every pack appends its reports, one per line


def _keep_wire_encoding() -> None:
    """Have the SDK hand properties over as the engine sent them.

    Its own decoding forgets which values are secret and raises on unknown ones in a way that ends the whole
    policy. Both functions are looked up in the module at each call, so replacing them there is enough (SDK
    1.21.0).
    """
    for name in ("deserialize_properties", "unknown_checking_proxy"):
        if not callable(getattr(pulumi_policy.policy, name, None)):
            raise RuntimeError(f"pulumi_policy.policy.{name} is gone: adapt policies/pack.py to this SDK version")
        setattr(pulumi_policy.policy, name, lambda properties, *_secrets: properties)


class Judge:
    """The rules of one pack, run at the engine's two moments: before each resource, and on the stack."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.rules = tuple(rule for rule in ALL if rule.pack == pack)
        self._alone = tuple(rule for rule in self.rules if not rule.needs_graph)
        self._waivers = waivers.load()
        self._inputs: dict[str, Mapping[str, Any]] = {}
        self._reported: set[tuple[str, ...]] = set()
        self._report: Report | None = None

    def resource(self, args: ResourceValidationArgs, violation: ReportViolation) -> None:
        """Judge one resource by the rules that need no other, on its inputs, before it is created."""
        self._inputs[args.urn] = args.props
        known = [_alone(args)]
        if args.provider is not None and args.provider.urn != args.urn:
            provider = args.provider
            known.append(make(urn=provider.urn, type_=provider.resource_type, inputs=provider.props))
        report = evaluate(Graph(known), self._alone, self._waivers, partial=True)
        failures = [f for f in report.findings if f.verdict == Verdict.FAIL and f.urn == args.urn]
        for finding in failures:
            self._reported.add(_key(finding))
            violation(_text(finding), finding.urn)
        if failures and not pulumi.runtime.is_dry_run():  # the update stops here, before the stack is judged
            _append(self.pack, Report(1, report.evaluated, tuple(failures)))

    def stack(self, args: StackValidationArgs, violation: ReportViolation) -> None:
        """Judge the whole stack by all rules; failures told before a resource are not told again."""
        graph = Graph(self._from_engine(resource) for resource in args.resources)
        self._report = evaluate(graph, self.rules, self._waivers)
        _append(self.pack, self._report)
        for finding in self._report.findings:
            if finding.verdict == Verdict.FAIL and _key(finding) not in self._reported:
                violation(_text(finding), finding.urn)

    def undecided(self, args: StackValidationArgs, violation: ReportViolation) -> None:  # noqa: ARG002
        """List what could not be decided; the SDK runs policies in order, so the stack was judged before."""
        for finding in self._report.findings if self._report else ():
            if finding.verdict == Verdict.UNDECIDED:
                violation(_text(finding), finding.urn)

    def _from_engine(self, resource: PolicyResource) -> Resource:
        return make(
            urn=resource.urn,
            type_=resource.resource_type,
            name=resource.name,
            inputs=self._inputs.get(resource.urn, resource.props),
            outputs=resource.props,
            parent=resource.parent.urn if resource.parent else "",
            dependencies=tuple(other.urn for other in resource.dependencies),
            property_dependencies={
                key: tuple(other.urn for other in others) for key, others in resource.property_dependencies.items()
            },
            provider=resource.provider.urn if resource.provider else "",
            protect=resource.opts.protect,
            custom=resource.provider is not None or resource.resource_type.startswith(_CLOUDS),
        )


def policies(pack: Pack) -> list[ResourceValidationPolicy | StackValidationPolicy]:
    """The pack's three policies; few, because the SDK hands every resource over once for each."""
    judge = Judge(pack)
    blocks, tells = EnforcementLevel.MANDATORY, EnforcementLevel.ADVISORY
    name = pack.replace("_", "-")
    return [
        ResourceValidationPolicy(
            f"{name}-resource",
            f"The {name} rules on each resource.",
            judge.resource,
            enforcement_level=blocks,
        ),
        StackValidationPolicy(
            f"{name}-stack", f"The {name} rules on the whole stack.", judge.stack, enforcement_level=blocks
        ),
        StackValidationPolicy(
            f"{name}-undecided",
            f"What the {name} rules cannot decide yet.",
            judge.undecided,
            enforcement_level=tells,
        ),
    ]


def run(pack: str) -> None:
    """Serve the pack to the engine until it hangs up."""
    _keep_wire_encoding()
    PolicyPack(f"billing-platform-{pack.replace('_', '-')}", list(policies(Pack(pack))))


def _alone(args: ResourceValidationArgs) -> Resource:
    return make(
        urn=args.urn,
        type_=args.resource_type,
        name=args.name,
        inputs=args.props,
        parent=args.opts.parent or "",
        provider=args.provider.urn if args.provider else "",
        protect=args.opts.protect,
        alone=True,
    )


def _key(finding: Finding) -> tuple[str, ...]:
    return (finding.rule, finding.urn, finding.property or "", finding.message)


def _text(finding: Finding) -> str:
    return f"{finding.rule} {finding.severity}: {finding.message}\n{finding.remedy}"


def _append(pack: Pack, report: Report) -> None:
    path = os.environ.get(FINDINGS_VARIABLE)
    if not path:
        return
    phase = "preview" if pulumi.runtime.is_dry_run() else "up"
    line = json.dumps({"pack": str(pack), "phase": phase, "report": report.as_dict()}) + "\n"
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)  # one write: packs append at the same time
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)
