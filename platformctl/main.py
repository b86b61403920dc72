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
    changes,
    check,
    cluster,
    deploy,
    diff,
    drift,
    evidence,
    freezes,
    github,
    locks,
    new,
    plan,
    release,
    resume,
    rules,
    sandbox,
    settings,
    waivers,
    watch,
)
from platformctl.commands import access, audit, check, cluster, deploy, drift, graph, rules, sandbox, settings, waivers
from platformctl.commands import access, audit, check, cluster, deploy, drift, rules, sandbox, settings, state, waivers
from platformctl.errors import CommandError, Exit

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Preview, judge and deploy the billing platform's environments.",
    epilog="Exit codes: 0 fine, 1 findings block, 2 bad input or missing tool, 3 undecided blocks, 4 drift, "
    "5 engine failed.",
)
app.command()(deploy.preview)
app.command()(deploy.up)
app.command()(deploy.destroy)
app.command()(plan.plan)
app.command()(plan.approve)
app.command()(resume.resume)
app.command()(check.check)
app.command()(watch.watch)
app.command()(diff.diff)
app.command()(access.access)
app.command()(drift.drift)
app.command()(locks.lock)
app.command()(locks.unlock)
app.command()(locks.locks)
app.command()(freezes.freezes)
app.command()(graph.graph)
app.command()(evidence.evidence)
app.command()(sandbox.env)
app.add_typer(audit.app, name="audit")
app.add_typer(changes.app, name="changes")
app.add_typer(cluster.app, name="cluster")
app.add_typer(new.app, name="new")
app.add_typer(github.app, name="github")
app.add_typer(release.app, name="release")
app.add_typer(rules.app, name="rules")
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(settings.app, name="settings")
app.add_typer(state.app, name="state")
app.add_typer(waivers.app, name="waivers")


@app.command()
def doctor(
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document instead of text."),
) -> None:
    """List every tool: version, where it came from, what is missing, and the command that mends it."""
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
