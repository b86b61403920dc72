"""A component waits with all that it is made of."""

from typing import Any

from pulumi import ComponentResource, ResourceOptions
from pulumi_aws import sns

from components.waiting import after
from tests.components.conftest import build


class Nested(ComponentResource):
    def __init__(self, name: str, opts: ResourceOptions, depth: int = 1):
        super().__init__("platform:test:Nested", name, {}, opts)
        child = ResourceOptions(parent=self)
        sns.Topic(f"{name}-topic", opts=child)
        if depth:
            Nested(f"{name}-inner", child, depth - 1)


def test_children_at_every_depth_depend_on_what_is_needed() -> None:
    def program() -> None:
        first = sns.Topic("first")
        Nested("waits", ResourceOptions.merge(ResourceOptions(protect=True), after(first)))
        Nested("does-not", ResourceOptions())

    built = build(program)
    needed = built.one("Topic", "first").urn
    waiting: dict[str, Any] = {made.name: needed in made.dependencies for made in built.all("Topic")}
    assert waiting == {
        "first": False,
        "waits-topic": True,
        "waits-inner-topic": True,
        "does-not-topic": False,
        "does-not-inner-topic": False,
    }
    assert built.one("Topic", "waits-inner-topic").protect, "other options stay as they were"


class Chained(ComponentResource):
    def __init__(self, name: str, outside: sns.Topic, opts: ResourceOptions):
        super().__init__("platform:test:Chained", name, {}, opts)
        first = sns.Topic(f"{name}-first", opts=ResourceOptions(parent=self))
        sns.Topic(f"{name}-second", opts=ResourceOptions(parent=self, depends_on=[first]))
        sns.Topic(f"{name}-stranger", opts=ResourceOptions(parent=self, depends_on=[outside]))


def test_what_depends_on_one_that_waits_is_not_told_again() -> None:
    def program() -> None:
        Chained("one", sns.Topic("outside"), after(sns.Topic("needed")))

    built = build(program)
    topics = {made.name: {urn.rsplit("::", 1)[1] for urn in made.dependencies} for made in built.all("Topic")}
    assert topics["one-first"] == {"needed"}
    assert topics["one-second"] == {"one-first"}
    assert topics["one-stranger"] == {"outside", "needed"}, "what it depends on does not wait"
