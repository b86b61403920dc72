"""Whose environment it is, and in which account."""

from typing import Annotated

from pydantic import Field

from components.tags import DataClass, PciScope
from stacks.reading import Check, Found
from stacks.sections.fields import AccountId, CostCentre, Name, OrganisationId, Region, Strict


class Account(Strict):
    id: AccountId
    """The AWS account, twelve digits in quotes; the provider refuses any other."""
    region: Region
    """Data stays in the European Union."""
    recovery_region: Region
    """Where copies of backups and evidence are kept, under keys of their own."""
    organisation_id: OrganisationId
    """The AWS organisation that the account belongs to."""
    organisation: Name
    """Begins the name of every bucket."""


class Tags(Strict):
    owner: Annotated[str, Field(min_length=2)]
    """The team that answers for the environment."""
    cost_centre: CostCentre
    """Who pays, such as PAY-1200."""
    data_class: DataClass = "internal"
    """Of what has no class of its own."""
    pci_scope: PciScope = "connected"
    """Of what has no scope of its own."""


def _apart(region: str, recovery_region: str) -> Found:
    if region == recovery_region:
        allowed = f"another region than account.region ({region}): copies in the same one are lost with it"
        yield "account.recovery_region", recovery_region, allowed, "name another region of the European Union"


CHECKS: tuple[Check, ...] = ((("account.region", "account.recovery_region"), _apart),)
