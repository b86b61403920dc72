"""Where the uses of an account's role for emergencies are written down: beside the environment's state."""

from collections.abc import Mapping

from platformctl.break_glass.uses import Uses
from platformctl.locks.backend import store_of
from platformctl.locks.book import Document


def document(variables: Mapping[str, str], project: str, stack: str) -> Document[Uses]:
    """With the credentials among `variables`."""
    return Document(store_of(variables), f"break-glass/{project}/{stack}", stack, Uses.loads)
