"""A check of the Pod Security Standards, and the pod that it looks at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from policies.rule import Problem, decide
from policies.values import Block

BASELINE, RESTRICTED = "baseline", "restricted"
CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


@dataclass(frozen=True, eq=False)
class Pod:
    """A pod's spec and annotations, of the pod itself or of the template that makes it."""

    spec: Block
    annotations: Block

    @property
    def windows(self) -> bool:
        """Whether the pod says that it runs on Windows, where what `restricted` asks of Linux cannot be set."""
        return self.spec.block("os").text("name") == "windows"


Find = Callable[[Block, Pod], Iterator[Problem]]


@dataclass(frozen=True)
class Check:
    """What is looked for in the pod's spec, in each container, and in the security context of either."""

    id: str
    pod: Find | None = None
    context: Find | None = None
    container: Find | None = None

    def problems(self, pod: Pod) -> Iterator[Problem]:
        """What the check finds; raises Undecided, after that, for what is not known yet."""
        return decide(self._parts(pod), lambda part: part())

    def _parts(self, pod: Pod) -> Iterator[Callable[[], Iterator[Problem]]]:
        if find := self.pod:
            yield lambda: find(pod.spec, pod)
        if look := self.context:
            yield lambda: look(pod.spec.block("securityContext"), pod)
        if self.context or self.container:
            yield from (partial(self._among, key, pod) for key in CONTAINERS)

    def _among(self, key: str, pod: Pod) -> Iterator[Problem]:
        return decide(pod.spec.each(key), lambda container: self._inside(container, pod))

    def _inside(self, container: Block, pod: Pod) -> Iterator[Problem]:
        if self.context:
            yield from self.context(container.block("securityContext"), pod)
        if self.container:
            yield from self.container(container, pod)


def baseline(block: Block, key: str, message: str) -> Problem:
    """What both levels refuse about a property of `block`."""
    return Problem(block.at(key), f"{block.at(key)} {message}", BASELINE)


def restricted(block: Block, key: str, message: str) -> Problem:
    """What only the level `restricted` refuses about a property of `block`."""
    return Problem(block.at(key), f"{block.at(key)} {message}", RESTRICTED)
