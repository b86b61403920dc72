"""Forms that many tables share: settings that hang on one thing, by its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.model import NOTHING, Call, Property, ResourceType, Step, text


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
