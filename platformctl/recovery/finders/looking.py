"""How services are looked through: by asking for one, or by listing all."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Inputs = Mapping[str, Any]
Clients = Callable[[str], Any]  # service name -> boto3 client
Find = Callable[[Clients, Inputs], str | list[str] | None]  # several where AWS lets more than one have the name


def asked(service: str, operation: str, arguments: Mapping[str, str], id_: str) -> Find:
    """Asks for the one of these arguments, each with the input that it is; the service's error says that there is none.

    id_: the import id, of inputs and of the answer's members: "{clusterName}:{addonName}", "{told[ARN]}".
    """

    def found(clients: Clients, inputs: Inputs) -> str | None:
        if not all(inputs.get(name) for name in arguments.values()):
            return None
        told = getattr(clients(service), operation)(**{key: inputs[name] for key, name in arguments.items()})
        return id_.format(told=told, **inputs)

    return found


def listed(service: str, operation: str, key: str, is_it: Callable[[Any, Inputs], bool], id_: str, **args: str) -> Find:
    """Looks through all that are there; `id_` is the member that has the import id."""

    def found(clients: Clients, inputs: Inputs) -> str | None:
        there = pages(clients(service), operation, key, **args)
        return next((str(one[id_]) for one in there if is_it(one, inputs)), None)

    return found


def named(member: str, by: str = "name") -> Callable[[Any, Inputs], bool]:
    """Whether the member is what the input `by` says."""
    return lambda one, inputs: bool(inputs.get(by)) and bool(one[member] == inputs[by])


def pages(client: Any, operation: str, key: str, **args: Any) -> Iterator[Any]:
    """All of a listing, page by page where the service gives it so."""
    if not client.can_paginate(operation):
        yield from getattr(client, operation)(**args)[key]
        return
    for page in client.get_paginator(operation).paginate(**args):
        yield from page[key]
