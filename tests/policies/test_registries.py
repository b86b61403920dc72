"""What repositories are scanned by and encrypted with, where a state or a filter could mislead."""

from datetime import date

import pytest

from policies import tokens
from policies.engine import evaluate
from policies.examples import Node, graph_of
from policies.graph import Graph
from policies.report import Report
from policies.resource import make
from policies.rules import BY_ID
from policies.waivers import Waivers

_URN = "urn:pulumi:prod::billing-platform::aws:ecr/repository:Repository::api"
_AWS_OWN = {"encryptionType": "KMS", "kmsKey": "arn:aws:kms:eu-central-1:111122223333:key/of-aws"}


def _judged(graph: Graph, rule: str) -> Report:
    return evaluate(graph, [BY_ID[rule]], Waivers(), date(2026, 1, 1))


def test_the_key_that_aws_took_by_itself_is_not_one_of_ours() -> None:
    asked = {"encryptionConfigurations": [{"encryptionType": "KMS"}]}
    told = {"encryptionConfigurations": [_AWS_OWN]}
    (found,) = _judged(Graph([make(urn=_URN, type_=tokens.REPOSITORY, inputs=asked, outputs=told)]), "ECR-03").findings
    assert found.property == "encryptionConfigurations"
    assert not _judged(Graph([make(urn=_URN, type_=tokens.REPOSITORY, inputs=told, outputs=told)]), "ECR-03").findings


@pytest.mark.parametrize(
    ("filter_", "name", "scanned"),
    [
        ("*", "billing/api", True),
        ("billing", "billing/api", True),
        ("api", "billing/api", True),
        ("Billing", "billing/api", False),
        ("billing/*", "billing/api", True),
        ("billing/*", "billing-old/api", False),
        ("*api", "billing/api", True),
        ("*api", "billing/api-old", False),
        ("b*/a*", "billing/api", True),
        ("bill.*", "billing/api", False),
    ],
)
def test_a_filter_matches_as_the_user_guide_says(filter_: str, name: str, *, scanned: bool) -> None:
    rules = [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": filter_, "filterType": "WILDCARD"}]}]
    registry = Node(tokens.REGISTRY_SCANNING, "registry", {"scanType": "ENHANCED", "rules": rules})
    found = _judged(graph_of((registry, Node(tokens.REPOSITORY, "api", {"name": name}))), "ECR-01").findings
    assert (not found) is scanned
