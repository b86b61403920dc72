"""cluster: what is done by hand to an environment's Kubernetes cluster."""

import sys

import typer

from platformctl.commands.options import Environment
from platformctl.project import Project

app = typer.Typer(no_args_is_help=True, help="What an administrator does by hand to an environment's cluster.")


@app.callback()
def cluster() -> None:
    """Keeps the commands' names, of which there is one so far."""


@app.command()
def bootstrap(environment: Environment = "staging") -> None:
    """Print the pipeline's rights in the cluster, as YAML, for `kubectl apply --server-side --force-conflicts -f -`.

    Applied once to a new cluster, and again whenever the pipeline needs more: it cannot give itself more.

    Example: platformctl cluster bootstrap prod | kubectl apply --server-side --force-conflicts -f -
    """
    from platformctl.cluster_bootstrap import as_yaml, manifests
    from platformctl.render import render

    project, stack = Project.choose(environment)
    sys.stdout.write(as_yaml(manifests(render(project, stack))))
