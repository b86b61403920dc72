"""Runs a resource type's table against AWS: create, read back, update, delete, import."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox import wire
from sandbox.model import Call, Property, Step
from sandbox.resource import Resource
from sandbox.retry import AwsError, Cancelled, Unfinished
from sandbox.shapes import completed, fields_from_aws, member, same

_IN_REGION = re.compile(r"(?P<id>.+)@(?P<region>[a-z]{2}(-[a-z]+)+-\d)")  # as the official provider imports


class Incomplete(Unfinished):
    """The resource exists, but not as asked: the engine keeps what is known and reports the reason."""

    def __init__(self, reason: str, resource: Resource, state: Mapping[str, Any]):
        hidden = (wire.hide(one, set(resource.secret)) for one in (resource.inputs, state))
        super().__init__(reason, resource.id, *hidden)
        self.state = dict(state)


def create(resource: Resource) -> dict[str, Any]:
    """Make the resource, set `resource.id`, and give its state as AWS reads it back."""
    kind = resource.type
    resource.session.check(resource.caller_gone, waiting=True)
    first, *rest = kind.create
    result = resource.run_tagged(first) if isinstance(first, Call) else first(resource)
    resource.id = resource.fill(kind.id) if kind.id else str(result)
    try:
        if kind.tags and kind.tags.later and resource.inputs.get("tagsAll"):
            kind.tags.change(resource, resource.inputs["tagsAll"], frozenset())
        for step in rest:
            if not (isinstance(step, Call) and _is_initial(resource, step.only)):
                _run(resource, step)
        resource.session.check(resource.caller_gone, waiting=False)
        return _confirmed(resource)
    except Cancelled:
        if resource.caller_gone():
            raise  # as in AWS when the engine is killed, it stays, and nobody was told its id
        raise Incomplete("cancelled after the resource was created", resource, resource.inputs) from None
    except AwsError as error:
        raise Incomplete(str(error), resource, resource.inputs) from None


def update(resource: Resource) -> dict[str, Any]:
    """Apply what differs between `resource.old` and `resource.inputs`."""
    changed = resource.changed
    try:
        for step in resource.type.update:
            if not isinstance(step, Call) or _concerned(resource, step, changed):
                _run(resource, step)
        if resource.type.tags and "tagsAll" in changed:
            old, new = resource.old.get("tagsAll") or {}, resource.inputs.get("tagsAll") or {}
            put = {key: value for key, value in new.items() if old.get(key) != value}
            resource.type.tags.change(resource, put, frozenset(old.keys() - new.keys()))
        return _confirmed(resource)
    except AwsError as error:
        raise Incomplete(str(error), resource, {**resource.old, **resource.inputs}) from None


def delete(resource: Resource) -> None:
    """Remove the resource, unless its program wants it to stay; one that is already gone is fine."""
    if resource.inputs.get("skipDestroy") is True:
        return
    for step in resource.type.delete:
        try:
            _run(resource, step)
        except AwsError as error:
            if not _is_gone(resource, error):
                raise


def read(resource: Resource) -> dict[str, Any] | None:
    """What AWS says now about every property; None when the resource is gone."""
    kind = resource.type
    importing = not resource.inputs
    if importing and (elsewhere := _IN_REGION.fullmatch(resource.id)):
        resource.id, resource.inputs = elsewhere["id"], {"region": elsewhere["region"]}
    if importing and (pattern := kind.id_pattern):
        if not re.fullmatch(pattern, resource.id):
            raise AwsError("import", "InvalidId", f"the id of {kind.token} must match {pattern}")
        resource.inputs |= {key: value for key, value in kind.told_by(resource.id).items() if key in kind.inputs}
    answer = _answer(resource)
    if answer is None:
        return None
    props = kind.all_inputs()
    state: dict[str, Any] = {"region": resource.region}
    state |= fields_from_aws({name: prop for name, prop in props.items() if not prop.local}, answer)
    for name in kind.outputs:
        there = member(name, Property(kind="string"), answer)
        if there and answer[there] is not None:
            state[name] = answer[there]
    state |= {name: resource.fill(template, state) for name, template in kind.formats.items()}
    if kind.tags:
        state["tagsAll"] = dict(kind.tags.read(resource, answer))
        state["tags"] = resource.own_tags(state["tagsAll"])
    return state


def settle(resource: Resource, observed: Mapping[str, Any]) -> dict[str, Any]:
    """The observed state, spelled as the inputs where they mean the same; what AWS does not keep as given."""
    state, props = dict(observed), resource.type.all_inputs()
    for name, value in resource.inputs.items():
        if name in differences(resource, observed):
            continue
        state[name] = completed(props[name], value, observed.get(name)) if name in props else value
    return {name: value for name, value in state.items() if value is not None}


def refreshed_inputs(resource: Resource, observed: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of the last update, corrected where the cloud says otherwise."""
    wrong = differences(resource, observed)
    corrected = {**resource.inputs, **{name: observed.get(name) for name in wrong}}
    return {name: value for name, value in corrected.items() if value is not None}


def imported_inputs(resource: Resource, observed: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that a program would have to give for this resource: what is set and not the default.

    Of what AWS chooses where nobody asks, the value always counts: a program that asks for just that changes nothing.
    """
    props = resource.type.all_inputs()
    defaults = {name: prop.default for name, prop in props.items() if prop.default is not None}
    found = {
        name: value
        for name, value in observed.items()
        if name in props and not _unset(value, means_something=name in defaults or props[name].computed)
    }
    return {**defaults, **found}


def _unset(value: Any, *, means_something: bool) -> bool:
    return value is None or (not means_something and (value is False or value in ("", [], {})))


def differences(resource: Resource, observed: Mapping[str, Any]) -> list[str]:
    """Inputs that AWS reports otherwise, apart from unverified ones and those kept by the provider alone.

    Where AWS says nothing it means the default.
    """
    props = resource.type.all_inputs()
    said = {name: prop.default for name, prop in props.items()} | dict(observed)
    return [
        name
        for name, value in resource.inputs.items()
        if name in props
        and not props[name].local
        and name not in resource.type.unverified
        and not same(
            props[name], *(_verifiable(resource, name, it) for it in _both(props[name], value, said.get(name)))
        )
    ]


def _both(prop: Property, asked: Any, said: Any) -> tuple[Any, Any]:
    """What AWS chose inside a structure is no difference."""
    return completed(prop, asked, said), said


def _verifiable(resource: Resource, name: str, value: Any) -> Any:
    paths = [path.split(".")[1:] for path in resource.type.unverified if path.startswith(f"{name}.")]
    for path in paths:
        value = _without(value, path)
    return value


def _without(value: Any, path: list[str]) -> Any:
    if isinstance(value, list):
        return [_without(item, path) for item in value]
    if not isinstance(value, Mapping) or path[0] not in value:
        return value
    rest = {key: item for key, item in value.items() if key != path[0]}
    return rest if len(path) == 1 else {**rest, path[0]: _without(value[path[0]], path[1:])}


def _confirmed(resource: Resource) -> dict[str, Any]:
    observed = read(resource)
    if observed is None:
        raise AwsError("read back", "Gone", "the resource does not exist right after it was written")
    wrong = differences(resource, observed)
    if wrong:
        said = ", ".join(_compared(resource, name, observed) for name in wrong)
        hint = f"correct {resource.type.token} in {resource.type.file}, or add the property to its `unverified`"
        raise Incomplete(
            f"AWS does not read back what was written: {said}; {hint}", resource, settle(resource, observed)
        )
    return settle(resource, observed)


def _compared(resource: Resource, name: str, observed: Mapping[str, Any]) -> str:
    if name in resource.secret:
        return name
    return f"{name} (wrote {resource.inputs[name]!r}, read {observed.get(name)!r})"


def _answer(resource: Resource) -> dict[str, Any] | None:
    answer: dict[str, Any] = {}
    for step in resource.type.read:
        try:
            part = _run(resource, step)
        except AwsError as error:
            if _is_gone(resource, error):
                return None
            raise
        if not isinstance(part, Mapping) and not answer:
            return None
        answer |= part or {}
    return answer


def _is_gone(resource: Resource, error: AwsError) -> bool:
    known = resource.type.gone
    return error.not_found or bool(known and known in str(error))


def _run(resource: Resource, step: Step) -> Any:
    return resource.run(step) if isinstance(step, Call) else step(resource)


def _concerned(resource: Resource, call: Call, changed: set[str]) -> bool:
    given = not call.only or resource.inputs.get(call.only) is not None  # AWS has no call to unset an attribute
    return given and bool(changed & set(call.send or resource.type.inputs))


def _is_initial(resource: Resource, name: str) -> bool:
    """Whether a follow-up call can be left out: its input is not given, or is what AWS starts with anyway."""
    return bool(name) and resource.inputs.get(name) in (None, resource.type.inputs[name].default)
