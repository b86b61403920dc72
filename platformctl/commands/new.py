"""new: the beginning of a component, a rule or a service, with its tests."""

from typing import Annotated

import typer

from platformctl import show
from platformctl.project import Project
from platformctl.scaffold import kinds

app = typer.Typer(no_args_is_help=True, help="Write the beginning of a component, a rule or a service, with its tests.")

Name = Annotated[str, typer.Argument(help="In small letters with -, such as report-store.")]


@app.command()
def component(
    name: Name,
    layer: Annotated[str, typer.Option("--layer", help="Which part of the platform it belongs to, as in its type.")],
) -> None:
    """A component of one file, and its test.

    Example: platformctl new component report-store --layer data
    """
    _say(kinds.component(Project.find(), name, layer))


@app.command()
def rule(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The next free one of its area, such as MSG-04.")],
    name: Annotated[str, typer.Option("--name", help="What must hold, such as queue-is-ordered.")],
    area: Annotated[str, typer.Option("--area", help="A folder of policies/rules.")],
    type_: Annotated[str, typer.Option("--type", help="The resource type, such as aws:sqs/queue:Queue.")],
    property_: Annotated[str, typer.Option("--property", help="What it reads, such as fifoQueue.")],
    pack: Annotated[str, typer.Option("--pack", help="access_control, compliance or operations.")] = "operations",
) -> None:
    """A rule that a property is true, with examples of each verdict, in its area's list, and its snippet.

    Example: platformctl new rule MSG-04 --name queue-is-ordered --area messages --type aws:sqs/queue:Queue
    --property fifoQueue
    """
    _say(kinds.rule(Project.find(), id_, name, area, type_, property_, pack))


@app.command()
def service(
    name: Name,
    owner: Annotated[str, typer.Option("--owner", help="The team that answers for it.")],
    digest: Annotated[str, typer.Option("--digest", help="Of its first image: sha256:...")],
    risk: Annotated[str, typer.Option("--risk", help="payment-write, read, webhook-out or worker.")] = "read",
    data_class: Annotated[str, typer.Option("--data-class", help="Of what it handles.")] = "internal",
    pci_scope: Annotated[str, typer.Option("--pci-scope", help="out, connected or cde.")] = "connected",
) -> None:
    """A service's definition, and its release in every environment.

    Example: platformctl new service invoices --owner billing --digest sha256:...
    """
    given = {"owner": owner, "risk": risk, "data_class": data_class, "pci_scope": pci_scope}
    _say(kinds.service(Project.find(), name, given, digest))


def _say(written: kinds.Written) -> None:
    for file in written.files:
        show.out.print(f"wrote {show.escape(str(file))}")
    for line in written.next:
        show.out.print(f"[dim]next: {show.escape(line)}[/]")
