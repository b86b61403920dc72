"""What stands on resources: their own policies, the grants of keys, and what closes a bucket to others."""

from policies import tokens
from policies.access.document import Document, KeyGrant
from policies.access.estate import resources
from policies.access.estate.asking import Asker
from policies.access.estate.index import ByAction
from policies.access.estate.places import Places
from policies.access.gathering import grants_of
from policies.resource import Resource

KEYS = (tokens.KEY, tokens.KEY_REPLICA)


class Protection:
    """The policies and grants of a graph's resources, each read once."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._policies: dict[str, ByAction | None] = {}
        self._grants: dict[str, tuple[KeyGrant, ...]] = {}

    def policy(self, target: Resource | None, action: str) -> Document | None:
        """What the resource's own policy says on the action; None if it has none, or is not asked about it."""
        found = self._asked(target, action)
        return found.on(action) if found else None

    def is_open(self, target: Resource, action: str) -> bool:
        """Whether the target's own policy allows the action to someone, or a grant may."""
        policy = self._asked(target, action)
        return (policy is not None and policy.allows(action)) or bool(self.grants(target))

    def is_closed(self, target: Resource, asker: Asker) -> bool:
        """Whether the asker is of another account than a bucket that lets no others in while its policy is public."""
        if target.type != tokens.BUCKET or asker.account in ("", self.places.account(target)):
            return False
        index = self._indexed(target)
        return index is not None and resources.is_restricted(self.places.graph, target, index.document)

    def grants(self, target: Resource) -> tuple[KeyGrant, ...]:
        """The grants on a key; none on anything else."""
        if target.type not in KEYS:
            return ()
        if target.urn not in self._grants:
            self._grants[target.urn] = grants_of(self.places.graph, target)
        return self._grants[target.urn]

    def _asked(self, target: Resource | None, action: str) -> ByAction | None:
        return self._indexed(target) if target and _protects(target, action) else None

    def _indexed(self, resource: Resource) -> ByAction | None:
        if resource.urn not in self._policies:
            document = resources.policy_of(self.places.graph, resource, self.places.account(resource))
            self._policies[resource.urn] = ByAction(document) if document else None
        return self._policies[resource.urn]


def _protects(target: Resource, action: str) -> bool:
    """Whether the target's policy is asked: a role's trust policy about taking the role alone."""
    if target.type == tokens.ROLE:
        return action.lower().startswith("sts:")
    return target.type in resources.TYPES
