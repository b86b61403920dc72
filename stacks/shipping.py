"""Ships the services: the queues between them, and each service in a namespace of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.account_names import foundation_role_arn, platform_role_arn
from components.billing_service import BillingService, BillingServiceArgs
from components.databases.roles import RoleDefaults
from components.notification_topic import NotificationTopic
from components.queue_policy import QueueUsers
from components.service_secret import ServiceSecret
from components.services.database_roles import roles_in
from components.services.definition import ServiceDefinition
from components.services.queue_definition import QueueDefinition
from components.services.surroundings import Surroundings
from components.waiting import after
from components.web_firewall import WebFirewall
from components.work_queue import WorkQueue, WorkQueueArgs
from stacks.cluster import Cluster
from stacks.data import Data
from stacks.delivery import Delivery
from stacks.keys import Keys
from stacks.notifications import Urgency
from stacks.service_surroundings import surroundings
from stacks.services import QUEUES, SERVICES
from stacks.settings import Settings


@dataclass(frozen=True)
class Shipped:
    queues: Mapping[str, WorkQueue]
    services: Mapping[str, BillingService]


def deploy_services(
    settings: Settings,
    aws: Provider,
    keys: Keys,
    topics: Mapping[Urgency, NotificationTopic],
    data: Data,
    secrets: Mapping[str, ServiceSecret],
    cluster: Cluster,
    delivery: Delivery,
    firewall: WebFirewall,
) -> Shipped:
    """Every queue and service of stacks/services.py, at the releases of the settings."""
    asked = {one.name: _queue(settings, keys, topics, one) for one in QUEUES}
    queues = {name: WorkQueue(f"queue-{name}", args, ResourceOptions(provider=aws)) for name, args in asked.items()}
    around = surroundings(settings, data, asked, cluster, delivery, firewall)
    needed = after(*delivery.ready, *queues.values(), *secrets.values())
    opts = ResourceOptions.merge(ResourceOptions(providers=[aws, cluster.kubernetes]), needed)
    return Shipped(queues, {service.name: _service(settings, service, around, opts) for service in SERVICES})


def _service(
    settings: Settings, service: ServiceDefinition, around: Surroundings, opts: ResourceOptions
) -> BillingService:
    release = settings.services.releases[service.name].release
    args = BillingServiceArgs(definition=service, release=release, around=around)
    return BillingService(f"service-{service.name}", args, opts)


def _queue(
    settings: Settings, keys: Keys, topics: Mapping[Urgency, NotificationTopic], queue: QueueDefinition
) -> WorkQueueArgs:
    def roles(verb: str) -> tuple[str, ...]:
        names = [service.name for service in SERVICES if queue.name in getattr(service, verb)]
        return tuple(platform_role_arn(account.id, f"{settings.environment}-{name}") for name in names)

    account = settings.account
    return WorkQueueArgs(
        queue_name=f"{settings.environment}-{queue.name}",
        account_id=account.id,
        region=account.region,
        key_arn=keys.home[queue.data_class].arn,
        data_class=queue.data_class,
        users=QueueUsers(
            senders=roles("sends"),
            receivers=roles("consumes"),
            operators=(foundation_role_arn(account.id, "break-glass"),),
        ),
        page_topic_arn=topics["page"].arn,
        ticket_topic_arn=topics["ticket"].arn,
        fifo=queue.in_order,
        visibility_timeout_s=queue.visibility_timeout_s,
        oldest_s=queue.oldest_s,
        dead_letter_urgency=queue.dead_letter_urgency,
        protect=settings.policy.protect_stateful,
    )


def database_roles(database: str) -> tuple[RoleDefaults, ...]:
    """The logins of services in a database of the settings."""
    return roles_in(database, SERVICES)
