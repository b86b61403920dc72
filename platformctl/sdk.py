"""Three things that the SDK does slowly with hundreds of resources, done otherwise."""

import asyncio
import sys
from typing import Any

from pulumi.runtime.proto import source_pb2
from pulumi.runtime.resource_cycle_breaker import _DEPENDENCIES_PROPERTY as _DEPENDENCIES
from pulumi.runtime.settings import SETTINGS, _get_rpc_manager


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
    """The SDK's answer, whether a dependency makes no circle, for a tenth of its time."""
    known = from_resource.__dict__.setdefault(_DEPENDENCIES, set())
    if to_resource not in known:
        found, reached = [to_resource], {to_resource}
        while found:
            further = found.pop().__dict__.get(_DEPENDENCIES, ())
            found += (new := [one for one in further if one not in reached])
            reached.update(new)
        if from_resource in reached:
            return False
        known.add(to_resource)
    return True
