"""All rules, by area. A new module joins the list here; a new rule joins its module's RULES."""

from policies.rule import Rule
from policies.rules.buckets import encryption, evidence, keeping, public_access, transport
from policies.rules.databases import exposure as database_exposure
from policies.rules.databases import keeping as database_keeping
from policies.rules.databases import logging as database_logging
from policies.rules.databases import placement, secrets
from policies.rules.databases import transport as database_transport
from policies.rules.general import protection, residency, tags
from policies.rules.keys import accounts, lifetime, separation
from policies.rules.logs import alarms, filters
from policies.rules.logs import groups as log_groups
from policies.rules.network import acls, data_tier, endpoints, exposure, flow_logs, groups, subnets
from policies.rules.recovery import coverage, objectives, vaults
from policies.rules.trails import archive, objects, recording, tampering

_NETWORK = (acls, data_tier, endpoints, exposure, flow_logs, groups, subnets)
_BUCKETS = (encryption, evidence, keeping, public_access, transport)
_KEYS = (accounts, lifetime, separation)
_DATABASES = (database_exposure, database_keeping, database_logging, database_transport, placement, secrets)
_TRAILS = (archive, objects, recording, tampering)
_LOGS = (alarms, filters, log_groups)
_RECOVERY = (coverage, objectives, vaults)
_GENERAL = (protection, residency, tags)

ALL: tuple[Rule, ...] = tuple(
    sorted(
        (
            rule
            for module in (*_NETWORK, *_BUCKETS, *_KEYS, *_DATABASES, *_TRAILS, *_LOGS, *_RECOVERY, *_GENERAL)
            for rule in module.RULES
        ),
        key=lambda rule: rule.id,
    )
)
BY_ID = {rule.id: rule for rule in ALL}
