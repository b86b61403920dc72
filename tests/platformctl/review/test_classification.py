"""Data classes and PCI scopes that change."""

from policies import tokens
from policies.examples import Node, Ref
from tests.platformctl.review.made import changed, compared, items, said

BUCKET = Node(tokens.BUCKET, "invoices", {"tags": {"data-class": "financial", "pci-scope": "cde"}})
PROVIDER = Node(tokens.AWS_PROVIDER, "aws", {"defaultTags": {"tags": {"data-class": "internal", "pci-scope": "out"}}})
TOPIC = Node(tokens.TOPIC, "topic", {}, provider="aws")


def _tagged(**tags: str) -> Node:
    return changed(BUCKET, tags={key.replace("_", "-"): value for key, value in tags.items()})


def test_a_lower_class_and_scope_are_told_with_what_that_means() -> None:
    after = _tagged(data_class="internal", pci_scope="connected")
    found = items(compared((BUCKET,), (after,)), "classification")
    assert [item.summary for item in found] == ["data class: financial → internal", "PCI scope: cde → connected"]
    assert {item.details for item in found} == {("less is demanded of it than before",)}


def test_a_higher_and_a_missing_class_are_told() -> None:
    (item,) = items(compared((BUCKET,), (_tagged(data_class="audit", pci_scope="cde"),)), "classification")
    assert item.details == ("more is demanded of it than before",)
    (item,) = items(compared((BUCKET,), (_tagged(pci_scope="cde"),)), "classification")
    assert item.summary == "data class: financial → unset"
    assert item.details == ("rules and access that go by it no longer apply",)


def test_other_tags_and_resources_that_come_or_go_are_not_told() -> None:
    other = _tagged(data_class="financial", pci_scope="cde", owner="x")
    assert said((BUCKET,), (other,), "classification") == []
    assert said((), (BUCKET,), "classification") == []
    assert said((BUCKET,), (), "classification") == []


def test_a_default_of_the_provider_counts_for_what_has_no_tag() -> None:
    widened = changed(PROVIDER, defaultTags={"tags": {"data-class": "financial", "pci-scope": "out"}})
    assert said((PROVIDER, TOPIC, BUCKET), (widened, TOPIC, BUCKET), "classification") == [
        "topic: data class: internal → financial"
    ]


def test_labels_of_objects_count_and_unknown_ones_may_be_others() -> None:
    def api(value: object) -> Node:
        return Node(tokens.ROLLOUT, "api", {"metadata": {"labels": {"platform/data-class": value}}})

    assert said((api("financial"),), (api("internal"),), "classification") == ["api: data class: financial → internal"]
    (item,) = items(compared((api("financial"),), (api(Ref("nowhere")),)), "classification")
    assert item.details == ("it may be another one: not known before the update",)
