"""Inputs in the engine's wire encoding, without waiting for any: most are known when a resource is registered."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any, NamedTuple, get_args, get_origin

from pulumi import Output, Resource, _types
from pulumi.output import Unknown
from pulumi.runtime import known_types, rpc

from platformctl import sdk

Deps = list[Resource]
_NO_SEQUENCES = (str, range, memoryview, bytes, bytearray)


class NotAtOnceError(Exception):
    """Something is unusual: the SDK knows what to do, or what to say of it."""


class NotYetError(Exception):
    """Something is not known yet; `future` is done when it is."""

    def __init__(self, future: "asyncio.Future[Any]") -> None:
        self.future = future


class Keys(NamedTuple):
    """How a mapping of some type is written: the engine's name of each key, the type of each, or that of all."""

    names: Mapping[str, str]
    types: Mapping[str, Any]
    each: Any = None


def serialized(
    res: Resource | None, props: Mapping[str, Any], typ: type | None
) -> tuple[dict[str, Any], dict[str, Deps]]:
    """What `rpc.serialize_properties` sends, in plain values, and the resources that each property depends on; with
    `typ`, a class of arguments, names are the engine's. NotAtOnceError if that cannot be told at once.
    """
    if typ is None and res is not None and type(res).translate_input_property is not Resource.translate_input_property:
        raise NotAtOnceError
    keys = _keys(typ) if typ else _UNTYPED
    found, dependencies = {}, {}
    for name in props:
        deps: Deps = []
        key = keys.names.get(name) or name
        value = _value(props[name], deps, keys.types.get(key))
        if value is not None:
            found[_text(key)], dependencies[key] = value, deps
    return found, dependencies


def _value(value: Any, deps: Deps, typ: Any) -> Any:
    simple = _SIMPLE.get(type(value))
    if simple:
        return simple(value)
    if isinstance(value, Output):
        return _output(value, deps, typ)
    if isinstance(value, Unknown):
        return rpc.UNKNOWN
    if known_types.is_resource(value) or known_types.is_asset(value) or known_types.is_archive(value):
        raise NotAtOnceError
    if _types.is_input_type(type(value)):
        types = _types.input_type_types(type(value))
        return {_text(key): _value(inner, deps, types.get(key)) for key, inner in sdk.input_type_to_dict(value).items()}
    if isinstance(value, Sequence) and not isinstance(value, _NO_SEQUENCES):
        element = _element(typ) if typ else None
        return [_value(inner, deps, element) for inner in value]
    if isinstance(value, Mapping):
        keys = _keys(typ) if typ else _UNTYPED
        names = ((keys.names.get(name) or name, name) for name in value)
        return {_text(key): _value(value[name], deps, keys.types.get(key, keys.each)) for key, name in names}
    raise NotAtOnceError


def told(output: Output[Any]) -> Any:
    """All that is known of an output; NotYetError before that is."""
    known = output._data
    if not known.done():
        raise NotYetError(known)
    if known.cancelled() or known.exception():
        raise NotAtOnceError
    return known.result()


def _output(output: Output[Any], deps: Deps, typ: Any) -> Any:
    data = told(output)
    deps += data.resources
    inner: Deps = []
    value = _value(None if rpc.contains_unknowns(data.value) else data.value, inner, typ)
    deps += inner
    data.resources.update(inner)
    value = value if data.is_known else rpc.UNKNOWN
    return {rpc._special_sig_key: rpc._special_secret_sig, "value": value} if data.is_secret else value


@sdk.remembered
def _keys(typ: Any) -> Keys:
    typ = _types.unwrap_type(typ)
    if _types.is_input_type(typ):
        return Keys(_types.input_type_py_to_pulumi_names(typ), _types.input_type_types(typ))
    if _types.is_discriminated_union(typ):
        raise NotAtOnceError  # which of them it is the value tells
    arguments = get_args(typ)
    is_mapping = typ is dict or get_origin(typ) in (dict, Mapping)
    return Keys({}, {}, arguments[1] if is_mapping and len(arguments) == 2 and arguments[0] is str else None)


@sdk.remembered
def _element(typ: Any) -> Any:
    typ = _types.unwrap_type(typ)
    try:
        return None if typ is Any else rpc._get_list_element_type(typ)
    except AssertionError:
        raise NotAtOnceError from None


def _text(value: Any) -> str:
    if type(value) is not str or not (value.isascii() or _is_encoded(value)):
        raise NotAtOnceError
    return value


def _is_encoded(value: str) -> bool:
    try:
        return bool(value.encode())
    except UnicodeEncodeError:
        return False


def _float(value: float) -> float:
    if not isfinite(value):
        raise NotAtOnceError
    return value


def _itself(value: Any) -> Any:
    return value


_UNTYPED = Keys({}, {})
_SIMPLE: dict[type, Callable[[Any], Any]] = {type(None): _itself, bool: _itself, str: _text, int: float, float: _float}
