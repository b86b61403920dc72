"""What every provider of the sandbox shares: the calls that need no cloud, and errors as gRPC reports them."""

# ruff: noqa: N802, ARG002  the names and arguments of these methods are gRPC's

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from sandbox import wire
from sandbox.check import Problem
from sandbox.connections import AnyConnection, Connections
from sandbox.registry import UnknownTypeError
from sandbox.retry import Cancelled, CloudError, Unfinished

_log = logging.getLogger(__name__)
DIFF = provider_pb2.PropertyDiff
KINDS = {"add": (DIFF.ADD, DIFF.ADD_REPLACE), "delete": (DIFF.DELETE, DIFF.DELETE_REPLACE),
         "update": (DIFF.UPDATE, DIFF.UPDATE_REPLACE)}  # fmt: skip


class Servicer(provider_pb2_grpc.ResourceProviderServicer, Generic[AnyConnection]):
    """Serves any number of engines at once; each provider instance of an engine has its own connection."""

    version: str  # of the package whose types are served
    connections: Connections[AnyConnection]

    def Handshake(self, request: Any, context: Any) -> Any:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not offered by the sandbox")

    Parameterize = GetSchema = Call = Construct = GetMapping = GetMappings = Handshake

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self.version)

    def Attach(self, request: Any, context: Any) -> Any:
        self.connections.of(context).engine_address = request.address
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:
        self.connections.of(context).cancel()
        return empty_pb2.Empty()


def token_of(urn: str) -> str:
    """The type token in a URN, without its parents'."""
    return urn.split("::")[2].rpartition("$")[2]


def secret_texts(value: Any, inside: bool = False) -> Iterator[str]:
    """The texts of all that is secret in a value, or of all of it when it is `inside` a secret."""
    if isinstance(value, Mapping):
        inside = inside or wire.is_secret(value)
        for key, item in value.items():
            if key != wire.SIGNATURE:
                yield from secret_texts(item, inside)
    elif isinstance(value, list):
        for item in value:
            yield from secret_texts(item, inside)
    elif inside and value not in (None, True, False, ""):
        yield str(value)


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text without any of these, as they are and as they are written in Python and JSON."""
    forms = {form for value in secrets for form in (value, repr(value)[1:-1], json.dumps(value)[1:-1]) if form}
    if not forms:
        return text
    longest_first = sorted(forms, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), "[secret]", text)


def checked(inputs: Any, problems: Iterable[Problem]) -> Any:
    failures = [provider_pb2.CheckFailure(property=it.property, reason=it.reason) for it in problems]
    return provider_pb2.CheckResponse(inputs=inputs, failures=failures)


@contextmanager
def reported(context: Any, clean: Callable[[str], str] = lambda text: text) -> Iterator[None]:
    """Turns what can go wrong into gRPC status codes with messages for people."""
    try:
        yield
    except Unfinished as error:
        reason = clean(str(error))
        detail = provider_pb2.ErrorResourceInitFailed(id=error.id, reasons=[reason])
        detail.properties.CopyFrom(wire.encode(error.hidden_state))
        detail.inputs.CopyFrom(wire.encode(error.hidden_inputs))
        packed = any_pb2.Any()
        packed.Pack(detail)
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=reason, details=[packed])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, reason)
    except Cancelled as error:
        context.abort(grpc.StatusCode.CANCELLED, str(error))
    except (UnknownTypeError, ValueError) as error:
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, clean(str(error)))
    except CloudError as error:
        context.abort(grpc.StatusCode.UNKNOWN, clean(str(error)))
    except (
        Exception
    ) as error:  # a mistake of ours: the stack goes to the log without the message, which may hold secrets
        _log.error("%s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
        reason = clean(f"the sandbox failed ({type(error).__name__}: {error}); sandbox.log has the stack")
        context.abort(grpc.StatusCode.INTERNAL, reason)
