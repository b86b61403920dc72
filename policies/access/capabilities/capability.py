"""What one line of the guarded capabilities says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guarded:
    """Actions on every resource of the `types` whose tag data-class is one of `classes` (without any: whatever it is),
    and of `project`, if one is given; without types, wherever the principal's own policies allow them.

    `part` is what follows the resource's ARN. `named` says that access is listed for each resource.
    """

    actions: tuple[str, ...]
    types: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    part: str = ""
    named: bool = False
    project: str = ""


@dataclass(frozen=True)
class Capability:
    """One thing that matters: `guarded` in AWS, and `verbs` in a cluster (group, resource, verbs)."""

    id: str
    title: str
    guarded: tuple[Guarded, ...]
    verbs: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
