"""What the engine and we call the objects of one stack in its backend."""

from dataclasses import dataclass

# Ours are apart from .pulumi/, whose every folder the engine lists.
OURS = ".platform"


@dataclass(frozen=True)
class Keys:
    """The objects of one stack; as pkg/backend/diy of the engine (3.x) names them."""

    project: str
    stack: str

    @property
    def state(self) -> str:
        return f".pulumi/stacks/{self.project}/{self.stack}.json"

    @property
    def compressed(self) -> str:
        return f"{self.state}.gz"

    @property
    def backup(self) -> str:
        """The state before the last write."""
        return f"{self.state}.bak"

    @property
    def backups(self) -> str:
        """Begins the states before each update."""
        return f".pulumi/backups/{self.project}/{self.stack}/{self.stack}."

    @property
    def history(self) -> str:
        """Begins each update's record (.history.json) and the state it ended with (.checkpoint.json)."""
        return f".pulumi/history/{self.project}/{self.stack}/{self.stack}-"

    @property
    def locks(self) -> str:
        return f".pulumi/locks/organization/{self.project}/{self.stack}/"

    @property
    def seal(self) -> str:
        return f"{OURS}/seals/{self.project}/{self.stack}.json"

    @property
    def damaged(self) -> str:
        """Begins the states that were found damaged, and are kept."""
        return f"{OURS}/damaged/{self.project}/{self.stack}/"
