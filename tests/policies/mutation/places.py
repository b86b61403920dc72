"""Where an example holds the properties that a rule reads, and the same example with one of them changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from policies.examples import Example, Node, Ref

Path = tuple[str | int, ...]
Donor = tuple[Node, Path, Any]  # a value of another example, and where it stood

UNSET = object()  # stands for a property that is not there
OF_RESOURCE = ("protect", "provider")  # what `Rule.reads` names of a resource besides its properties
EVERYTHING = "every input"  # what a rule reads that looks into all properties


@dataclass(frozen=True)
class Place:
    """A property in an example: the node's number, and the path in its properties (or one of OF_RESOURCE)."""

    node: int
    path: Path


def names(path: Path) -> tuple[str, ...]:
    """The path as rules name it: without the numbers of list items."""
    return tuple(part for part in path if isinstance(part, str))


def is_declared(entry: str, path: Path) -> bool:
    """Whether an entry of `Rule.reads`, such as `ports.hostPort`, names what stands at the end of `path`."""
    wanted = tuple(entry.split("."))
    return isinstance(path[-1], str) and names(path)[-len(wanted) :] == wanted


def covers(entry: str, path: Path) -> bool:
    """Whether an entry of `Rule.reads` names `path` or something that it is a part of."""
    wanted, found = tuple(entry.split(".")), names(path)
    inside = range(len(found) - len(wanted) + 1)
    return entry == EVERYTHING or any(found[start : start + len(wanted)] == wanted for start in inside)


def leads_to(path: Path, entry: str) -> bool:
    """Whether `path` ends on the way to what the entry names, where the rest of the way is missing."""
    wanted, found = tuple(entry.split(".")), names(path)
    return any(found[-length:] == wanted[:length] for length in range(1, len(wanted)))


def places(example: Example, entry: str) -> list[Place]:
    """Every place of the example that the entry names, outermost first."""
    return [
        Place(number, path)
        for number, node in enumerate(example)
        for path in (*_paths(node.props), *((key,) for key in OF_RESOURCE))
        if (is_declared(entry, path) if entry != EVERYTHING else len(path) == 1 and path[0] in node.props)
    ]


def is_option(example: Example, place: Place) -> bool:
    """Whether the place is no property but an option of the resource."""
    return place.path[-1] in OF_RESOURCE and place.path[0] not in example[place.node].props


def value_at(example: Example, place: Place) -> Any:
    node = example[place.node]
    if is_option(example, place):
        return getattr(node, str(place.path[-1]))
    value: Any = node.props
    for part in place.path:
        value = value[part]
    return value


def changed(example: Example, place: Place, value: Any) -> Example:
    """The example with `value` at the place."""
    node = example[place.node]
    if is_option(example, place):
        other = replace(node, **{str(place.path[-1]): value})
    else:
        other = replace(node, props=_set(dict(node.props), place.path, value))
    return (*example[: place.node], other, *example[place.node + 1 :])


def transplants(example: Example, donors: Iterable[Donor]) -> Iterator[tuple[Place, Any]]:
    """Values of other examples for what this one leaves unset, in resources of the same type."""
    for donor, path, value in donors:
        for number, node in enumerate(example):
            if node.type == donor.type and _is_free(node.props, path):
                yield Place(number, path), value


def _is_free(value: Any, path: Path) -> bool:
    for part in path[:-1]:
        if isinstance(part, int):
            if not isinstance(value, list) or part >= len(value):
                return False
        elif not isinstance(value, dict) or part not in value:
            return False
        value = value[part]
    return isinstance(value, dict) and path[-1] not in value


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, Ref):
        return
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*path, key)
        yield from _paths(item, (*path, key))


def _set(container: Any, path: Path, value: Any) -> Any:
    head, *rest = path
    made: Any = dict(container) if isinstance(container, dict) else list(container)
    if rest:
        made[head] = _set(made[head], tuple(rest), value)
    elif value is UNSET:
        del made[head]
    else:
        made[head] = value
    return made
