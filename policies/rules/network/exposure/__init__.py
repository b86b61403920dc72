"""Nothing is open to the internet but declared load balancers, and databases only to their own network."""

from policies.rule import Rule
from policies.rules.network.exposure.administration import NO_ADMIN_PORTS
from policies.rules.network.exposure.databases import NO_DATABASE_PORTS
from policies.rules.network.exposure.internet import NO_INGRESS

RULES: tuple[Rule, ...] = (NO_INGRESS, NO_ADMIN_PORTS, NO_DATABASE_PORTS)
