"""Whether the shell's credentials are of the environment's account, and its region is the environment's."""

from collections.abc import Iterator

from platformctl.errors import CommandError
from platformctl.preflight.obstacle import Obstacle
from platformctl.target import Target

_REGION_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")


def regions(target: Target) -> Iterator[Obstacle]:
    """The shell's region, where it has one: what asks for none, such as the secrets provider, would go there."""
    wanted = target.project.settings(target.environment).account.region
    for name in _REGION_VARIABLES:
        if (given := target.variables.get(name)) and given != wanted:
            yield Obstacle(
                "region",
                f"{name} is {given}, but the environment's account.region is {wanted}",
                f"export {name}={wanted}, or unset it",
            )


def credentials(target: Target) -> Iterator[Obstacle]:
    """Asks STS whose they are: missing, expired, unknown, of another account."""
    from platformctl.live.connection import connect

    account = target.project.settings(target.environment).account
    try:
        connect(account.id, account.region)
    except CommandError as error:
        yield Obstacle("credentials", str(error))
