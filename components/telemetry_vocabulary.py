"""What telemetry says about where it comes from: one vocabulary for logs, metrics and traces of every service.

Loads no SDK. Names are those of OpenTelemetry's semantic conventions 1.27 where these have one, ours begin with
`platform.`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from components.labels import PART_OF
from components.tags import DataClass

Key = Literal[
    "service.name",
    "service.namespace",
    "service.version",
    "deployment.environment.name",
    "platform.revision_hash",
    "platform.data_class",
    "platform.owner",
]


@dataclass(frozen=True)
class Attribute:
    """`meaning`: for people. `label`: what the series of Prometheus that are scraped call the same, if they have it."""

    meaning: str
    label: str | None = None


VOCABULARY: Final[Mapping[Key, Attribute]] = {
    "service.name": Attribute("the service, as in stacks/services.py", "service"),
    "service.namespace": Attribute("what it is a part of, the same for all services"),
    "service.version": Attribute("the digest of its image"),
    "deployment.environment.name": Attribute("prod, staging or sandbox", "environment"),
    "platform.revision_hash": Attribute("which of the two versions of a release: the hash of its pods", "hash"),
    "platform.data_class": Attribute("what its logs may hold: says where they are kept, and for how long"),
    "platform.owner": Attribute("the team that answers for it", "owner"),
}
REVISION_VARIABLE: Final = "REVISION_HASH"  # of the pod; Kubernetes puts it in where $(REVISION_HASH) stands


def resource_attributes(*, service: str, version: str, environment: str, data_class: DataClass, owner: str) -> str:
    """OTEL_RESOURCE_ATTRIBUTES of a service's pods, with every key of the vocabulary.

    Values are percent-encoded: OpenTelemetry specification 1.40, "Resource SDK", specifying resource information via an
    environment variable.
    """
    values: dict[Key, str] = {
        "service.name": service,
        "service.namespace": PART_OF,
        "service.version": version,
        "deployment.environment.name": environment,
        "platform.revision_hash": f"$({REVISION_VARIABLE})",
        "platform.data_class": data_class,
        "platform.owner": owner,
    }
    return ",".join(f"{key}={quote(values[key], safe='$():')}" for key in VOCABULARY)
