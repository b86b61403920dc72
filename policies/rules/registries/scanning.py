"""Every image is scanned for known vulnerabilities when it is pushed."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from policies import tokens
from policies.controls import cis_eks, pci, unverified
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, some
from policies.rules.general.regions import same_place
from policies.values import Block

_OWN = "imageScanningConfiguration"
_AT_PUSH = ("SCAN_ON_PUSH", "CONTINUOUS_SCAN")
_ANY_NAME = "\0"  # in the name of a repository to be: only a wildcard matches it
_ROOT = "ROOT"  # the prefix of the template for what no other template makes


def _problems(repository: Resource, graph: Graph) -> Iterator[Problem]:
    registries = [one for one in graph.of_type(tokens.REGISTRY_SCANNING) if same_place(one, repository, graph)]
    if some(registries, lambda registry: _is_covered(repository, registry)):
        return
    if _scans_itself(repository) and not some(registries, _is_enhanced):
        return
    yield Problem(_OWN, "nothing scans its images when they are pushed")


def _scans_itself(repository: Resource) -> bool:
    own = repository.props.get(_OWN)
    return own is not None and own.get("scanOnPush") is True


def _is_enhanced(registry: Resource) -> bool:
    """Enhanced scanning looks at what the filters of the registry match, and at nothing else (Amazon ECR user guide,
    "Configuring enhanced scanning")."""
    return registry.props.get("scanType") == "ENHANCED"


def _is_covered(repository: Resource, registry: Resource) -> bool:
    rules = registry.props.blocks("rules")
    filters = [(rule, one) for rule in rules for one in rule.blocks("repositoryFilters")]
    return some(filters, lambda case: case[0].get("scanFrequency") in _AT_PUSH and _matches(case[1], repository))


def _matches(filter_: Block, repository: Resource) -> bool:
    """Amazon ECR user guide, "Filters to choose which repositories are scanned": `*` stands for any characters, and a
    filter without one matches every name that holds it."""
    pattern = str(filter_.get("filter", ""))
    if pattern == "*":
        return True
    if "*" not in pattern:
        return pattern in _name(repository)
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), _name(repository), re.DOTALL) is not None


def _name(repository: Resource) -> str:
    if repository.type == tokens.REPOSITORY:
        if "name" not in repository.props:
            raise repository.undecided("name")
        return str(repository.props["name"])
    prefix = str(repository.props.get("prefix", _ROOT))
    return _ANY_NAME if prefix == _ROOT else f"{prefix}/{_ANY_NAME}"


def _repository(scan: object = None, **properties: object) -> Node:
    own = {_OWN: {"scanOnPush": scan}} if scan is not None else {}
    return Node(tokens.REPOSITORY, "api", {"name": "billing/api"} | own | properties)


def _registry(*filters: str, frequency: object = "SCAN_ON_PUSH", kind: object = "ENHANCED", **more: object) -> Node:
    listed = [{"filter": one, "filterType": "WILDCARD"} for one in filters]
    rules = [{"scanFrequency": frequency, "repositoryFilters": listed}]
    return Node(tokens.REGISTRY_SCANNING, "registry", {"scanType": kind, "rules": rules} | more)


def _template(prefix: str = "billing", **properties: object) -> Node:
    return Node(
        tokens.REPOSITORY_TEMPLATE, "template", {"prefix": prefix, "appliedFors": ["CREATE_ON_PUSH"]} | properties
    )


def _with(*nodes: Node) -> Example:
    return nodes


def _account(name: str, id_: str) -> Node:
    return Node(tokens.AWS_PROVIDER, name, {"region": "eu-central-1", "allowedAccountIds": json.dumps([id_])})


RULES = (
    Rule(
        id="ECR-01",
        name="images-are-scanned",
        summary="Images are scanned when they are pushed: by their repository's setting, or by their registry's.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.REPOSITORY, tokens.REPOSITORY_TEMPLATE),
        reads=(_OWN, "name", "prefix", "scanType", "rules", "region", "allowedAccountIds"),
        controls=(*pci("P", "11.3.1"), *cis_eks("5.1.1"), *unverified("soc2", "CC7.1")),
        remedy='Set ecr.RegistryScanningConfiguration to scan_type="ENHANCED" with the filter "*" at SCAN_ON_PUSH, or'
        ' image_scanning_configuration={"scan_on_push": True} on the repository.',
        problems=_problems,
        needs_graph=True,
        passes=(
            _with(_repository(scan=True)),
            _with(_repository(scan=True), _registry("other", kind="BASIC")),
            _with(_repository(), _registry("*")),
            _with(_repository(), _registry("*", kind="BASIC")),
            _with(_repository(name=None), _registry("*", frequency="CONTINUOUS_SCAN")),
            _with(_repository(), _registry("billing/*")),
            _with(_repository(), _registry("other", "bil*/a*i")),
            _with(_repository(), _registry("illing")),
            _with(_template(), _registry("*")),
            _with(_template(), _registry("billing/*")),
            _with(_template(), _registry("billing")),
            _with(_template("ROOT"), _registry("*")),
        ),
        fails=(
            _with(_repository()),
            _with(_repository(scan=False)),
            _with(_repository(scan="true")),
            _with(_repository(), _registry("*", frequency="MANUAL")),
            _with(_repository(), _registry("pay*")),
            _with(_repository(), _registry("api*")),
            _with(_repository(), _registry("billing.api")),
            _with(_repository(), _registry()),
            _with(_repository(scan=True), _registry("other")),
            _with(_repository(), _registry("*", region="eu-west-1")),
            (
                *(_account("here", ACCOUNT), _account("far", "444455556666")),
                replace(_registry("*"), provider="far"),
                replace(_repository(), provider="here"),
            ),
            _with(_template()),
            _with(_template(), _registry("billing/api")),
            _with(_template("ROOT"), _registry("billing/*")),
        ),
        undecided=(
            _with(_repository(scan=Ref("nowhere"))),
            _with(_repository(name=Ref("nowhere")), _registry("billing/*")),
            _with(_repository(name=None), _registry("billing/*")),
            _with(_repository(), _registry("*", frequency=Ref("nowhere"))),
        ),
    ),
)
