"""Admission policies refuse: what breaks them, and what they cannot judge, does not get in."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.rules.kubernetes.examples import object_
from policies.rules.kubernetes.objects import name, producers, spec
from policies.values import Undecided


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    checks = (_denies,) if resource.type == tokens.ADMISSION_BINDING else (_fails_closed, _is_bound)
    yield from decide(checks, lambda check: check(resource, graph))


def _denies(binding: Resource, _: Graph) -> Iterator[Problem]:
    if not some(spec(binding).texts("validationActions"), lambda action: action == "Deny"):
        yield Problem("spec.validationActions", "what breaks the policy is let in: spec.validationActions lacks Deny")


def _fails_closed(policy: Resource, _: Graph) -> Iterator[Problem]:
    if (said := spec(policy).text("failurePolicy")) not in ("", "Fail"):  # unset is Fail
        yield Problem("spec.failurePolicy", f"what it cannot judge is let in: spec.failurePolicy is {said}")


def _is_bound(policy: Resource, graph: Graph) -> Iterator[Problem]:
    bindings = graph.of_type(tokens.ADMISSION_BINDING)
    if not bindings:
        raise spec(policy).undecided("no binding is among what is judged: whether the policy is in force is not known")
    if not some(bindings, lambda binding: _binds(binding, policy, graph)):
        yield Problem(None, "no binding puts it in force")


def _binds(binding: Resource, policy: Resource, graph: Graph) -> bool:
    try:
        called = spec(binding).text("policyName")
    except Undecided:
        makers = producers(binding, "spec", graph, tokens.ADMISSION_POLICY)
        if len(makers) != 1:
            raise
        return makers[0] is policy
    return called == name(policy)


def _policy(**spec_: object) -> Node:
    return object_(tokens.ADMISSION_POLICY, "digests", namespace=None, spec=spec_)


def _binding(*actions: object, policy: object = "digests") -> Node:
    spec_ = {"policyName": policy, "validationActions": list(actions or ("Deny",))}
    return object_(tokens.ADMISSION_BINDING, "digests", namespace=None, spec=spec_)


_UNNAMED = Node(tokens.ADMISSION_POLICY, "unnamed", {"spec": {"failurePolicy": "Fail"}})

RULES = (
    Rule(
        id="K8S-15",
        name="admission-policies-refuse",
        summary="Every ValidatingAdmissionPolicy fails closed and is bound, and every binding denies.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.ADMISSION_POLICY, tokens.ADMISSION_BINDING),
        reads=("spec.failurePolicy", "spec.policyName", "spec.validationActions", "metadata.name"),
        controls=(*unverified("pci-dss-4.0.1", "2.2.1"), *unverified("soc2", "CC8.1")),
        remedy='Use components.AdmissionPolicies, or set failure_policy="Fail", and bind the policy with'
        ' validation_actions=["Deny"].',
        problems=_problems,
        needs_graph=True,
        passes=(
            (_policy(), _binding()),
            (_policy(failurePolicy="Fail"), _binding("Deny", "Audit")),
            (_UNNAMED, _binding(policy=Ref("unnamed"))),
        ),
        fails=(
            (_policy(failurePolicy="Ignore"), _binding()),
            (_policy(), _binding(policy="other")),
            (_policy(), _binding("Audit")),
            (_binding("Warn", "Audit"),),
            (_binding("deny"),),
            (object_(tokens.ADMISSION_BINDING, "digests", namespace=None, spec={"policyName": "digests"}),),
        ),
        undecided=(
            (_policy(),),
            (_policy(failurePolicy=Ref("nobody")), _binding()),
            (_policy(), _binding(policy=Ref("nobody"))),
            (_binding("Audit", Ref("nobody")),),
            (_UNNAMED, _binding()),
        ),
    ),
)
