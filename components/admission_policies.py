"""What the cluster refuses, whoever asks: policies that the API server itself evaluates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi import ComponentResource, ResourceOptions
from pulumi_kubernetes.admissionregistration import v1 as admission

from components.labels import Labels


@dataclass(frozen=True, kw_only=True)
class AdmissionPolicyArgs:
    """`validations`: CEL that must be true, each with the message (CEL too) for who is refused. `kinds`: API group,
    version, resources. `namespaces` or `but_namespaces`: where it holds; with neither, everywhere. `rules`: the rules
    of the policy packs that judge the same.
    """

    name: str
    kinds: tuple[tuple[str, str, tuple[str, ...]], ...]
    validations: tuple[tuple[str, str], ...]
    rules: tuple[str, ...] = ()
    conditions: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    operations: tuple[str, ...] = ("CREATE", "UPDATE")
    namespaces: tuple[str, ...] = ()
    but_namespaces: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z]([a-z0-9-]{0,50}[a-z0-9])?", self.name):
            raise ValueError(f"name must be 1 to 52 of a-z 0-9 -, a letter first and no - last, got {self.name!r}")
        if not self.validations or not self.kinds:
            raise ValueError(f"{self.name} needs kinds and validations: a policy that asks nothing refuses nothing")
        if self.namespaces and self.but_namespaces:
            raise ValueError(f"{self.name} must have namespaces or but_namespaces, got both: keep one")

    def spec(self) -> Any:
        """Of the ValidatingAdmissionPolicy. What cannot be evaluated is refused."""
        return {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "matchPolicy": "Equivalent",
                "resourceRules": [self._rule(*kind) for kind in self.kinds],
            },
            "matchConditions": [{"name": name, "expression": text} for name, text in self.conditions.items()],
            "variables": [{"name": name, "expression": text} for name, text in self.variables.items()],
            "validations": [
                {"expression": text, "messageExpression": message, "reason": "Forbidden"}
                for text, message in self.validations
            ],
        }

    def binding(self, policy: str) -> Any:
        """Of its ValidatingAdmissionPolicyBinding. The API server writes what it refused into the audit log."""
        selected = self.namespaces or self.but_namespaces
        operator = "In" if self.namespaces else "NotIn"
        names = [{"key": "kubernetes.io/metadata.name", "operator": operator, "values": list(selected)}]
        matched = {"matchResources": {"namespaceSelector": {"matchExpressions": names}}} if selected else {}
        return {"policyName": policy, "validationActions": ["Deny", "Audit"], **matched}

    def _rule(self, group: str, version: str, resources: tuple[str, ...]) -> dict[str, Any]:
        return {
            "apiGroups": [group],
            "apiVersions": [version],
            "operations": list(self.operations),
            "resources": list(resources),
        }


@dataclass(frozen=True, kw_only=True)
class AdmissionPoliciesArgs:
    labels: Labels
    policies: tuple[AdmissionPolicyArgs, ...]


class AdmissionPolicies(ComponentResource):
    """A ValidatingAdmissionPolicy for each, and its binding, with which it is in force."""

    bindings: tuple[admission.ValidatingAdmissionPolicyBinding, ...]

    def __init__(self, name: str, args: AdmissionPoliciesArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:kubernetes:AdmissionPolicies", name, {}, opts)
        child, bindings = ResourceOptions(parent=self), []
        for one in args.policies:
            called = f"platform-{one.name}"
            annotations = {"platform/rules": ", ".join(one.rules)} if one.rules else None
            meta: Any = {"name": called, "labels": args.labels.of(one.name), "annotations": annotations}
            policy = admission.ValidatingAdmissionPolicy(
                f"{name}-{one.name}", metadata=meta, spec=one.spec(), opts=child
            )
            after = ResourceOptions(parent=self, depends_on=[policy])
            binding = admission.ValidatingAdmissionPolicyBinding(
                f"{name}-{one.name}", metadata=meta, spec=one.binding(called), opts=after
            )
            bindings.append(binding)
        self.bindings = tuple(bindings)
        self.register_outputs({})
