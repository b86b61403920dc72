"""An engine reduced to the calls it makes on the kubernetes provider, and the messages that it gets from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import (
    engine_pb2_grpc,
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
)

from sandbox import wire
from sandbox.kubernetes.provider import KubernetesProvider

SERVER = "https://little.eks.amazonaws.com"


def kubeconfig(server: str = SERVER, name: str = "little") -> str:
    token = {"command": "aws", "args": ["eks", "get-token", "--cluster-name", name]}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": name,
            "clusters": [{"name": name, "cluster": {"server": server}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "users": [{"name": name, "user": {"exec": token}}],
        }
    )


@contextmanager
def serving(directory: Path, strike: Any = None) -> Iterator[int]:
    """The provider for the sandbox of this directory, in this process; gives its port."""
    provider = KubernetesProvider(directory, strike)
    server = grpc.server(ThreadPoolExecutor(8))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield port
    provider.connections.cancel_all()
    server.stop(None)


class _Listener(engine_pb2_grpc.EngineServicer):
    def __init__(self) -> None:
        self.said: list[tuple[str, bool]] = []

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802  gRPC's
        self.said.append((request.message, request.ephemeral))
        return empty_pb2.Empty()


class Engine:
    """One provider instance of one engine; `said` are the messages it got, each with whether it passes."""

    def __init__(self, port: int, project: str = "test", **config: Any):
        self.project = project
        self._listener = _Listener()
        self._server = grpc.server(ThreadPoolExecutor(2))
        engine_pb2_grpc.add_EngineServicer_to_server(self._listener, self._server)
        address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", [("grpc.use_local_subchannel_pool", 1)])
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self.stub.Attach(plugin_pb2.PluginAttach(address=address))
        self.stub.Configure(provider_pb2.ConfigureRequest(args=wire.encode({"kubeconfig": kubeconfig(), **config})))

    @property
    def said(self) -> list[str]:
        return [text for text, _ in self._listener.said]

    def close(self) -> None:
        self._channel.close()
        self._server.stop(None)

    def urn(self, token: str, name: str) -> str:
        return f"urn:pulumi:dev::{self.project}::{token}::{name}"

    def check(self, token: str, inputs: Any, name: str = "it", old: Any = None) -> Any:
        request = provider_pb2.CheckRequest(
            urn=self.urn(token, name), name=name, news=wire.encode(inputs), olds=wire.encode(old or {}), randomSeed=b"1"
        )
        return self.stub.Check(request)

    def checked(self, token: str, inputs: Any, name: str = "it", old: Any = None) -> dict[str, Any]:
        answer = self.check(token, inputs, name, old)
        assert not answer.failures, answer.failures
        return wire.decode(answer.inputs)

    def diff(self, token: str, old: Any, new: Any, name: str = "it") -> Any:
        before, after = (wire.encode(self.checked(token, one, name)) for one in (old, new))
        return self.stub.Diff(
            provider_pb2.DiffRequest(urn=self.urn(token, name), old_inputs=before, olds=before, news=after)
        )

    def create(
        self, token: str, inputs: Any, name: str = "it", *, preview: bool = False, timeout_s: float = 0
    ) -> tuple[str, dict[str, Any]]:
        """Check and Create; gives the id and the state, secrets revealed."""
        properties = wire.encode(self.checked(token, inputs, name))
        request = provider_pb2.CreateRequest(
            urn=self.urn(token, name), properties=properties, preview=preview, timeout=timeout_s
        )
        answer = self.stub.Create(request)
        return answer.id, wire.reveal(wire.decode(answer.properties))

    def update(
        self,
        token: str,
        id: str,  # noqa: A002
        old: Any,
        new: Any,
        state: Any,
        name: str = "it",
        *,
        preview: bool = False,
        ignored: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        before, after = (wire.encode(self.checked(token, one, name)) for one in (old, new))
        request = provider_pb2.UpdateRequest(
            urn=self.urn(token, name),
            id=id,
            old_inputs=before,
            olds=wire.encode(state),
            news=after,
            preview=preview,
            ignoreChanges=ignored,
        )
        updated: dict[str, Any] = wire.reveal(wire.decode(self.stub.Update(request).properties))
        return updated

    def read(self, token: str, id: str, inputs: Any = None, state: Any = None, name: str = "it") -> Any:  # noqa: A002
        """(inputs, state) as they are now; (None, None) of what is gone."""
        known = wire.encode(self.checked(token, inputs, name) if inputs else {})
        request = provider_pb2.ReadRequest(
            urn=self.urn(token, name), id=id, inputs=known, properties=wire.encode(state or {})
        )
        answer = self.stub.Read(request)
        if not answer.id:
            return None, None
        return wire.reveal(wire.decode(answer.inputs)), wire.reveal(wire.decode(answer.properties))

    def delete(self, token: str, id: str, inputs: Any, state: Any, name: str = "it", timeout_s: float = 0) -> None:  # noqa: A002
        known = wire.encode(self.checked(token, inputs, name))
        request = provider_pb2.DeleteRequest(
            urn=self.urn(token, name), id=id, old_inputs=known, properties=wire.encode(state), timeout=timeout_s
        )
        self.stub.Delete(request)
