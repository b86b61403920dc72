"""What dashboards are of in an environment: its services, and the alarms of its databases and queues; and Grafana."""

from collections.abc import Mapping
from typing import Any

from pulumi import Input, Resource, ResourceOptions

from components import queue_alarms
from components.alarms import Alarm
from components.dashboards.catalogue import Watched
from components.databases.alarms import watches
from components.grafana import Grafana, GrafanaArgs
from components.grafana_dashboards import GrafanaDashboards, GrafanaDashboardsArgs, config_map
from components.labels import Labels
from components.services.queue_definition import QueueDefinition
from components.telemetry import PROMETHEUS_URL
from components.waiting import after
from components.work_queue import name_in_aws
from stacks.sections.data import topology
from stacks.services import QUEUES, SERVICES
from stacks.settings import Settings

HOME = "billing-service-levels"


def deploy_dashboards(
    settings: Settings,
    namespace: Input[str],
    common: Mapping[str, Any],
    needed: tuple[Resource, ...],
    opts: ResourceOptions,
) -> None:
    """Every dashboard, and then what shows them. `common`: arguments of every controller of the platform; `needed`:
    what Grafana waits for. Nothing waits for Grafana: services are delivered whether or not it runs.
    """
    labels: Labels = common["labels"]
    args = GrafanaDashboardsArgs(namespace=namespace, labels=labels, watched=watched(settings))
    shown = GrafanaDashboards("dashboards", args, opts)
    Grafana(
        "grafana",
        GrafanaArgs(
            namespace=namespace,
            prometheus_url=PROMETHEUS_URL,
            dashboards={uid: config_map(uid) for uid in shown.maps},
            home=HOME,
            private_cloudwatch="monitoring" in settings.network.endpoints.interface,
            **common,
        ),
        ResourceOptions.merge(opts, after(*needed, *shown.maps.values())),
    )


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
