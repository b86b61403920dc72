"""How things stand after an update that did not end: what was done, what is under way, what exists, what is left."""

from dataclasses import dataclass
from typing import Any

from platformctl import show
from platformctl.changes import sides
from platformctl.errors import CommandError, Exit
from platformctl.locks import Lease
from platformctl.plans.make import previewed
from platformctl.records import reading
from platformctl.records.places import beside_state
from platformctl.recovery import ownership
from platformctl.recovery.interrupted import Left, adopt, import_line, left_behind, mend
from platformctl.recovery.ownership import Untracked
from platformctl.run import Run
from platformctl.state import Resource
from platformctl.target import Target


@dataclass(frozen=True)
class Standing:
    """How things stand after an update that did not end. `exists`: what its creations made, with import ids."""

    last: dict[str, Any] | None  # the change record of it
    left: Left
    exists: list[tuple[Resource, str]]
    unclaimed: list[Untracked]
    run: Run  # what is still to be done
    plan: dict[str, Any] | None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: done, pending, untracked, unclaimed, and the changes that remain."""
        steps = self.last["engine"]["steps"] if self.last else []
        return {
            "last": {key: self.last[key] for key in ("sequence", "command", "outcome")} if self.last else None,
            "done": [one for one in steps if one["outcome"] == "done"],
            "unfinished": [one for one in steps if one["outcome"] != "done"],
            "pending": [{"type": one["type"], "urn": one["resource"]["urn"]} for one in self.left.pending],
            "untracked": [
                {"urn": resource["urn"], "id": id_, "command": import_line(resource, id_)}
                for resource, id_ in self.exists
            ],
            "unclaimed": [one.as_dict() for one in self.unclaimed],
            "remaining": [{"urn": one.urn, "operation": one.operation} for one in self.run.changes],
        }


def look(target: Target) -> Standing:
    """Looks in state, cloud and records, and changes nothing."""
    records = reading.records(reading.files(beside_state(target)))
    last = records[-1] if records and records[-1]["outcome"] != "succeeded" else None
    left = left_behind(target)
    run, plan = previewed(target)
    known = {resource["urn"] for resource, _ in left.found}
    more = ownership.claimed(target, run.changes, sides(run.outcome.events), left.state["resources"])
    exists = [*left.found, *((resource, id_) for resource, id_ in more if resource["urn"] not in known)]
    unclaimed = ownership.unclaimed(target, ownership.states(target), (id_ for _, id_ in exists))
    return Standing(last, left, exists, unclaimed, run, plan)


def take_in(target: Target, found: Standing, lease: Lease) -> None:
    """Takes what exists into the state; CommandError for what hangs on something that no state has: a person does that,
    for to make it again would make it twice.
    """
    recorded = {resource["urn"] for resource in found.left.state["resources"]}
    loose = [
        import_line(resource, id_)
        for resource, id_ in found.exists
        if not {resource.get("parent"), resource.get("provider", "").rpartition("::")[0]} <= {*recorded, None, ""}
    ]
    if loose:
        listed = "\n".join(f"  {line}" for line in loose)
        raise CommandError(
            f"these exist, and their parent or provider is in no state: import them by hand, then resume:\n{listed}",
            Exit.ENGINE,
        )
    mend(target, found.left, lease.check)
    lease.check()
    adopt(target, [one for one in found.exists if one not in found.left.found], lease.check)


def tell(found: Standing) -> None:
    """The report for people."""
    told = found.as_dict()
    if last := told["last"]:
        show.out.print(f"change {last['sequence']}, {last['command']}, {last['outcome']}:")
    for title, key in (("done", "done"), ("begun or failed", "unfinished"), ("remaining", "remaining")):
        show.out.print(f"[bold]{title}[/]: {len(told[key]) or 'nothing'}")
        for one in told[key]:
            show.out.print(f"    {one['operation']} {show.escape(one['urn'])}")
    for one in told["pending"]:
        show.out.print(f"[bold]pending[/] {one['type']} {show.escape(one['urn'])}")
    for one in told["untracked"]:
        show.out.print(f"[bold yellow]exists, but not in the state[/] {show.escape(one['urn'])}: {one['id']}")
        show.out.print(f"    {show.escape(one['command'])}")
    for one in told["unclaimed"]:
        show.out.print(f"[bold yellow]exists, and nothing in the program claims it[/] {show.escape(one['arn'])}")
        if one["command"]:
            show.out.print(f"    {show.escape(one['command'])}")
