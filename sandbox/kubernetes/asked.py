"""One object as a request of the engine speaks of it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.kubernetes.config import Settings
from sandbox.kubernetes.hiding import hidden
from sandbox.kubernetes.inputs import FIELD_MANAGER, annotation, id_of
from sandbox.kubernetes.kinds import Kind
from sandbox.retry import Cancelled, Unfinished

MANAGER = "__fieldManager"  # in the state, where the official provider keeps it, too
ADDED = "__added"  # in the state: what others had added when the object was read last
API_VERSION = "__initialApiVersion"


@dataclass(frozen=True)
class Cluster:
    """The cluster that a provider instance is configured for. `account` is empty when no account here has it."""

    server: str
    name: str
    account: str = ""
    region: str = ""

    def __str__(self) -> str:
        return f"{self.name} of account {self.account}" if self.account else self.name


@dataclass
class Asked:
    """An object: what the program wants of it (`inputs` plain, `given` with secrets wrapped), and what is known."""

    urn: str
    kind: Kind
    inputs: dict[str, Any]
    given: Mapping[str, Any]
    cluster: Cluster
    settings: Settings
    id: str = ""
    old: Mapping[str, Any] = field(default_factory=dict)  # the inputs before, plain
    state: Mapping[str, Any] = field(default_factory=dict)  # the state before, plain
    ignored: tuple[str, ...] = ()  # paths of the program's ignore_changes
    timeout_s: float = 0.0  # customTimeouts; 0 where none is given
    say: Callable[[str], None] = lambda _: None  # what it waits for, shown beside the resource
    warn: Callable[[str], None] = lambda _: None
    tell: Callable[[str], None] = lambda _: None  # once for each text and kind of resource
    cancelled: threading.Event = field(default_factory=threading.Event)
    caller_gone: Callable[[], bool] = lambda: False

    @property
    def name(self) -> str:
        return (self.id or id_of(self.inputs)).rpartition("/")[2]

    @property
    def namespace(self) -> str:
        return (self.id or id_of(self.inputs)).rpartition("/")[0]

    @property
    def manager(self) -> str:
        """The field manager: the one of the state, else one for this resource of this stack alone.

        As the official provider names them, but made from the URN instead of a random seed: what a killed engine
        created without keeping it is known again, and what another resource or stack made is told from it.
        """
        chosen = annotation(self.inputs, FIELD_MANAGER) or self.state.get(MANAGER)
        return str(chosen or f"pulumi-kubernetes-{hashlib.sha256(self.urn.encode()).hexdigest()[:8]}")

    def kept(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """The state that the engine keeps of an object, secrets wrapped."""
        own = {MANAGER: self.manager, API_VERSION: self.state.get(API_VERSION) or self.kind.api_version}
        return {**hidden(self.kind, manifest, self.given), **own}

    def unfinished(self, reason: str, manifest: Mapping[str, Any]) -> Unfinished:
        inputs = hidden(self.kind, self.inputs, self.given)
        return Unfinished(reason, self.id or id_of(manifest), inputs, self.kept(manifest))

    def check(self) -> None:
        """Raise Cancelled when the engine gave up or is gone."""
        if self.caller_gone() or self.cancelled.is_set():
            raise Cancelled("cancelled by the engine")

    def __str__(self) -> str:
        where = f" in namespace {self.namespace}" if self.namespace else ""
        return f"{self.kind.name} {self.name}{where}"
