"""Whether a principal has the means for a step: an action on something, and a service that takes the role."""

from policies.access.decision import Outcome
from policies.access.estate import Asker, Context, Estate
from policies.access.estate.principals import Principal
from policies.access.reach.escalation import Passing
from policies.access.reach.named import filled, named


class Means:
    """What principals and services of an estate can do on what is named; each is decided once."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self._anywhere: dict[tuple[str, str], Outcome] = {}
        self._takes: dict[tuple[str, str], Outcome] = {}

    def anywhere(self, principal: Principal, action: str) -> Outcome:
        """Whether the principal can do the action on one of the resources that its own policies name."""
        key = (principal.key, action)
        if key not in self._anywhere:
            asker = Asker(principal.arn, known=principal)
            outcomes = {
                self.estate.outcome(asker, action, resource, self._where) for resource in self._named(principal, action)
            }
            order = (Outcome.ALLOW, Outcome.MAY)
            self._anywhere[key] = next((outcome for outcome in order if outcome in outcomes), Outcome.DENY)
        return self._anywhere[key]

    def starts(self, principal: Principal, passing: Passing) -> Outcome:
        """Whether the principal can do all the actions of the passing, and one of those that start it."""
        each = [self.anywhere(principal, action) for action in passing.actions]
        if passing.starts:
            ways = {self.anywhere(principal, action) for action in passing.starts}
            each.append(next(o for o in (Outcome.ALLOW, Outcome.MAY, Outcome.DENY) if o in ways))
        return next(o for o in (Outcome.DENY, Outcome.MAY, Outcome.ALLOW) if o in each)

    def is_taken_by(self, role: Principal, service: str) -> Outcome:
        """Whether the service can assume the role."""
        key = (role.arn, service)
        if key not in self._takes:
            self._takes[key] = self.estate.outcome(Asker(service), "sts:AssumeRole", role.arn)
        return self._takes[key]

    def _named(self, principal: Principal, action: str) -> set[str]:
        account = principal.arn.split(":")[4]
        return {filled(pattern, account, self._region) for pattern in named(principal, action)}

    @property
    def _region(self) -> str:
        return self.estate.places.region or "us-east-1"

    @property
    def _where(self) -> Context:
        return {"aws:RequestedRegion": self.estate.places.region} if self.estate.places.region else {}
