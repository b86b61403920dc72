"""Runs the program in this process, without engine or cloud, and records what it asks the engine for."""

import asyncio
import logging
import os
import runpy
import signal
import traceback
from pathlib import Path
from typing import Any

import pulumi
from google.protobuf import empty_pb2, json_format
from pulumi.runtime import mocks, stack
from pulumi.runtime.config import set_all_config
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import Settings, configure, get_project, get_stack

from platformctl import sdk
from platformctl.errors import CommandError, Exit
from platformctl.project import Project
from platformctl.registering import register
from platformctl.registering.register import Registration

_STACK_TYPE = "pulumi:pulumi:Stack"


class _Recorder(mocks.MockMonitor):
    """Answers like the engine in the first preview of an empty stack: outputs are the inputs, the rest is unknown."""

    def __init__(self, root: Path) -> None:
        super().__init__(mocks=None)  # type: ignore[arg-type]  # nothing is mocked: only registrations are answered
        self.root = root
        self.registrations: dict[str, dict[str, Any]] = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """As the engine makes it: the types of all parents but the stack's, joined by `$`."""
        parent_type = parent.split("::")[2] if parent else _STACK_TYPE
        qualified = type_ if parent_type == _STACK_TYPE else f"{parent_type}${type_}"
        return f"urn:pulumi:{get_stack()}::{get_project()}::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  # the protocol's name
        urn = self.registered(
            Registration(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                inputs=json_format.MessageToDict(request.object),
                dependencies=sorted(request.dependencies),
                property_dependencies={key: sorted(value.urns) for key, value in request.propertyDependencies.items()},
                provider=request.provider,
                protect=request.protect,
                line=request.sourcePosition,
            )
        )
        return resource_pb2.RegisterResourceResponse(urn=urn, object=request.object)

    def registered(self, asked: Registration) -> str:
        """What `RegisterResource` does, for who has no message of it."""
        urn = self.make_urn(asked.parent, asked.type, asked.name)
        if urn in self.registrations:
            raise CommandError(f"two resources are called {asked.name!r} ({asked.type}): {urn}")
        self.registrations[urn] = {
            "urn": urn,
            "type": asked.type,
            "name": asked.name,
            "custom": asked.custom,
            "parent": asked.parent,
            "inputs": asked.inputs,
            "dependencies": asked.dependencies,
            "propertyDependencies": asked.property_dependencies,
            "provider": asked.provider,
            "protect": asked.protect,
            "source": self._source(asked.line),
        }
        return urn

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        self.finished(request.urn, json_format.MessageToDict(request.outputs))
        return empty_pb2.Empty()

    def finished(self, urn: str, outputs: dict[str, Any]) -> None:
        """What `RegisterResourceOutputs` does."""
        self.registrations[urn]["outputs"] = outputs

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        raise CommandError(f"the program looks {request.tok} up in the cloud: look-ups are not allowed in components")

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        raise CommandError(f"the program reads {request.type} {request.name!r} from the cloud: reads are not allowed")

    def _source(self, position: Any) -> str:
        """The line of the program that makes the resource, of the SDK's position or None."""
        if position is None:
            return ""
        path, root = position.uri.removeprefix("file://"), f"{self.root}/"
        place = path.removeprefix(root) if path.startswith(root) else path.rpartition("/")[2]
        return f"{place}:{position.line}" if path else ""


sdk.install()
register.install()


def render(project: Project, environment: str) -> list[dict[str, Any]]:
    """Every resource the program registers for `environment`, as `policies.adapters.from_registrations` takes them.

    Property values are in the engine's wire encoding: what only the cloud can tell is the unknown sentinel. Raises
    CommandError for settings that are not valid and for a program that fails, naming the line that failed.
    """
    project.settings(environment)
    recorder = _Recorder(project.root)
    configure(
        Settings(project=project.name, stack=environment, monitor=recorder, engine=mocks.MockEngine(None), dry_run=True)
    )
    set_all_config(project.configuration(environment))
    program = project.program
    logging.getLogger("asyncio").setLevel(
        logging.CRITICAL
    )  # as the SDK's own host does: failures are reported once, here
    directory, on_interrupt = Path.cwd(), signal.getsignal(signal.SIGINT)
    os.chdir(program)  # where the engine's language host runs it
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(sdk.AtOnce())
    try:
        loop.run_until_complete(stack.run_in_stack(lambda: _run(program)))
    except CommandError:
        raise
    except pulumi.RunError as error:
        raise CommandError(str(error)) from None
    except Exception as error:
        raise CommandError(f"the program failed: {_where(error, project.root)}", Exit.ENGINE) from error
    finally:
        os.chdir(directory)
        signal.signal(signal.SIGINT, on_interrupt)  # the program sets its own, for the engine
        loop.close()
    return list(recorder.registrations.values())


async def _run(program: Path) -> None:
    runpy.run_path(str(program), run_name="__main__")
    await sdk.settled()


def _where(error: Exception, root: Path) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(root)]
    frames = [frame for frame in frames if ".venv" not in frame.filename]
    place = f"{Path(frames[-1].filename).relative_to(root)}:{frames[-1].lineno}: " if frames else ""
    return f"{place}{type(error).__name__}: {error}"
