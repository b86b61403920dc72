"""The properties of a resource as the program reads them: made when it was registered, read by few."""

import asyncio
from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi import Output, Resource, _types
from pulumi.output import UNKNOWN, _OutputData
from pulumi.runtime import rpc

_SIGNATURE, _SECRET = rpc._special_sig_key, rpc._special_secret_sig
_AS_IT_IS = frozenset({None, str, bool, int, float})


class State:
    """What is known of one resource: nothing before it is registered, then its values or why it failed."""

    def __init__(self, resource: Resource, custom: bool) -> None:
        self.resource, self.custom = resource, custom
        self.values: Mapping[str, Any] | None = None
        self.failed: Exception | None = None
        self._waiting: list[Property] = []

    def resolve(self, values: Mapping[str, Any]) -> None:
        self.values = values
        for one in self._waiting:
            self._settle(one)

    def fail(self, error: Exception) -> None:
        self.failed = error
        for one in self._waiting:
            self._settle(one)

    def wanted(self, one: "Property") -> None:
        """Somebody wants to know it, now or as soon as possible."""
        if self.values is None and self.failed is None:
            self._waiting.append(one)
        else:
            self._settle(one)

    def _settle(self, one: "Property") -> None:
        if self.failed is not None:
            one._made.set_exception(self.failed)
            return
        value = (self.values or {}).get(one._property)
        secret, plain = rpc.is_rpc_secret(value), rpc.unwrap_rpc_secret(value)
        known = plain is not None and not (self.custom and one._property == "id")  # which only the cloud gives
        one._made.set_result(_OutputData(resources={self.resource}, value=plain, is_known=known, is_secret=secret))


class Property(Output[Any]):
    """A resource's output, which makes its future only for who asks: of twenty of a resource one is read."""

    def __init__(self, state: State, name: str) -> None:
        self._state, self._property = state, name  # other names would hide what a value has by that name

    @property
    def _data(self) -> "asyncio.Future[_OutputData[Any]]":  # type: ignore[override]  # the SDK's is set in advance
        if "_made" not in self.__dict__:
            self._made: asyncio.Future[_OutputData[Any]] = asyncio.Future()
            self._state.wanted(self)
        return self._made

    def _untrack(self) -> None:
        """Nobody has to wait for it at the end: it is done with the registration, which is waited for."""


def values(res: Resource, inputs: Mapping[str, Any], typed: bool) -> dict[str, Any]:
    """By the program's names what the engine's first preview tells of a resource: its inputs, as the SDK reads them."""
    types = _types.resource_types(type(res))
    names = _types.resource_pulumi_to_py_names(type(res)) if typed else {}
    translate = _same if typed else res.translate_output_property
    found = {}
    for key, value in inputs.items():
        name = (names.get(key) or key) if typed else translate(key)
        read = _read(value)
        if read is not None:
            path = rpc._Path(name, resource=f"{res._name}")
            found[name] = _typed(read, translate, types.get(key), typed, path)
    return found


def _same(name: str) -> str:
    return name


def _typed(value: Any, translate: Any, typ: Any, typed: bool, path: Any) -> Any:
    if typ in _AS_IT_IS and not isinstance(value, dict | list):
        return int(value) if typ is int and isinstance(value, float) else value
    return rpc.translate_output_properties(value, translate, typ, typed, path)


def _read(value: Any) -> Any:
    """A plain value in wire encoding as `rpc.deserialize_property` gives it."""
    kind = type(value)
    if kind is str:
        return UNKNOWN if value == rpc.UNKNOWN else value
    if kind is list:
        return _secret_if_any([_read(inner) for inner in value])
    if kind is not dict:
        return value
    if _SIGNATURE in value:
        return _signed(value)
    return _secret_if_any({key: read for key, inner in value.items() if (read := _read(inner)) is not None})


def _secret_if_any(read: Any) -> Any:
    """With one secret inside, all of it is one, as the SDK has it."""
    inner = read.values() if isinstance(read, dict) else read
    if not any(map(rpc.is_rpc_secret, inner)):
        return read
    plain = rpc.unwrap_rpc_secret
    bare = {key: plain(one) for key, one in read.items()} if isinstance(read, dict) else [plain(one) for one in read]
    return rpc.wrap_rpc_secret(bare)


def _signed(value: Mapping[str, Any]) -> Any:
    if value[_SIGNATURE] == _SECRET:
        return rpc.wrap_rpc_secret(_read(value["value"]))
    struct = struct_pb2.Struct()
    struct.update(value)
    return rpc.deserialize_properties(struct, True)
