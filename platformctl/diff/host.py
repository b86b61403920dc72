"""Runs a program for the engine, in a process that has the SDK loaded before the engine asks for it.

`python -P -m platformctl.diff.host REQUEST`, where REQUEST is a file with the arguments of `main` as JSON. It prints
two lines of JSON: the port of the language runtime, for `pulumi --client`, and what the settings say. Of every resource
it writes to `target` what the program asked for and what the engine answered, before the engine learns of the end.

Against the SDK's own host this saves a third: `pip list` at the start, a call to the engine for each debug message that
nobody reads, and a loop that waits for each output together with all the others.
"""

# ruff: noqa: N802  the names of these methods are gRPC's

import asyncio
import json
import logging
import os
import runpy
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pulumi
from pulumi.runtime import configure, run_in_stack, set_all_config
from pulumi.runtime import settings as runtime
from pulumi.runtime.proto import language_pb2

from platformctl import sdk
from platformctl.host import preload
from platformctl.host.language import Language
from sandbox import wire

sdk.install()


class Monitor:
    """The engine's monitor, with a record of the registrations that went through it."""

    def __init__(self, engine: Any, root: str) -> None:
        self._engine = engine
        self._prefix = f"file://{root}/"
        self.registered: dict[str, dict[str, Any]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def RegisterResource(self, request: Any, *rest: Any, **options: Any) -> Any:
        answer = self._engine.RegisterResource(request, *rest, **options)
        answered = {key: list(value.urns) for key, value in answer.propertyDependencies.items()}
        asked = {key: list(value.urns) for key, value in request.propertyDependencies.items()}
        self.registered[answer.urn] = {
            "inputs": wire.decode(request.object),
            "outputs": wire.decode(answer.object),
            "dependencies": list(request.dependencies),
            "propertyDependencies": asked or answered,
            "sourcePosition": self._source(request),
        }
        return answer

    def RegisterResourceOutputs(self, request: Any, *rest: Any, **options: Any) -> Any:
        answer = self._engine.RegisterResourceOutputs(request, *rest, **options)
        if request.urn in self.registered:
            self.registered[request.urn]["outputs"] = wire.decode(request.outputs)
        return answer

    def _source(self, request: Any) -> str:
        """The line of the program, as the state has it; empty for what the SDK makes itself."""
        position = request.sourcePosition
        own = position.uri.startswith(self._prefix)
        return f"project:///{position.uri.removeprefix(self._prefix)}#{position.line}" if own else ""


def main(root: str, folder: str, program: str, settings: str, target: str) -> None:
    host = Language()
    print(json.dumps({"port": host.serve()}), flush=True)
    # The end of whoever started this one: nobody would ask for the program any more.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(1)), daemon=True).start()
    sys.path.insert(0, root)  # after all of platformctl: what the revision has of it is not what runs it
    print(json.dumps(_facts(Path(program), Path(settings))), flush=True)
    sys.stdout = sys.stderr  # what the program prints is no part of the answer
    preload.sdk(Path(root), Path(program))
    host.answer.put(_run(host.requests.get(), root, folder, program, Path(target)))
    threading.Event().wait()  # until it is ended


def _facts(program: Path, settings: Path) -> dict[str, Any]:
    """What the environment's settings say that the command has to know, or what is wrong with them."""
    module = runpy.run_path(str(program / "settings.py"), run_name="revision_settings")
    try:
        found = module["load_file"](settings)
    except module["SettingsError"] as problems:
        return {"error": str(problems)}
    policy = {key: getattr(found.policy, key) for key in ("undecided", "protect_stateful")}
    return {"account": {"id": found.account.id, "region": found.account.region}, "policy": policy}


def _run(request: Any, root: str, folder: str, program: str, target: Path) -> Any:
    configure(
        runtime.Settings(
            project=request.project,
            stack=request.stack,
            monitor=request.monitor_address,
            engine=request.args[0],
            parallel=request.parallel,
            dry_run=request.dryRun,
            organization=request.organization or "organization",
            root_directory=folder,
        )
    )
    set_all_config(dict(request.config), list(request.configSecretKeys))
    monitor = Monitor(runtime.SETTINGS.monitor, root)
    runtime.SETTINGS.monitor = monitor
    os.chdir(program)
    sys.argv = [program]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(max(request.parallel, 1) * 4))
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # as the SDK's own host does: failures are told once
    complaint = ""

    async def run() -> None:
        runpy.run_path(program, run_name="__main__")
        await sdk.settled()

    try:
        loop.run_until_complete(run_in_stack(run))
    except pulumi.RunError as error:
        complaint = str(error)
    except grpc.RpcError as error:
        # The engine went, and said why itself.
        complaint = "" if error.code() == grpc.StatusCode.UNAVAILABLE else str(error.details())
    except BaseException:  # whatever it is, the engine has to hear of it
        complaint = f"Program failed with an unhandled exception:\n{traceback.format_exc()}"
    if complaint:
        pulumi.log.error(complaint)
    target.write_text(json.dumps(monitor.registered))
    return language_pb2.RunResponse(error=complaint)


if __name__ == "__main__":
    main(**json.loads(Path(sys.argv[1]).read_text()))
