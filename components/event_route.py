"""EventBridge rules that tell people in a sentence, instead of sending them the event."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_aws import cloudwatch

from components.tags import tagged

_RETRIES, _LONGEST_RETRY_S = 185, 86_400  # EventBridge's own defaults, said so that nobody wonders


@dataclass(frozen=True, kw_only=True)
class EventRoute:
    """Which events are told, and how.

    `pattern`: as EventBridge matches it. `sentence` holds `<name>` where `paths` (JSONPath by name) are filled in;
    take nothing into it that may hold data of customers.
    """

    name: str  # within its component
    description: str
    pattern: Mapping[str, Any]
    sentence: str
    paths: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = [name for name in self.paths if f"<{name}>" not in self.sentence]
        if unknown:
            raise ValueError(f"sentence of {self.name} must use all of its paths, it lacks <{unknown[0]}>")


@dataclass(frozen=True, kw_only=True)
class EventRoutesArgs:
    """`routes`: what is told, each with the topic that it goes to."""

    environment: str
    routes: tuple[tuple[EventRoute, Input[str]], ...]

    def __post_init__(self) -> None:
        names = [route.name for route, _ in self.routes]
        if len({*names}) != len(names):
            raise ValueError(f"every route needs a name of its own, got {', '.join(names)}")


class EventRoutes(ComponentResource):
    """A rule `<name>-<route>` for each route, with one target: the topic."""

    def __init__(self, name: str, args: EventRoutesArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:notifications:EventRoutes", name, {}, opts)
        child = ResourceOptions(parent=self)
        for route, topic_arn in args.routes:
            own = f"{name}-{route.name}"
            rule = cloudwatch.EventRule(
                own,
                name=f"{args.environment}-{own}",
                description=route.description,
                event_pattern=json.dumps(route.pattern),
                tags=tagged(own),
                opts=child,
            )
            cloudwatch.EventTarget(
                own,
                rule=rule.name,
                target_id="people",
                arn=topic_arn,
                input_transformer={"input_paths": route.paths, "input_template": json.dumps(route.sentence)},
                retry_policy={"maximum_retry_attempts": _RETRIES, "maximum_event_age_in_seconds": _LONGEST_RETRY_S},
                opts=child,
            )
        self.register_outputs({})
