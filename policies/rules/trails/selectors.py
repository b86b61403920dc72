"""What a trail records: management events, and the data events of a bucket.

Basic and advanced selectors say the same in two ways; a selector that leaves anything out counts for nothing
(CloudTrail API reference, EventSelector and AdvancedEventSelector).
"""

from collections.abc import Callable, Sequence
from typing import Any

from policies.resource import Resource
from policies.rule import some
from policies.values import Block, Undecided, plain

_BASIC, _ADVANCED = "eventSelectors", "advancedEventSelectors"
_BOTH = frozenset({"read", "write"})
_NONE: frozenset[str] = frozenset()
_READ_WRITE_TYPES = {"All": _BOTH, "ReadOnly": frozenset({"read"}), "WriteOnly": frozenset({"write"})}
_READ_ONLY = {"true": frozenset({"read"}), "false": frozenset({"write"})}
_OBJECT = "AWS::S3::Object"
_EVERY_OBJECT = ("arn:aws:s3", "arn:aws:s3:::")


def records_management(trail: Resource) -> bool:
    """Whether the trail records every management event; one without selectors does."""
    basic, advanced = trail.props.blocks(_BASIC), trail.props.blocks(_ADVANCED)
    if not basic and not advanced:
        return True
    return _records((basic, _basic_management), (advanced, _advanced_management))


def records_objects(trails: Sequence[Resource], bucket: Resource) -> bool:
    """Whether the trails record every reading and writing of objects in the bucket."""
    selectors = (
        (trail.props.blocks(key), ways(trail, bucket))
        for trail in trails
        for key, ways in ((_BASIC, _basic_objects), (_ADVANCED, _advanced_objects))
    )
    return _records(*selectors)


def _records(*selectors: tuple[list[Block], Callable[[Block], frozenset[str]]]) -> bool:
    each = [(block, ways) for blocks, ways in selectors for block in blocks]

    def recorded(way: str) -> bool:
        return some(each, lambda item: way in item[1](item[0]))

    return recorded("read") and recorded("write")


def _basic_management(selector: Block) -> frozenset[str]:
    if selector.get("includeManagementEvents", True) is not True or selector.get("excludeManagementEventSources"):
        return _NONE
    return _READ_WRITE_TYPES.get(selector.get("readWriteType", "All"), _NONE)


def _advanced_management(selector: Block) -> frozenset[str]:
    return _advanced(selector, {"eventCategory": "Management"}, lambda _: False)


def _basic_objects(trail: Resource, bucket: Resource) -> Callable[[Block], frozenset[str]]:
    def ways(selector: Block) -> frozenset[str]:
        for resources in selector.blocks("dataResources"):
            if resources.get("type") == _OBJECT and _names(trail, _BASIC, resources, "values", _all_of(bucket), bucket):
                return _READ_WRITE_TYPES.get(selector.get("readWriteType", "All"), _NONE)
        return _NONE

    return ways


def _all_of(bucket: Resource) -> Callable[[str], bool]:
    return lambda value: value in _EVERY_OBJECT or value == _objects(bucket)


def _advanced_objects(trail: Resource, bucket: Resource) -> Callable[[Block], frozenset[str]]:
    def holds(field: Block) -> bool:
        if set(field) - {"field", "startsWiths", "notStartsWiths", "notEquals"}:
            return False
        for key in ("notStartsWiths", "notEquals"):
            if some(field.get(key, ()), lambda value: _meet(value, _objects(bucket))):
                return False
        return "startsWiths" not in field or _names(trail, _ADVANCED, field, "startsWiths", _begins(bucket), bucket)

    return lambda selector: _advanced(selector, {"eventCategory": "Data", "resources.type": _OBJECT}, holds)


def _begins(bucket: Resource) -> Callable[[str], bool]:
    return lambda value: _objects(bucket).startswith(value)


def _advanced(selector: Block, wanted: dict[str, str], arn_holds: Callable[[Block], bool]) -> frozenset[str]:
    ways, missing = _BOTH, set(wanted)
    for field in selector.blocks("fieldSelectors"):
        name = field.get("field")
        if name == "resources.ARN" and arn_holds(field):
            continue
        values: list[Any] = plain(field.get("equals", [])) if set(field) == {"field", "equals"} else []
        if name in wanted and wanted[name] in values:
            missing.discard(name)
        elif name == "readOnly" and len(values) == 1:
            ways &= _READ_ONLY.get(str(values[0]).lower(), _NONE)
        else:
            return _NONE
    return _NONE if missing else ways


def _names(trail: Resource, top: str, block: Block, key: str, holds: Callable[[str], bool], bucket: Resource) -> bool:
    """Whether a value under `key` holds; one that is not known yet does if the bucket produces it."""
    try:
        return some(block.get(key, ()), holds)
    except Undecided:
        if bucket.urn in trail.property_dependencies.get(top, ()):
            return True
        raise


def _objects(bucket: Resource) -> str:
    if "bucket" not in bucket.props:
        raise bucket.undecided("bucket")
    return f"arn:aws:s3:::{bucket.props['bucket']}/"


def _meet(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
