"""sandbox and env: the laptop-sized cloud, and a shell that the ordinary CLI works in."""

import shlex
import sys
import time
from typing import Annotated, Any

import typer

from platformctl import show
from platformctl.commands.options import AsJson, Environment
from platformctl.errors import CommandError, Exit
from platformctl.project import Project
from platformctl.target import engine_path, sandbox_variables
from sandbox import cluster, process

app = typer.Typer(no_args_is_help=True, help="Start, stop, look at or reset the sandbox of this checkout.")


WithCluster = Annotated[
    bool, typer.Option("--cluster", help="With a Kubernetes control plane; its tools are built the first time.")
]


@app.command()
def start(with_cluster: WithCluster = False) -> None:
    """Start the sandbox's cloud in the background; does nothing when it runs.

    Example: platformctl sandbox start --cluster
    """
    _show_started(_safely(process.start), with_cluster)


@app.command()
def stop() -> None:
    """Stop it. Its cloud and its stacks' state live and end together: both are gone.

    Example: platformctl sandbox stop
    """
    _safely(process.stop)
    show.out.print("the sandbox is stopped; its cloud and state are gone")


@app.command()
def reset(with_cluster: WithCluster = False) -> None:
    """Stop it, forget everything, and start an empty one, with a control plane if it had one.

    Example: platformctl sandbox reset
    """
    found = process.find(Project.find().root)
    had_cluster = isinstance(found, process.Running) and cluster.find(found.directory) is not None
    _show_started(_safely(process.reset), with_cluster or had_cluster)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say what runs where, what the cloud holds, and what it cannot verify. Exit code 2 when it does not run.

    Example: platformctl sandbox status --json
    """
    found = process.find(Project.find().root)
    if not isinstance(found, process.Running):
        reason = f"dead: {found.reason}; `platformctl sandbox start` begins a new one" if found else "not running"
        if as_json:
            show.show_json({"schema": 1, "running": False, "reason": reason})
        else:
            show.out.print(f"the sandbox is {reason}")
        raise typer.Exit(Exit.USAGE)
    held, plane = process.status(found), cluster.find(found.directory)
    if as_json:
        kubernetes = _cluster_status(plane) if plane else None
        content = {"pid": found.pid, "aws": found.aws_url, "cluster": kubernetes, **held}
        show.show_json({"schema": 1, "running": True, **content})
        return
    show.out.print(_described(found))
    if plane:
        _show_cluster(plane)
    rows = (
        (account, kind, str(n))
        for account, kinds in sorted(held["resources"].items())
        for kind, n in sorted(kinds.items())
    )
    show.show_table("what the cloud holds", ("account", "type", "number"), rows)
    show.show_table(
        "unverified: kept as asked for, not checked by this cloud",
        ("type", "property", "why"),
        ((entry["type"], entry["property"], entry["reason"]) for entry in held["unverified"]),
    )


def env(
    environment: Environment = "staging",
    sandbox: Annotated[bool, typer.Option(help="Point at the sandbox, where one runs.")] = True,
) -> None:
    """Print the shell settings for the ordinary Pulumi CLI: eval "$(platformctl env staging)".

    With a running sandbox they point at it. With --no-sandbox, or when none runs, they name the stack and put the
    tools on PATH; backend and credentials stay what the shell has.

    Example: eval "$(platformctl env staging)"
    """
    project, stack = Project.choose(environment)
    settings = project.settings(stack)
    found = process.find(project.root) if sandbox else None
    variables = {"PULUMI_STACK": stack}
    if isinstance(found, process.Running):
        variables = sandbox_variables(found, settings, stack)
    for name, value in {**variables, "PATH": engine_path()}.items():
        print(f"export {name}={shlex.quote(value)}")
    if project.folder != project.root:
        show.err.print(f"the ordinary CLI takes its project from the folder it runs in: {project.folder}")


def _show_started(running: process.Running, with_cluster: bool) -> None:
    show.out.print(_described(running))
    if with_cluster:
        _show_cluster(_safely(lambda _: cluster.start(running.directory, _report)))


def _report(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _show_cluster(plane: cluster.ControlPlane) -> None:
    memory = cluster.memory_mib(plane)
    show.out.print(
        f"its control plane: Kubernetes at {plane.url}, Prometheus at {plane.prometheus_url}, "
        f"{len(memory)} processes with {sum(memory.values())} MiB, KUBECONFIG={plane.kubeconfig}"
    )


def _cluster_status(plane: cluster.ControlPlane) -> dict[str, Any]:
    return {
        "url": plane.url,
        "prometheus": plane.prometheus_url,
        "kubeconfig": str(plane.kubeconfig),
        "processes": plane.pids,
        "memory_mib": cluster.memory_mib(plane),
    }


def _safely(action: Any) -> Any:
    try:
        return action(Project.find().root)
    except process.SandboxError as error:
        raise CommandError(str(error)) from None


def _described(running: process.Running) -> str:
    minutes = (time.time() - running.started) / 60
    return (
        f"the sandbox runs: process {running.pid} for {minutes:.0f} min, AWS at {running.aws_url}, "
        f"provider at 127.0.0.1:{running.provider_port}, files in {running.directory}"
    )
