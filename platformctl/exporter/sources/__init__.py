"""What is read, how often, and from where."""

from platformctl.exporter.clients import Clients
from platformctl.exporter.config import Config
from platformctl.exporter.polling import Source


def sources(config: Config, clients: Clients) -> tuple[Source, ...]:
    """Each by itself: one that fails keeps none of the others waiting."""
    from platformctl.exporter.sources.aborts import Aborts, of_cluster
    from platformctl.exporter.sources.backups import newest_copies
    from platformctl.exporter.sources.changes import Changes
    from platformctl.exporter.sources.databases import replica_lag, restorable
    from platformctl.exporter.sources.deliveries import Deliveries
    from platformctl.exporter.sources.digests import Digests

    return (
        Source("databases", 60, lambda: restorable(config, clients)),
        Source("replicas", 60, lambda: replica_lag(config, clients)),
        Source("backups", 600, lambda: newest_copies(config, clients)),
        Source("audit-delivery", 120, Deliveries(config, clients).read),
        Source("audit-digests", 3_600, Digests(config, clients).read),
        Source("change-records", 300, Changes(config, clients).gaps),
        Source("releases", 300, Changes(config, clients).releases),
        Source("rollouts", 5, Aborts(lambda: of_cluster(config)).read),
    )
