"""drift: what somebody changed in the cloud behind the program's back, and who did what is urgent."""

import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import typer

from platformctl import engine, show
from platformctl.clients import session
from platformctl.commands.options import AsJson, Environment, Live, OfficialProviders
from platformctl.drift import Difference, DriftClass, find_drift
from platformctl.drift_actors import Call, calls, urgent
from platformctl.errors import CommandError, Exit
from platformctl.progress import progress
from platformctl.project import Project
from platformctl.state import deployment
from platformctl.target import Target, open_target

_STYLE = {DriftClass.SECURITY: "bold red", DriftClass.OURS: "yellow", DriftClass.HARMLESS: "dim"}


def drift(
    environment: Environment,
    as_json: AsJson = False,
    live: Live = False,
    official_providers: OfficialProviders = False,
) -> None:
    """Compare state and cloud; nothing is written. Exit code 4 when they differ.

    Every difference is security (access, encryption or evidence: act now), ours (a setting: deploy or adopt it)
    or harmless (labels). Who made what is urgent is asked of CloudTrail, which knows it some minutes later.

    Example: platformctl drift prod --live --json
    """
    started = time.monotonic()
    project, stack = Project.choose(environment)
    with open_target(project, stack, live=live, official_providers=official_providers) as target:
        if not engine.stack_exists(target):
            raise CommandError(
                f"nothing is deployed: {target.place} holds no stack {target.name!r}; `platformctl up` makes it"
            )
        with progress(f"reading {environment}") as step:
            outcome = engine.run(target, "refresh", "--preview-only", policies=False, on_event=step.on_event)
        if outcome.exit_code:
            raise CommandError("the engine failed:\n" + "\n".join(outcome.errors or [outcome.output]), Exit.ENGINE)
        state = deployment(target)["resources"]
        found = find_drift(outcome.events, state)
        made = _made(target, found, state)
    totals = {kind.value: sum(d.drift_class is kind for d in found) for kind in DriftClass}
    if as_json:
        seconds = round(time.monotonic() - started, 1)
        show.show_json(
            {
                "schema": 1,
                "environment": environment,
                "differences": [
                    {**d.as_dict(), "made_by": [call.as_dict() for call in made.get(d.urn, ())]} for d in found
                ],
                "summary": totals,
                "seconds": seconds,
            }
        )
    else:
        for one in found:
            what = one.property or "the resource is gone"
            show.out.print(
                f"[{_STYLE[one.drift_class]}]{one.drift_class}[/] {show.escape(one.name)} [dim]{one.type}[/] {what}"
            )
            if one.property:
                show.out.print(f"    state: {show.escape(show.value_text(one.state))}")
                show.out.print(f"    cloud: {show.escape(show.value_text(one.cloud))}")
            for call in made.get(one.urn, ()):
                show.out.print(f"    made by: {show.escape(call.text)}")
        show.out.print("Drift: " + ", ".join(f"{number} {kind}" for kind, number in totals.items()))
    raise typer.Exit(Exit.DRIFT if found else Exit.FINE)


def _made(
    target: Target, found: Sequence[Difference], state: Sequence[Mapping[str, Any]]
) -> Mapping[str, Sequence[Call]]:
    """The calls behind what is urgent, by URN; that nobody can tell is said, and changes nothing."""
    if not (urns := urgent(found)):
        return {}
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    home, variables = target.project.settings(target.environment).account.region, target.variables
    patient = Config(retries={"mode": "adaptive", "total_max_attempts": 5})  # it takes two calls a second
    endpoint, wrong = variables.get("AWS_ENDPOINT_URL"), dict[str, str]()  # by region

    @cache
    def client(region: str) -> Any:
        return session(variables, region).client("cloudtrail", endpoint_url=endpoint, config=patient)

    def lookup(region: str, name: str) -> Iterable[Mapping[str, Any]]:
        if region in wrong:
            return []
        attribute = {"AttributeKey": "ResourceName", "AttributeValue": name}
        try:
            events: list[Mapping[str, Any]] = client(region).lookup_events(LookupAttributes=[attribute])["Events"]
        except (BotoCoreError, ClientError) as error:
            wrong[region] = str(error)
            return []
        return events

    made = calls(lookup, urns, state, home)
    for region, why in wrong.items():
        show.err.print(f"[yellow]note[/] who made urgent differences in {region} cannot be told: {show.escape(why)}")
    return made
