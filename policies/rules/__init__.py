"""All rules, by area. A new module joins the list here; a new rule joins its module's RULES."""

from policies.rule import Rule
from policies.rules.access import (
    administration,
    boundaries,
    github,
    passing,
    passwords,
    people,
    resources,
    trust,
    users,
)
from policies.rules.buckets import encryption, evidence, keeping, public_access, transport
from policies.rules.detection import changes, coverage, posture, threats
from policies.rules.general import protection, residency, tags
from policies.rules.keys import accounts, lifetime, separation
from policies.rules.network import acls, data_tier, endpoints, exposure, flow_logs, groups, subnets
from policies.rules.secrets import own_key, rotation

_ACCESS = (administration, boundaries, github, passing, passwords, people, resources, trust, users)
_DETECTION = (changes, coverage, posture, threats)
_NETWORK = (acls, data_tier, endpoints, exposure, flow_logs, groups, subnets)
_BUCKETS = (encryption, evidence, keeping, public_access, transport)
_KEYS = (accounts, lifetime, separation)
_SECRETS = (own_key, rotation)
_GENERAL = (protection, residency, tags)

ALL: tuple[Rule, ...] = tuple(
    sorted(
        (
            rule
            for module in (*_ACCESS, *_DETECTION, *_NETWORK, *_BUCKETS, *_KEYS, *_SECRETS, *_GENERAL)
            for rule in module.RULES
        ),
        key=lambda rule: rule.id,
    )
)
BY_ID = {rule.id: rule for rule in ALL}
