"""What dashboards are of in an environment: its services, and the alarms of its databases and queues."""

from pulumi import Input, ResourceOptions

from components import queue_alarms
from components.alarms import Alarm
from components.dashboards.catalogue import Watched
from components.databases.alarms import watches
from components.grafana_dashboards import GrafanaDashboards, GrafanaDashboardsArgs
from components.labels import Labels
from components.services.queue_definition import QueueDefinition
from components.work_queue import name_in_aws
from stacks.sections.data import topology
from stacks.services import QUEUES, SERVICES
from stacks.settings import Settings


def deploy_dashboards(settings: Settings, labels: Labels, namespace: Input[str], opts: ResourceOptions) -> None:
    """Every dashboard, in the namespace of what reads them."""
    args = GrafanaDashboardsArgs(namespace=namespace, labels=labels, watched=watched(settings))
    GrafanaDashboards("dashboards", args, opts)


def watched(settings: Settings) -> Watched:
    environment = settings.environment
    return Watched(
        services=tuple(service.name for service in SERVICES),
        databases={
            name: tuple(one.alarm for one in watches(f"{environment}-{name}", topology(database)))
            for name, database in settings.data.databases.items()
        },
        low=settings.budgets.low_percent / 100,
        queues={queue.name: _alarms(environment, queue) for queue in QUEUES},
    )


def _alarms(environment: str, queue: QueueDefinition) -> tuple[Alarm, ...]:
    name, dead = (name_in_aws(f"{environment}-{queue.name}", fifo=queue.in_order, role=role) for role in ("", "dead"))
    told = queue_alarms.watches(name, dead, queue.oldest_s, queue.dead_letter_urgency)
    return tuple(alarm for _, alarms in told for alarm in alarms)
