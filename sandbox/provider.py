"""The `aws` package as the Pulumi engine calls it: gRPC in, the tables in sandbox/aws out."""

# ruff: noqa: N802, ARG002  the names and arguments of these methods are gRPC's

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from sandbox import check, config, diff, driver, shapes, wire
from sandbox.connections import Connection, Connections
from sandbox.model import ResourceType
from sandbox.registry import UnknownTypeError, find
from sandbox.resource import Resource
from sandbox.retry import AwsError, Cancelled
from sandbox.session import Session

_log = logging.getLogger(__name__)
VERSION = "7.51.1"  # the package whose types these tables describe
DIFF = provider_pb2.PropertyDiff
KINDS = {"add": (DIFF.ADD, DIFF.ADD_REPLACE), "delete": (DIFF.DELETE, DIFF.DELETE_REPLACE),
         "update": (DIFF.UPDATE, DIFF.UPDATE_REPLACE)}  # fmt: skip


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Serves any number of engines at once; each provider instance of an engine has its own connection."""

    def __init__(self, endpoint: str):
        self._endpoint = endpoint
        self.connections = Connections()

    def Handshake(self, request: Any, context: Any) -> Any:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not offered by the sandbox")

    Parameterize = GetSchema = Call = Construct = GetMapping = GetMappings = Handshake

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    def Attach(self, request: Any, context: Any) -> Any:
        self.connections.of(context).engine_address = request.address
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:
        self.connections.of(context).cancel()
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> Any:
        with _reported(context):
            return _checked(request.news, config.problems(wire.decode(request.news)))

    def DiffConfig(self, request: Any, context: Any) -> Any:
        old, new = wire.decode(request.olds), wire.decode(request.news)
        moved = [key for key in ("region", "allowedAccountIds") if key in old and old.get(key) != new.get(key)]
        known = [key for key in moved if not wire.contains_unknown(new.get(key))]
        changed = wire.reveal(old) != wire.reveal(new)
        some = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=some, replaces=known, diffs=known)

    def Configure(self, request: Any, context: Any) -> Any:
        with _reported(context):
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
        with _reported(context):
            connection, kind = self.connections.of(context), _kind(request.urn)
            news, olds = wire.decode(request.news), wire.decode(request.olds)
            found = check.problems(kind, wire.reveal(news))
            tags = connection.configured.default_tags
            name = request.name or request.urn.rpartition("::")[2]
            inputs = check.complete(kind, name, news, olds, request.randomSeed, tags)
            connection.warn_unverified(kind, request.urn, wire.reveal(inputs))
            return _checked(wire.encode(inputs), found)

    def Diff(self, request: Any, context: Any) -> Any:
        with _reported(context):
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
                state = {**kept, **it.inputs}
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
        secrets = [*_secret_texts(values), *_secret_texts([values.get(name) for name in always], inside=True)]
        with _reported(context, lambda text: _redacted(text, secrets)):
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
    return find(urn.split("::")[2].rpartition("$")[2])


def _secret_properties(values: Mapping[str, Any]) -> set[str]:
    keys = wire.secret_keys(values)
    return keys | {"tagsAll"} if "tags" in keys else keys


def _secret_texts(value: Any, inside: bool = False) -> Iterator[str]:
    if isinstance(value, Mapping):
        inside = inside or wire.is_secret(value)
        for key, item in value.items():
            if key != wire.SIGNATURE:
                yield from _secret_texts(item, inside)
    elif isinstance(value, list):
        for item in value:
            yield from _secret_texts(item, inside)
    elif inside and value not in (None, True, False, ""):
        yield str(value)


def _redacted(text: str, secrets: list[str]) -> str:
    for value in sorted(secrets, key=len, reverse=True):
        text = text.replace(value, "[secret]").replace(repr(value)[1:-1], "[secret]")
    return text


def _checked(inputs: Any, problems: list[check.Problem]) -> Any:
    failures = [provider_pb2.CheckFailure(property=it.property, reason=it.reason) for it in problems]
    return provider_pb2.CheckResponse(inputs=inputs, failures=failures)


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


@contextmanager
def _reported(context: Any, clean: Callable[[str], str] = lambda text: text) -> Iterator[None]:
    """Turns what can go wrong into gRPC status codes with messages for people."""
    try:
        yield
    except driver.Incomplete as error:
        reason = clean(str(error))
        detail = provider_pb2.ErrorResourceInitFailed(id=error.id, reasons=[reason])
        detail.properties.CopyFrom(wire.encode(wire.hide(error.state, set(error.secret))))
        detail.inputs.CopyFrom(wire.encode(wire.hide(error.inputs, set(error.secret))))
        packed = any_pb2.Any()
        packed.Pack(detail)
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=reason, details=[packed])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, reason)
    except Cancelled as error:
        context.abort(grpc.StatusCode.CANCELLED, str(error))
    except (UnknownTypeError, wire.UnsupportedError, ValueError) as error:
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, clean(str(error)))
    except AwsError as error:
        context.abort(grpc.StatusCode.UNKNOWN, clean(str(error)))
    except (
        Exception
    ) as error:  # a mistake of ours: the stack goes to the log without the message, which may hold secrets
        _log.error("%s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
        reason = clean(f"the sandbox failed ({type(error).__name__}: {error}); sandbox.log has the stack")
        context.abort(grpc.StatusCode.INTERNAL, reason)
