"""All rules, by area. A new rule joins its module's RULES, a new module its area's, a new area the list here."""

from policies.rule import Rule
from policies.rules import (
    access,
    balancers,
    buckets,
    cluster,
    databases,
    detection,
    firewalls,
    general,
    keys,
    kubernetes,
    logs,
    messages,
    network,
    recovery,
    registries,
    secrets,
    trails,
)

_AREAS = (
    access,
    balancers,
    buckets,
    cluster,
    databases,
    detection,
    firewalls,
    general,
    keys,
    kubernetes,
    logs,
    messages,
    network,
    recovery,
    registries,
    secrets,
    trails,
)

ALL: tuple[Rule, ...] = tuple(sorted((rule for area in _AREAS for rule in area.RULES), key=lambda rule: rule.id))
BY_ID = {rule.id: rule for rule in ALL}
