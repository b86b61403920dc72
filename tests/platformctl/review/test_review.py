"""The whole review: of staging with an edited setting, in its JSON form, in order, and without secrets."""

import json
import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import platformctl.review
from platformctl.project import Project
from platformctl.render import render
from platformctl.review import Review, assess, markdown, text
from policies import tokens
from policies.adapters import from_registrations
from policies.engine import evaluate
from policies.examples import Node, Ref, secret
from policies.graph import Graph
from policies.rules import ALL
from policies.waivers import load
from tests.platformctl.formats.reports import finding
from tests.platformctl.review.made import compared
from tests.spoilt import HIDDEN, some_of_each_type, spoilt

SCHEMA = json.loads(Path(platformctl.review.__file__).with_name("review.schema.json").read_text())
ROOT = Path(__file__).parents[3]
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def _checked(review: Review) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(review.as_dict()))
    VALIDATOR.validate(document)
    return document


@dataclass(frozen=True)
class _Edited(Project):
    """This checkout with other settings for staging."""

    file: Path = Path()

    def settings_file(self, environment: str) -> Path:
        return self.file


@pytest.fixture(scope="module")
def registrations() -> list[dict[str, Any]]:
    return render(Project(ROOT), "staging")


@pytest.fixture(scope="module")
def staging(registrations: list[dict[str, Any]]) -> Graph:
    return from_registrations(registrations)


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Staging with one more node desired in its general group."""
    content = yaml.safe_load((ROOT / "Pulumi.staging.yaml").read_text())
    content["config"]["billing-platform:cluster"]["node_groups"]["general"]["desired_nodes"] += 1
    file = tmp_path_factory.mktemp("edited") / "Pulumi.staging.yaml"
    file.write_text(yaml.safe_dump(content))
    return from_registrations(render(_Edited(ROOT, file=file), "staging"))


def test_a_setting_that_is_edited_is_reviewed_from_program_to_report(staging: Graph, edited: Graph) -> None:
    review = _checked(assess(compared(staging, edited)))
    assert review["counts"] == {"update": 1}
    assert [section["id"] for section in review["sections"]] == ["changes"]
    (item,) = review["sections"][0]["items"]
    assert (item["layer"], item["name"]) == ("cluster", "cluster-general")
    assert item["component"].startswith("KubernetesCluster ")
    assert item["source"].startswith("components/clusters/node_groups.py:")
    assert review["cost"]["delta"] == pytest.approx(76.15, abs=0.01)
    assert review["cost"]["items"][0]["name"] == "cluster-general"
    assert "cluster-general" in text.render(review)
    assert "cluster-general" in markdown.render(review)


def test_a_program_compared_with_itself_has_nothing_to_tell(staging: Graph) -> None:
    review = _checked(assess(compared(staging, staging)))
    assert (review["sections"], review["counts"], review["cost"]["delta"]) == ([], {}, 0)
    assert len(review["clear"]) == 8


def test_what_is_taken_out_of_a_program_is_found_by_each_section(staging: Graph) -> None:
    """Every wall between the ledger and the rest goes, and with it what guards the evidence."""
    gone = (tokens.NETWORK_POLICY, tokens.BUCKET_VERSIONING, tokens.DISRUPTION_BUDGET, tokens.DATABASE_CLUSTER)
    less = Graph(one for one in staging.resources if one.type not in gone)
    review = _checked(assess(compared(staging, less)))
    found = {section["id"]: {item["name"] for item in section["items"]} for section in review["sections"]}
    assert found["data-loss"] == {"ledger"}
    assert "archive" in found["protection"]
    assert "service-ledger" in found["reach"]
    assert found["rollout"] == {one.name for one in staging.of_type(tokens.DISRUPTION_BUDGET)}
    assert len(markdown.render(review)) < markdown.LIMIT


def test_the_same_comparison_has_the_same_review_whatever_the_order_of_the_resources(staging: Graph) -> None:
    half = Graph(staging.resources[::2])
    shuffled = Graph(tuple(reversed(staging.resources)))
    first, second = (json.dumps(assess(compared(half, side)).as_dict()) for side in (staging, shuffled))
    assert first == second


def test_findings_are_those_of_the_rules(staging: Graph) -> None:
    bucket = Node(tokens.BUCKET, "invoices", {"bucket": "invoices"})
    comparison = compared((), (bucket,))
    rules = [rule for rule in ALL if rule.id.startswith("S3-")]
    report = evaluate(comparison.after, rules, load(), date(2026, 3, 1), partial=True).as_dict()
    review = _checked(assess(compared((), (bucket,), after_report=report)))
    assert {one["rule"] for one in review["policies"]["new"]} >= {"S3-05"}


def test_secret_values_are_in_no_form_of_a_review() -> None:
    def parameter(value: str) -> Node:
        hidden = [{"protocol": "tcp", "fromPort": 1, "toPort": 2, "cidrBlocks": [secret("203.0.113.9/32")]}]
        return Node(
            tokens.SECURITY_GROUP, "web", {"description": secret(value), "ingress": hidden, "tags": {"a": value[:1]}}
        )

    database = Node(tokens.DATABASE_INSTANCE, "db", {"password": secret("hunter2-a"), "deletionProtection": True})
    after = Node(database.type, "db", {"password": secret("hunter2-b"), "instanceClass": secret("hunter2-c")})
    review = _checked(assess(compared((database, parameter("hunter2-d")), (after, parameter("hunter2-e")))))
    for shown in (json.dumps(review), text.render(review), markdown.render(review)):
        assert "hunter2" not in shown
        assert "203.0.113" not in shown


@pytest.mark.parametrize("seed", range(8))
def test_whatever_values_there_are_the_review_is_made_and_holds_no_secret(
    registrations: list[dict[str, Any]], seed: int
) -> None:
    chance, some = random.Random(seed), some_of_each_type(registrations)

    def side() -> Graph:
        return from_registrations(spoilt(some, chance, 0.2))

    review = _checked(assess(compared(side(), side())))
    for shown in (json.dumps(review), text.render(review), markdown.render(review)):
        assert HIDDEN not in shown


def test_every_part_of_the_document_is_described() -> None:
    topic = Node(tokens.TOPIC, "topic", {"name": Ref("nowhere")})
    report = {"findings": [finding().as_dict()]}
    _checked(assess(compared((topic,), (), before_report=report)))
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(assess(compared((), ())).as_dict() | {"more": 1})
