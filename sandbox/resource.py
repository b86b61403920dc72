"""One resource while it is worked on, as the functions in the tables see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath  # type: ignore[import-untyped]

from sandbox.model import Call, ResourceType
from sandbox.session import Session
from sandbox.shapes import fields_to_aws, same

_NAME = re.compile(r"\{(\w+)\}")


@dataclass
class Resource:
    """`inputs` and `old` (the inputs before) are plain: no unknowns, secrets opened; `secret` names those."""

    type: ResourceType
    session: Session
    inputs: dict[str, Any]
    id: str = ""
    old: dict[str, Any] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()
    caller_gone: Callable[[], bool] = lambda: False

    @property
    def region(self) -> str:
        return str(self.inputs.get("region") or self.session.region)

    @property
    def changed(self) -> set[str]:
        """The inputs that differ from the old ones; what AWS chose and nobody asks for (any more) stays."""
        props = self.type.all_inputs()
        keys = {key for key in {*self.inputs, *self.old} & set(props) if key in self.inputs or not props[key].computed}
        return {key for key in keys if not same(props[key], self.old.get(key), self.inputs.get(key))}

    def own_tags(self, tags: Mapping[str, str]) -> dict[str, str]:
        """The tags that are the resource's own: all but those that the provider's default tags explain."""
        mine, defaults = self.inputs.get("tags") or {}, self.session.default_tags
        return {key: value for key, value in tags.items() if key in mine or defaults.get(key) != value}

    def call(self, operation: str, *, service: str = "", **args: Any) -> dict[str, Any]:
        """One AWS call with exactly these arguments."""
        where = service or self.type.service
        return self.session.call(where, operation, args, region=self.region, gone=self.caller_gone)

    def fill(self, template: Any, state: Mapping[str, Any] | None = None) -> Any:
        """The template with {id}, {region}, {account}, {anyProperty} filled in; a lone {x} keeps its type."""
        if isinstance(template, Mapping):
            return {key: self.fill(item, state) for key, item in template.items()}
        if isinstance(template, (list, tuple)):
            return [self.fill(item, state) for item in template]
        if not isinstance(template, str):
            return template
        around = {"id": self.id, "region": self.region, "account": self.session.account}
        told = self.type.told_by(self.id)
        defaults = {name: prop.default for name, prop in self.type.inputs.items()}  # an import gives no others
        known = {**defaults, **told, **self.inputs, **(state or {}), **around}
        if whole := _NAME.fullmatch(template):
            return known.get(whole[1])
        return _NAME.sub(lambda found: "" if (value := known.get(found[1])) is None else spelled(value), template)

    def shape(self, operation: str) -> Any:
        """botocore's model of what the operation takes; None for nothing."""
        meta = self.session.client(self.type.service, self.region, gone=self.caller_gone).meta
        return meta.service_model.operation_model(meta.method_to_api_mapping[operation]).input_shape

    def run_tagged(self, call: Call, extra: Mapping[str, Any] | None = None) -> Any:
        """A call that creates, with the resource's first tags."""
        tags = self.type.tags.on_create(self, call.operation) if self.type.tags else {}
        return self.run(call, {**tags, **(extra or {})})

    def run(self, call: Call, extra: Mapping[str, Any] | None = None) -> Any:
        """A call of the table with the inputs it has room for; gives its `result` in the answer."""
        answer = self.call(call.operation, **{**self.request(call), **(extra or {})})
        return jmespath.search(self.fill(call.result), answer) if call.result else answer

    def request(self, call: Call) -> dict[str, Any]:
        """The arguments of a call of the table."""
        props = {name: prop for name, prop in self.type.inputs.items() if not prop.local}
        names = set(props) if call.send is None else set(props) & set(call.send)
        values = {name: value for name, value in self.inputs.items() if name in names}
        target, path = self.shape(call.operation), call.into.split(".") if call.into else []
        for step in path:
            held = target.members[step.removesuffix("[]")]
            target = held.member if step.endswith("[]") else held
        request = fields_to_aws(props, values, target) if target else {}
        for step in reversed(path):
            request = {step[:-2]: [request]} if step.endswith("[]") else {step: request}
        return request | {key: value for key, value in self.fill(call.args).items() if value is not None}


def spelled(value: Any) -> str:
    """A value as AWS writes it where all are strings."""
    return str(value).lower() if isinstance(value, bool) else str(value)
