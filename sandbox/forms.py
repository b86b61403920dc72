"""Forms that many tables share: settings that hang on one thing by its key, attributes that are all strings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.model import NOTHING, Call, Property, ResourceType, Step, text
from sandbox.resource import Resource, spelled
from sandbox.shapes import fields_from_aws, same


def setting(
    token: str,
    service: str,
    key: str,
    inputs: Mapping[str, Property],
    *,
    put: str,
    get: str,
    delete: str | Step | None,
    at: str = "",
    into: str = "",
    result: str = "",
    args: Mapping[str, Any] = NOTHING,
    **options: Any,
) -> ResourceType:
    """What is written whole under the key of something else, read with one call, and taken away with one.

    key: the input that names what it hangs on; its value is the id, its change replaces.
    at: the key in AWS's calls, if it is not the same with a capital.
    into, result: where the inputs stand in the request of `put`, and in the answer of `get`.
    args: further fixed arguments of `put`.
    delete: the call that takes it away, or a step of another kind; None where AWS has none.
    """
    target = {at or key[0].upper() + key[1:]: f"{{{key}}}"}
    write = Call(put, args={**target, **args}, into=into, send=tuple(inputs))
    end = Call(delete, args=target, send=()) if isinstance(delete, str) else delete
    return ResourceType(
        token,
        service,
        inputs={key: text(required=True, replace=True), **inputs},
        id=f"{{{key}}}",
        import_id=f"(?P<{key}>.+)",
        create=(write,),
        read=(Call(get, args=target, send=(), result=result), lambda it: {key: it.id}),
        update=(write,),
        delete=(end,) if end else (),
        **options,
    )


def written(
    token: str,
    service: str,
    inputs: Mapping[str, Property],
    *,
    put: Step,
    get: Step,
    delete: Step | None,
    **options: Any,
) -> ResourceType:
    """What one call both creates and changes; AWS may have none that takes it away."""
    end = (delete,) if delete else ()
    calls: dict[str, Any] = {"create": (put,), "read": (get,), "update": (put,), "delete": end}
    return ResourceType(token, service, inputs=inputs, **{**calls, **options})


def either(name: str, put: str, drop: str, key: str, *, also: str = "") -> Step:
    """One call where the input is given (and true), another where it no longer is; none where nothing changed.

    key: what the calls name the id; `also` is a second input that goes with the first.
    """

    def step(it: Resource) -> Any:
        prop, wanted = it.type.inputs[name], it.inputs.get(name)
        moved = also in it.changed or not same(prop, it.old.get(name, prop.default), wanted)
        return it.run(Call(put if wanted else drop, args={key: "{id}"}, send=(name, also))) if moved else None

    return step


def ties(name: str, tie: str, untie: str, key: str, other: str) -> tuple[Step, Step]:
    """What a thing is tied to by a call for each: the step that follows the input, and the one that ends every tie.

    key, other: what the calls name the thing, and what it is tied to.
    """

    def run(it: Resource, operation: str, targets: set[str]) -> None:
        for target in sorted(targets):
            it.call(operation, **{key: it.id, other: target})

    def follow(it: Resource) -> None:
        if name in it.changed:
            now, wanted = _tied(it, name) if it.old else set(), _as_set(it.inputs.get(name))
            run(it, untie, now - wanted)
            run(it, tie, wanted - now)

    return follow, lambda it: run(it, untie, _tied(it, name))


def _tied(it: Resource, name: str) -> set[str]:
    """As the cloud has it, whatever the last update knew."""
    step = it.type.read[0]
    answer = it.run(step) if isinstance(step, Call) else step(it)
    return _as_set(fields_from_aws({name: it.type.inputs[name]}, answer or {}).get(name))


def _as_set(value: Any) -> set[str]:
    return set(value) if isinstance(value, list) else {value} - {None}


def attributes(it: Resource, names: Iterable[str]) -> dict[str, str]:
    """The inputs of these names that are given, as services write them that know attributes: all in strings."""
    return {_attribute(it, name): spelled(it.inputs[name]) for name in names if it.inputs.get(name) is not None}


def changed_attributes(it: Resource, names: Iterable[str]) -> dict[str, str]:
    """Those that changed; an attribute that is no longer given becomes empty."""
    return {_attribute(it, name): spelled(it.inputs.get(name, "")) for name in names if name in it.changed}


def _attribute(it: Resource, name: str) -> str:
    return it.type.inputs[name].boto or name[0].upper() + name[1:]
