"""What is known about each engine connection, and which unverified properties are in use."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from sandbox.model import ResourceType
from sandbox.resource import Resource
from sandbox.session import Session
from sandbox.shapes import same

WHOLE = "(whole type)"  # in the place of a property, where moto has nothing of the type
KEPT = 64  # connections remembered; an engine uses one or two and never returns
LOG_TIMEOUT_S = 5


class Unverified:
    """Properties in use that moto does not keep: (type, property) -> the resources that use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users: dict[tuple[str, str, str], set[tuple[str, str]]] = {}

    def put(self, token: str, place: str, id: str, found: Iterable[tuple[str, str]]) -> None:  # noqa: A002
        """The resource of this id in this account or cluster uses these properties, for these reasons."""
        self.remove(token, place, id)
        with self._lock:
            for name, reason in found:
                self._users.setdefault((token, name, reason), set()).add((place, id))

    def remove(self, token: str, place: str, id: str) -> None:  # noqa: A002
        with self._lock:
            for key, users in self._users.items():
                if key[0] == token:
                    users.discard((place, id))

    def clear(self) -> None:
        with self._lock:
            self._users.clear()

    def listing(self) -> list[dict[str, Any]]:
        with self._lock:
            return [
                {"type": kind, "property": name, "reason": reason, "resources": len(users)}
                for (kind, name, reason), users in sorted(self._users.items())
                if users
            ]


UNVERIFIED = Unverified()


@dataclass
class EngineConnection:
    """One provider instance of one engine: who to tell."""

    engine_address: str = ""
    _told: set[tuple[str, ...]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def cancel(self) -> None:
        """End what is under way."""

    def warn_once(self, key: tuple[str, ...], message: str, urn: str = "") -> None:
        """Tell the engine, unless it was told of the same key."""
        with self._lock:
            if not self.engine_address or key in self._told:
                return
            self._told.add(key)
        self.log(message, urn)

    def log(self, message: str, urn: str = "", severity: int = engine_pb2.WARNING, *, passing: bool = False) -> None:
        """Tell the engine; a `passing` message is the status beside the resource until the next one."""
        if not self.engine_address:
            return
        with grpc.insecure_channel(self.engine_address) as channel:
            request = engine_pb2.LogRequest(severity=severity, message=message, urn=urn, ephemeral=passing)  # type: ignore[arg-type]
            try:
                engine_pb2_grpc.EngineStub(channel).Log(request, timeout=LOG_TIMEOUT_S)
            except grpc.RpcError:  # the engine is gone: the call that follows will notice
                return


@dataclass
class Connection(EngineConnection):
    """One instance of the aws provider."""

    session: Session | None = None

    @property
    def configured(self) -> Session:
        if self.session is None:
            raise ValueError("the aws provider is not configured on this connection: run the command again")
        return self.session

    def cancel(self) -> None:
        if self.session:
            self.session.cancelled.set()

    def record_unverified(self, it: Resource) -> None:
        UNVERIFIED.put(it.type.token, it.session.account, it.id, in_use(it.type, it.inputs))

    def forget_unverified(self, it: Resource) -> None:
        UNVERIFIED.remove(it.type.token, it.session.account, it.id)

    def warn_unverified(self, kind: ResourceType, urn: str, inputs: Mapping[str, Any]) -> None:
        """Tell the engine once per type and property that the sandbox cannot vouch for it."""
        for name, reason in in_use(kind, inputs):
            what = kind.token if name == WHOLE else f"{name} of {kind.token}"
            self.warn_once((kind.token, name), f"sandbox: {what} is not verified: {reason}", urn)


AnyConnection = TypeVar("AnyConnection", bound=EngineConnection)


class Connections(Generic[AnyConnection]):
    """Connections by peer: the engine opens one for each provider instance and configures it there."""

    def __init__(self, make: Callable[[], AnyConnection]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._by_peer: OrderedDict[str, AnyConnection] = OrderedDict()

    def cancel_all(self) -> None:
        with self._lock:
            for connection in self._by_peer.values():
                connection.cancel()

    def of(self, context: grpc.ServicerContext) -> AnyConnection:
        with self._lock:
            connection = self._by_peer.get(context.peer()) or self._make()
            self._by_peer[context.peer()] = connection
            self._by_peer.move_to_end(context.peer())
            while len(self._by_peer) > KEPT:
                self._by_peer.popitem(last=False)
            return connection


def in_use(kind: ResourceType, inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The unverified properties that these inputs give a value other than the default."""
    if kind.recorded:
        yield WHOLE, kind.recorded
    props = kind.all_inputs()
    for path, reason in kind.unverified.items():
        name, *rest = path.split(".")
        values = [inputs.get(name)]
        for step in rest:
            flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
            values = [item.get(step) for item in flat if isinstance(item, Mapping)]
        default = props[name].default if name in props and not rest else None
        if any(value is not None and (rest or not same(props[name], value, default)) for value in values):
            yield path, reason
