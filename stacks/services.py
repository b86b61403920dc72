"""The billing services and their queues: what each of them is and needs, the same in every environment.

To ship another one, add it here, and its release to Pulumi.<environment>.yaml; docs/services.md shows the whole.
"""

from typing import Final

from components.services.definition import (
    ANYWHERE,
    DatabaseUse,
    Migration,
    Resources,
    ServiceDefinition,
)
from components.services.queue_definition import QueueDefinition
from stacks.service_levels import API, LEDGER, PAYOUTS, WEBHOOKS

SERVICES: Final = (
    ServiceDefinition(
        name="api",
        owner="payments",
        risk="payment-write",
        data_class="financial",
        pci_scope="cde",
        slo=API,
        resources=Resources(cpu_m=500, memory_mib=768),
        routes=("/v1",),
        public=True,
        databases=(DatabaseUse("subscriptions", pool=5),),
        migrations=(Migration(database="subscriptions", command=("/app/migrate", "subscriptions")),),
        sends=("ledger-entries", "payout-requests", "webhook-events"),
        secrets=("card-processor",),
        egress_hosts=("api.card-processor.example",),
    ),
    ServiceDefinition(
        name="webhooks",
        owner="integrations",
        risk="webhook-out",
        data_class="personal",
        pci_scope="connected",  # it goes wherever customers say, so nothing that handles cards may run beside it
        slo=WEBHOOKS,
        routes=("/v1/deliveries",),  # for the staff's tools: what was delivered, and to deliver it again
        consumes=("webhook-events",),
        secrets=("mail", "webhook-signing"),
        egress_hosts=(ANYWHERE,),
    ),
    ServiceDefinition(
        name="payouts",
        owner="payments",
        risk="worker",  # it takes batches from a queue, and a batch has no hundredth part to try a new version on
        data_class="financial",
        pci_scope="connected",
        slo=PAYOUTS,
        databases=(DatabaseUse("ledger", pool=2),),
        sends=("ledger-entries", "webhook-events"),
        consumes=("payout-requests",),
        secrets=("payout-rail",),
        egress_hosts=("api.payout-rail.example",),
        drain_s=120,
    ),
    ServiceDefinition(
        name="ledger",
        owner="ledger",
        risk="worker",  # no request reaches it: entries come in order, from a queue
        data_class="financial",
        pci_scope="cde",
        slo=LEDGER,
        databases=(DatabaseUse("ledger", pool=4),),
        migrations=(Migration(database="ledger", command=("/app/migrate", "ledger")),),
        consumes=("ledger-entries",),
        drain_s=60,
    ),
)

QUEUES: Final = (
    QueueDefinition(
        name="ledger-entries",
        data_class="financial",
        in_order=True,  # of one account: a balance is the sum of what came before
        oldest_s=300,
        dead_letter_urgency="page",  # an entry that is not booked is money that is not there
    ),
    QueueDefinition(
        name="payout-requests",
        data_class="financial",
        in_order=True,  # of one merchant, and each once
        visibility_timeout_s=300,
        oldest_s=1800,
        dead_letter_urgency="page",
    ),
    QueueDefinition(name="webhook-events", data_class="personal", oldest_s=900),
)
