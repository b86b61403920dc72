"""The `aws` package as the Pulumi engine calls it: gRPC in, the tables in sandbox/aws out."""

# ruff: noqa: N802, ARG002  the names and arguments of these methods are gRPC's

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from sandbox import check, config, diff, driver, shapes, wire
from sandbox.connections import Connection, Connections
from sandbox.model import ResourceType
from sandbox.registry import find
from sandbox.resource import Resource
from sandbox.servicer import DIFF, KINDS, Servicer, checked, redacted, reported, secret_texts, token_of
from sandbox.session import Session

VERSION = "7.51.1"  # the package whose types these tables describe


class Provider(Servicer[Connection]):
    """The `aws` package; `endpoint` is moto's URL, empty where there is no cloud."""

    version = VERSION

    def __init__(self, endpoint: str):
        self._endpoint = endpoint
        self.connections = Connections(Connection)

    def CheckConfig(self, request: Any, context: Any) -> Any:
        with reported(context):
            return checked(request.news, config.problems(wire.decode(request.news)))

    def DiffConfig(self, request: Any, context: Any) -> Any:
        old, new = wire.decode(request.olds), wire.decode(request.news)
        moved = [key for key in ("region", "allowedAccountIds") if key in old and old.get(key) != new.get(key)]
        known = [key for key in moved if not wire.contains_unknown(new.get(key))]
        changed = wire.reveal(old) != wire.reveal(new)
        some = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=some, replaces=known, diffs=known)

    def Configure(self, request: Any, context: Any) -> Any:
        with reported(context):
            values = wire.decode(request.args)
            if not wire.contains_unknown(values):
                self.connections.of(context).session = self._session(values)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def _session(self, values: Mapping[str, Any]) -> Session:
        found = config.problems(values)
        if found:
            raise ValueError("; ".join(problem.reason for problem in found))
        settings = config.parse(values)
        return Session(
            endpoint=next(iter(config.endpoint_urls(settings)), self._endpoint),
            region=settings["region"],
            account=str(settings["allowedAccountIds"][0]),
            default_tags=config.default_tags(settings),
        )

    def Check(self, request: Any, context: Any) -> Any:
        with reported(context):
            connection, kind = self.connections.of(context), _kind(request.urn)
            news, olds = wire.decode(request.news), wire.decode(request.olds)
            found = check.problems(kind, wire.reveal(news))
            tags = connection.configured.default_tags
            name = request.name or request.urn.rpartition("::")[2]
            inputs = check.complete(kind, name, news, olds, request.randomSeed, tags)
            connection.warn_unverified(kind, request.urn, wire.reveal(inputs))
            return checked(wire.encode(inputs), found)

    def Diff(self, request: Any, context: Any) -> Any:
        with reported(context):
            kind = _kind(request.urn)
            old, new = (wire.reveal(wire.decode(it)) for it in (request.old_inputs, request.news))
            changes = diff.changes(kind, old, new)
            ignored = set(request.ignoreChanges)
            changes = [change for change in changes if diff.top(change.path) not in ignored]
        return _diff_response(changes, kind, old, new)

    def Create(self, request: Any, context: Any) -> Any:
        with self._working(request, context, request.properties) as (connection, it):
            if request.preview:
                state = self._planned(it, it.inputs)
            else:
                state = driver.create(it)
                connection.record_unverified(it)
            properties = wire.encode(wire.hide(state, set(it.secret)))
            return provider_pb2.CreateResponse(id="" if request.preview else it.id, properties=properties)

    def Update(self, request: Any, context: Any) -> Any:
        with self._working(request, context, request.news) as (connection, it):
            it.old = wire.reveal(wire.decode(request.old_inputs))
            if request.preview:
                dropped = {name for name in it.old if name not in it.inputs}
                before = wire.reveal(wire.decode(request.olds))
                kept = {key: value for key, value in before.items() if key not in dropped}
                props = it.type.all_inputs()
                asked = {name: shapes.completed(props[name], it.inputs[name], before.get(name)) for name in it.inputs}
                state = {**kept, **asked}
            else:
                state = driver.update(it)
                connection.record_unverified(it)
            return provider_pb2.UpdateResponse(properties=wire.encode(wire.hide(state, set(it.secret))))

    def Read(self, request: Any, context: Any) -> Any:
        with self._working(request, context, request.inputs) as (_, it):
            it.old = dict(it.inputs)
            importing = not it.inputs
            observed = driver.read(it)
            if observed is None:
                return provider_pb2.ReadResponse()
            inputs = driver.imported_inputs(it, observed) if importing else driver.refreshed_inputs(it, observed)
            it.inputs = inputs
            state = driver.settle(it, observed)
            hidden = set(it.secret)
            return provider_pb2.ReadResponse(
                id=it.id,
                inputs=wire.encode(wire.hide(inputs, hidden)),
                properties=wire.encode(wire.hide(state, hidden)),
            )

    def Delete(self, request: Any, context: Any) -> Any:
        inputs = request.old_inputs if request.old_inputs.fields else request.properties
        with self._working(request, context, inputs) as (connection, it):
            driver.delete(it)
            connection.forget_unverified(it)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            f"the sandbox serves no look-ups, so not {request.tok}: pass the value in as a setting",
        )

    def _planned(self, it: Resource, inputs: Mapping[str, Any]) -> dict[str, Any]:
        props = it.type.all_inputs()
        chosen = [name for name, prop in props.items() if prop.computed]
        computed = [*it.type.outputs, *it.type.formats, *chosen]
        known = {name: shapes.completed(props[name], value, wire.UNKNOWN) for name, value in inputs.items()}
        return {**dict.fromkeys(computed, wire.UNKNOWN), "region": it.region, **known}

    @contextmanager
    def _working(self, request: Any, context: Any, inputs: Any) -> Iterator[tuple[Connection, Resource]]:
        """The resource of a request; whatever goes wrong is reported without any of its secret values."""
        values = wire.decode(inputs)
        always = {name for name, prop in _kind(request.urn).inputs.items() if prop.secret}
        secrets = [*secret_texts(values), *secret_texts([values.get(name) for name in always], inside=True)]
        with reported(context, lambda text: redacted(text, secrets)):
            connection = self.connections.of(context)
            yield (
                connection,
                Resource(
                    type=_kind(request.urn),
                    session=connection.configured,
                    inputs=wire.reveal(values),
                    id=getattr(request, "id", ""),
                    secret=frozenset(_secret_properties(values) | always),
                    caller_gone=lambda: not context.is_active(),
                ),
            )


def _kind(urn: str) -> ResourceType:
    return find(token_of(urn))


def _secret_properties(values: Mapping[str, Any]) -> set[str]:
    keys = wire.secret_keys(values)
    return keys | {"tagsAll"} if "tags" in keys else keys


def _diff_response(changes: list[diff.Change], kind: ResourceType, old: Any, new: Any) -> Any:
    response = provider_pb2.DiffResponse
    replaces = sorted({diff.top(change.path) for change in changes if change.replace})
    same_name = not kind.autoname or old.get(kind.autoname) == new.get(kind.autoname)
    return response(
        changes=response.DIFF_SOME if changes else response.DIFF_NONE,
        diffs=sorted({diff.top(change.path) for change in changes}),
        replaces=replaces,
        deleteBeforeReplace=bool(replaces) and kind.exists_once and same_name,
        detailedDiff={it.path: DIFF(kind=KINDS[it.kind][it.replace], inputDiff=True) for it in changes},
        hasDetailedDiff=True,
    )
