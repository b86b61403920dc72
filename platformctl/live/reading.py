"""Reads what was listed: the properties of every resource, as Pulumi's provider names them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from platformctl.live.account import Account
from platformctl.live.discovery import Found, NotRead, reason
from platformctl.live.types import readers
from sandbox import driver
from sandbox.resource import Resource
from sandbox.retry import AwsError


@dataclass(frozen=True)
class Read:
    """One resource as it is: `asked` is what a program would have to ask for, `properties` all that AWS tells."""

    found: Found
    id: str  # as the provider has it: some import ids are longer
    asked: Mapping[str, Any] = field(repr=False)
    properties: Mapping[str, Any] = field(repr=False)

    @property
    def arn(self) -> str:
        """What the account calls it; the type and id of what has no ARN."""
        told = (self.properties.get(key) for key in ("arn", "accessEntryArn", "associationArn", "backupVaultArn"))
        arn = next((one for one in told if isinstance(one, str) and one.startswith("arn:")), "")
        where = "" if self.found.token.startswith("aws:iam/") else f"@{self.found.region}"
        return arn or f"{self.found.token.rpartition(':')[2]}/{self.id}{where}"


def read(account: Account, found: Found, known: Mapping[str, Any]) -> Read | NotRead | None:
    """The resource; None if it is gone, or was never there. `known` are the inputs that a program gave it."""
    kind = readers()[found.token]
    inputs = {key: value for key, value in known.items() if key in kind.all_inputs()}
    away = {"region": found.region} if found.region != account.region else {}
    id_ = f"{found.id}@{found.region}" if away and not inputs else found.id
    resource = Resource(kind, account, {**inputs, **away} if inputs else {}, id_)  # type: ignore[arg-type]
    try:
        observed = driver.read(resource)
        return (
            None
            if observed is None
            else Read(found, resource.id, _asked(resource, observed, managed=bool(inputs)), observed)
        )
    except AwsError as error:
        operation = str(error).partition(":")[0]
        return NotRead(found.token, found.region, kind.service, operation, reason(error), found.id)
    except (AttributeError, LookupError, TypeError, ValueError) as error:  # an answer in a form that no reader knows
        why = f"not understood ({type(error).__name__})"
        return NotRead(found.token, found.region, kind.service, "", why, found.id)


def _asked(resource: Resource, observed: Mapping[str, Any], *, managed: bool) -> dict[str, Any]:
    """What the program asked for, corrected by what is; without one, what it would have to ask for."""
    if managed:
        return driver.refreshed_inputs(resource, observed)
    local = {name for name, prop in resource.type.all_inputs().items() if prop.local}
    if resource.region == resource.session.region:
        local.add("region")  # where the provider is, nobody has to say it
    given = driver.imported_inputs(resource, observed)
    return {key: value for key, value in given.items() if key not in local}
