"""Forms that many tables share: settings that hang on one thing by its key, attributes that are all strings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.model import NOTHING, Call, Property, ResourceType, Step, text
from sandbox.resource import Resource, spelled
from sandbox.shapes import same


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
    token: str, service: str, inputs: Mapping[str, Property], *, put: Step, get: Step, delete: Step, **options: Any
) -> ResourceType:
    """What one call both creates and changes."""
    calls: dict[str, Any] = {"create": (put,), "read": (get,), "update": (put,), "delete": (delete,)}
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


def attributes(it: Resource, names: Iterable[str]) -> dict[str, str]:
    """The inputs of these names that are given, as services write them that know attributes: all in strings."""
    return {_attribute(it, name): spelled(it.inputs[name]) for name in names if it.inputs.get(name) is not None}


def changed_attributes(it: Resource, names: Iterable[str]) -> dict[str, str]:
    """Those that changed; an attribute that is no longer given becomes empty."""
    return {_attribute(it, name): spelled(it.inputs.get(name, "")) for name in names if name in it.changed}


def _attribute(it: Resource, name: str) -> str:
    return it.type.inputs[name].boto or name[0].upper() + name[1:]
