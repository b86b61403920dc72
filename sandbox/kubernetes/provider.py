"""The `kubernetes` package as the Pulumi engine calls it: gRPC in, a control plane or records out."""

# ruff: noqa: N802, ARG002  the names and arguments of these methods are gRPC's

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from sandbox import wire
from sandbox.connections import UNVERIFIED, WHOLE, Connections
from sandbox.diff import Change, top
from sandbox.kubernetes import config, differences, inputs, releases
from sandbox.kubernetes.api import Strike
from sandbox.kubernetes.asked import Asked
from sandbox.kubernetes.connection import KubernetesConnection
from sandbox.kubernetes.hiding import hidden, texts
from sandbox.kubernetes.kinds import RELEASE, Kind, kind_of
from sandbox.kubernetes.readiness import nobody
from sandbox.servicer import DIFF, KINDS, Servicer, checked, redacted, reported, secret_texts, token_of

VERSION = "4.34.2"  # the package whose types these are
NOT_YET = "sandbox: the cluster does not exist yet, so this preview does not check what goes into it"
RECORDED_BEFORE = "sandbox: what was recorded before the control plane was started is applied to it now"
_RELEASES = releases.Releases()
_RELEASE = Kind("helm.sh", "v3", "Release")


class KubernetesProvider(Servicer[KubernetesConnection]):
    """Serves every cluster of the sandbox whose directory this is; `strike` orders faults."""

    version = VERSION

    def __init__(self, directory: Path, strike: Strike | None = None):
        self.connections = Connections(lambda: KubernetesConnection(directory=directory, strike=strike))

    def CheckConfig(self, request: Any, context: Any) -> Any:
        values = wire.decode(request.news)
        with reported(context, lambda text: redacted(text, secret_texts(values))):
            if wire.contains_unknown(values):
                self.connections.of(context).warn_once((NOT_YET,), NOT_YET)
            return checked(request.news, config.problems(values))

    def DiffConfig(self, request: Any, context: Any) -> Any:
        old, new = (wire.reveal(wire.decode(it)) for it in (request.olds, request.news))
        replaces = [] if old == new or wire.contains_unknown(new) else config.moved(old, new)
        response = provider_pb2.DiffResponse
        changed = response.DIFF_SOME if old != new else response.DIFF_NONE
        return response(changes=changed, replaces=replaces, diffs=[key for key in new if old.get(key) != new[key]])

    def Configure(self, request: Any, context: Any) -> Any:
        values = wire.decode(request.args)
        with reported(context, lambda text: redacted(text, secret_texts(values))):
            if not wire.contains_unknown(values):
                self.connections.of(context).configure(values)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:
        news, olds = wire.decode(request.news), wire.decode(request.olds)
        kind = _kind(request.urn, context)
        with reported(context, lambda text: redacted(text, texts(kind, news))):
            connection = self.connections.of(context)
            name = request.name or request.urn.rpartition("::")[2]
            namespace = connection.settings.namespace if connection.settings else "default"
            if kind == _RELEASE:
                found = releases.problems(wire.reveal(inputs.without_nothing(news)))
                complete = releases.complete(name, news, olds, request.randomSeed, namespace)
            else:
                found = inputs.problems(kind, wire.reveal(inputs.without_nothing(news)))
                complete = inputs.complete(kind, name, news, olds, request.randomSeed, namespace)
            connection.warn_unchecked(kind, release=kind == _RELEASE)
            return checked(wire.encode(hidden(kind, complete, complete)), found)

    def Diff(self, request: Any, context: Any) -> Any:
        kind = _kind(request.urn, context)
        before, after = wire.decode(request.old_inputs), wire.decode(request.news)
        with reported(context, lambda text: redacted(text, [*texts(kind, before), *texts(kind, after)])):
            old, new = wire.reveal(before), wire.reveal(after)
            connection = self.connections.of(context)
            fields = releases.REPLACING if kind == _RELEASE else connection.replacing(kind, old)
            ignored = tuple(request.ignoreChanges)
            if connection.was_recorded(kind, old):
                connection.warn_once((RECORDED_BEFORE,), RECORDED_BEFORE)
                return _diff_response([Change("apiVersion", "update", False)], old, new)
            found = [one for one in differences.changes(old, new, fields) if not differences.is_in(one.path, ignored)]
        return _diff_response(found, old, new)

    def Create(self, request: Any, context: Any) -> Any:
        with self._working(request, context, request.properties) as it:
            backend = self._backend(it, context)
            if request.preview:
                return provider_pb2.CreateResponse(properties=wire.encode(backend.preview(it)))
            state = backend.create(it)
            self._listed(it, context)
            return provider_pb2.CreateResponse(id=it.id, properties=wire.encode(state))

    def Update(self, request: Any, context: Any) -> Any:
        with self._working(request, context, request.news, request.olds) as it:
            it.old, it.ignored = wire.reveal(wire.decode(request.old_inputs)), tuple(request.ignoreChanges)
            backend = self._backend(it, context)
            state = backend.preview(it) if request.preview else backend.update(it)
            if not request.preview:
                self._listed(it, context)
            return provider_pb2.UpdateResponse(properties=wire.encode(state))

    def Read(self, request: Any, context: Any) -> Any:
        with self._working(request, context, request.inputs, request.properties) as it:
            found = self._backend(it, context).read(it)
            if found is None:
                return provider_pb2.ReadResponse()
            read, state = found
            hidden_inputs = wire.encode(hidden(it.kind, read, it.given))
            return provider_pb2.ReadResponse(id=it.id, inputs=hidden_inputs, properties=wire.encode(state))

    def Delete(self, request: Any, context: Any) -> Any:
        asked = request.old_inputs if request.old_inputs.fields else request.properties
        with self._working(request, context, asked, request.properties) as it:
            self._backend(it, context).delete(it)
            UNVERIFIED.remove(token_of(it.urn), str(it.cluster), it.id)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            f"the sandbox renders nothing, so not {request.tok}: declare the objects one by one, and charts by "
            f"pulumi_kubernetes.helm.v3.Release",
        )

    def _backend(self, it: Asked, context: Any) -> Any:
        return _RELEASES if it.kind == _RELEASE else self.connections.of(context).backend_for(it.kind)

    def _listed(self, it: Asked, context: Any) -> None:
        """Keeps the list of what nothing has checked."""
        connection = self.connections.of(context)
        reason = connection.why_unchecked(it.kind, release=it.kind == _RELEASE) or nobody(it.kind, it.inputs)
        UNVERIFIED.put(token_of(it.urn), str(it.cluster), it.id, [(WHOLE, reason)] if reason else [])

    @contextmanager
    def _working(self, request: Any, context: Any, asked: Any, before: Any = None) -> Iterator[Asked]:
        """The object of a request; whatever goes wrong is reported without any of its secret values."""
        kind, given = _kind(request.urn, context), wire.decode(asked)
        state = wire.decode(before) if before is not None else {}
        secrets = [*texts(kind, given), *texts(kind, state)]
        with reported(context, lambda text: redacted(text, secrets)):
            connection = self.connections.of(context)
            yield connection.asked(
                urn=request.urn,
                kind=kind,
                inputs=wire.reveal(given),
                given=given,
                id=getattr(request, "id", ""),
                state=wire.reveal(state),
                timeout_s=getattr(request, "timeout", 0.0),
                caller_gone=lambda: not context.is_active(),
            )


def _kind(urn: str, context: Any) -> Kind:
    with reported(context):
        return _RELEASE if token_of(urn) == RELEASE else kind_of(token_of(urn))


def _diff_response(changes: list[Change], old: Any, new: Any) -> Any:
    response = provider_pb2.DiffResponse
    replaces = sorted({top(change.path) for change in changes if change.replace})
    same_place = not wire.contains_unknown(new.get("metadata")) and inputs.id_of(old) == inputs.id_of(new)
    return response(
        changes=response.DIFF_SOME if changes else response.DIFF_NONE,
        diffs=sorted({top(change.path) for change in changes}),
        replaces=replaces,
        deleteBeforeReplace=bool(replaces) and same_place and not inputs.is_autonamed(new),
        detailedDiff={it.path: DIFF(kind=KINDS[it.kind][it.replace], inputDiff=True) for it in changes},
        hasDetailedDiff=True,
    )
