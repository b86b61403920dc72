"""What the SDK does slowly with hundreds of resources, done otherwise, with the same answers."""

import asyncio
import sys
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from operator import attrgetter
from typing import Any, TypeVar

from pulumi import Output, Resource, _types, log
from pulumi.output import _OutputData
from pulumi.runtime import resource, rpc
from pulumi.runtime.proto import source_pb2
from pulumi.runtime.resource_cycle_breaker import _DEPENDENCIES_PROPERTY as _DEPENDENCIES
from pulumi.runtime.settings import SETTINGS, _get_rpc_manager

T = TypeVar("T")
_NEEDED = f"{_DEPENDENCIES}_needed"  # whether another one depends on a resource
_PLAIN = frozenset((type(None), bool, int, float, str))
# What the SDK finds out of a type each time that it meets one.
_OF_A_TYPE = (
    "unwrap_type",
    "unwrap_optional_type",
    "resource_types",
    "resource_pulumi_to_py_names",
    "input_type_py_to_pulumi_names",
    "input_type_types",
    "output_type_types",
)
_GENERATED = ("pulumi_aws.", "pulumi_kubernetes.")
_REMEMBERED: dict[str, tuple[Callable[[Any], Any], dict[Any, Any]]] = {}
_CREATE_URN = resource.create_urn
_CONTAINS_UNKNOWNS, _SERIALIZE_PROPERTY, _FROM_INPUT = rpc.contains_unknowns, rpc.serialize_property, Output.from_input


def install() -> None:
    """From here on the SDK of this process uses what is below."""
    resource._get_stack_trace = line_of_program
    resource.create_urn = create_urn
    rpc.declare_dependency = declare_dependency  # type: ignore[attr-defined]  # it is imported there
    rpc.transfer_properties = transfer_properties
    rpc.contains_unknowns = contains_unknowns
    rpc.serialize_property = serialize_property
    log.debug = lambda *_, **__: None  # thousands of them, which the engine drops
    Output.from_input = staticmethod(from_input)  # type: ignore[assignment]
    for name in _OF_A_TYPE:
        setattr(_types, name, remembered(getattr(_types, name)))
    Output._track = track  # type: ignore[assignment,method-assign]


def remembered(function: Callable[[Any], T]) -> Callable[[Any], T]:
    """A function of a type, done once for each."""
    known: dict[Any, T] = {}

    def recall(typ: Any) -> T:
        if typ not in known:
            known[typ] = function(typ)
        return known[typ]

    _REMEMBERED[function.__name__] = (recall, known)
    return recall


def met() -> list[tuple[str, str, str]]:
    """The SDK's classes that something is remembered of: by which function, and their modules and names."""
    return [
        (name, typ.__module__, typ.__qualname__)
        for name, (_, known) in _REMEMBERED.items()
        for typ in known
        if isinstance(typ, type) and typ.__module__.startswith(_GENERATED)
    ]


def meet(classes: Collection[Sequence[str]]) -> None:
    """Remembers the same, for all processes that are forked from this one."""
    for name, module, qualified in classes:
        with suppress(Exception):  # the next process finds out for itself
            recall, known = _REMEMBERED[name]
            if module in sys.modules and (typ := attrgetter(qualified)(sys.modules[module])) not in known:
                recall(typ)


class AtOnce(ThreadPoolExecutor):
    """Does everything when it is asked to: for calls that wait for nobody, no thread is worth its while."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


async def settled() -> None:
    """Returns when all outputs and registrations are done, or one has failed, which the SDK then reports.

    The SDK would wait for each output with all the others once more, which takes a third of the time with a thousand
    resources.
    """
    waited: set[Any] = set()
    while going := {*SETTINGS.outputs, *_get_rpc_manager().rpcs} - waited:
        done, _ = await asyncio.wait(going, return_when=asyncio.FIRST_EXCEPTION)
        waited |= done
        if any(not task.cancelled() and task.exception() for task in done):
            return


def line_of_program() -> source_pb2.StackTrace:
    """One frame, the nearest outside of the SDKs: of each resource the SDK tells the whole stack, which takes a third
    of a render and is read nowhere.
    """
    frame, constructors = sys._getframe(1), 0
    while frame.f_back and constructors < 3:  # of Resource, of its kind, and of the resource's own class
        constructors += frame.f_code.co_name == "__init__"
        frame = frame.f_back
    while frame.f_back and "/site-packages/" in frame.f_code.co_filename:
        frame = frame.f_back
    if constructors < 3:
        return source_pb2.StackTrace()
    position = source_pb2.SourcePosition(uri=f"file://{frame.f_code.co_filename}", line=frame.f_lineno)
    return source_pb2.StackTrace(frames=[source_pb2.StackFrame(pc=position)])


def declare_dependency(from_resource: Any, to_resource: Any) -> bool:
    """The SDK's answer, whether a dependency makes no circle, for a hundredth of its time: what nothing depends on yet
    closes none.
    """
    known = from_resource.__dict__.setdefault(_DEPENDENCIES, set())
    if to_resource not in known:
        found, reached = [to_resource] if from_resource.__dict__.get(_NEEDED) else [], {to_resource}
        while found:
            further = found.pop().__dict__.get(_DEPENDENCIES, ())
            found += (new := [one for one in further if one not in reached])
            reached.update(new)
        if from_resource in reached:
            return False
        known.add(to_resource)
        to_resource.__dict__[_NEEDED] = True
    return True


def input_type_to_dict(value: Any) -> dict[str, Any]:
    """The SDK's, without calling a property of the class for each."""
    names = _names(type(value))
    if names is None:
        return _types.input_type_to_dict(value)
    held = value.__dict__
    return {theirs: inner for ours, theirs in names if (inner := held.get(ours)) is not None}


def _names_of(cls: type) -> tuple[tuple[str, str], ...] | None:
    """Of a generated class of arguments what its values are kept by, and what the engine calls them."""
    if not cls.__module__.startswith(_GENERATED) or issubclass(cls, dict):
        return None
    return tuple((ours, theirs) for ours, theirs, _ in _types._py_properties(cls))  # type: ignore[arg-type]  # as the SDK calls it


_names = remembered(_names_of)


def transfer_properties(res: Any, props: Any, custom: bool) -> dict[str, Any]:
    """One future for each property of a resource; the SDK makes four, and a task that waits for them one by one."""
    resolvers = {}
    for name in props:
        if name != "urn" and not (name == "id" and custom):  # which the SDK makes itself
            future: asyncio.Future[Any] = asyncio.Future()
            resolvers[name] = partial(_resolve, future, res)
            res.__dict__[name] = Output._from_data(future)
    return resolvers


def _resolve(
    future: Any, res: Any, value: Any, is_known: bool, is_secret: bool, deps: Any, failed: Exception | None
) -> None:
    if failed is not None:
        future.set_exception(failed)
    else:
        resources = {*(deps or ()), res}
        future.set_result(_OutputData(resources=resources, value=value, is_known=is_known, is_secret=is_secret))


def create_urn(name: Any, type_: Any, parent: Any = None, project: Any = None, stack: Any = None) -> Output[str]:
    """The SDK's; at once where all is text, as it is for the URN of each resource that stands in for the engine's."""
    if not all(isinstance(part, str) for part in (name, type_, parent)):
        return _CREATE_URN(name, type_, parent, project, stack)
    return Output.from_input(f"{parent[0 : parent.rfind('::')]}${type_}::{name}")


def contains_unknowns(val: Any) -> bool:
    """The SDK's; at once for what nothing can be in."""
    return type(val) not in _PLAIN and _CONTAINS_UNKNOWNS(val)


def serialize_property(value: Any, *args: Any, **kwargs: Any) -> Any:
    """The SDK's; at once for what is sent as it is."""
    if type(value) in _PLAIN and not kwargs.get("return_protobuf_value"):
        return _itself(value)
    return _SERIALIZE_PROPERTY(value, *args, **kwargs)


async def _itself(value: Any) -> Any:
    return value


def from_input(value: Any) -> Output[Any]:
    """The SDK's; at once for what has no other inputs inside."""
    if type(value) not in _PLAIN and not isinstance(value, Resource):
        return _FROM_INPUT(value)
    known: asyncio.Future[Any] = asyncio.Future()
    known.set_result(_OutputData(resources=set(), value=value, is_known=True, is_secret=False))
    return Output._from_data(known)


def track(output: Any) -> None:
    """Has the program's end wait for an output, unless it is there already."""
    data = output._data
    if data.done() and not data.cancelled() and data.exception() is None:
        return
    outputs = SETTINGS.outputs
    outputs.add(data)
    data.add_done_callback(partial(_untrack, outputs))


def _untrack(outputs: set[Any], data: Any) -> None:
    if not data.cancelled() and data.exception() is None:
        outputs.discard(data)
