"""The command line `platformctl`: its commands, and the one place that turns errors into messages and exit codes."""

import gc
import os
import signal
import sys

import typer
from typer.exceptions import TyperException

from platformctl import show
from platformctl.commands import (
    access,
    audit,
    break_glass,
    changes,
    check,
    cluster,
    deploy,
    determinism,
    diff,
    drift,
    evidence,
    freezes,
    github,
    graph,
    locks,
    new,
    plan,
    release,
    resume,
    rollback,
    rules,
    sandbox,
    settings,
    slo,
    state,
    waivers,
    watch,
)
from platformctl.errors import CommandError, Exit

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Preview, judge and deploy the billing platform's environments.",
    epilog="Exit codes: 0 fine, 1 findings block, 2 bad input or missing tool, 3 undecided blocks, 4 drift, "
    "5 engine failed.",
)
# Under which heading of --help each command stands, in this order.
_COMMANDS = {
    "See a change": (deploy.preview, diff.diff, watch.watch, graph.graph),
    "Judge it": (check.check, determinism.determinism, access.access),
    "Make it": (plan.plan, plan.approve, deploy.up, resume.resume, rollback.rollback, deploy.destroy, drift.drift),
    "One at a time": (locks.lock, locks.unlock, locks.locks, freezes.freezes),
    "Prove it": (evidence.evidence,),
    "Set up": (sandbox.env,),
}
_GROUPS = {
    "Judge it": {"rules": rules.app, "waivers": waivers.app},
    "Make it": {"state": state.app, "release": release.app, "cluster": cluster.app},
    "One at a time": {"break-glass": break_glass.app},
    "Keep promises": {"slo": slo.app},
    "Prove it": {"changes": changes.app, "audit": audit.app},
    "Set up": {"settings": settings.app, "new": new.app, "sandbox": sandbox.app, "github": github.app},
}
for _heading, _commands in _COMMANDS.items():
    for _command in _commands:
        app.command(rich_help_panel=_heading)(_command)
for _heading, _groups in _GROUPS.items():
    for _name, _group in _groups.items():
        app.add_typer(_group, name=_name, rich_help_panel=_heading)


@app.command(rich_help_panel="Set up")
def doctor(
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document instead of text."),
) -> None:
    """List every tool: version, where it came from, what is missing, and the command that mends it.

    Example: platformctl doctor --json
    """
    from platformctl.doctor import doctor as examine

    raise typer.Exit(examine(as_json))


def main() -> None:
    """The entry point: runs the command and ends the process with its exit code; never a traceback."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # CI's way to cancel is a person's Ctrl-C
    try:
        code = app(standalone_mode=False)
    except CommandError as error:
        show.err.print(f"[bold red]error:[/] {show.escape(str(error))}" if error.code else show.escape(str(error)))
        code = error.code
    except TyperException as error:
        show.err.print(f"[bold red]error:[/] {show.escape(error.format_message())} (see --help)")
        code = Exit.USAGE
    except (KeyboardInterrupt, typer.Abort):
        code = Exit.INTERRUPTED
    except Exception as error:
        if os.environ.get("PLATFORMCTL_DEBUG"):
            raise
        place = f"{type(error).__name__}: {error}"
        show.err.print(
            f"[bold red]internal error:[/] {show.escape(place)}\nPLATFORMCTL_DEBUG=1 shows where it comes from"
        )
        code = Exit.ENGINE
    if code == Exit.INTERRUPTED:  # typer makes an exit code of a Ctrl-C, and says nothing
        show.err.print("interrupted")
    gc.freeze()  # the collector would look once more through a whole rendered program, for a second, before the end
    sys.exit(int(code or 0))
