"""All rules, by area. A new module joins the list here; a new rule joins its module's RULES."""

from policies.rule import Rule
from policies.rules.buckets import encryption, evidence, keeping, public_access, transport
from policies.rules.general import protection, residency, tags
from policies.rules.keys import accounts, lifetime, separation
from policies.rules.network import acls, data_tier, endpoints, exposure, flow_logs, groups, subnets
from policies.rules.secrets import plaintext

_NETWORK = (acls, data_tier, endpoints, exposure, flow_logs, groups, subnets)
_BUCKETS = (encryption, evidence, keeping, public_access, transport)
_KEYS = (accounts, lifetime, separation)
_GENERAL = (protection, residency, tags)
_SECRETS = (plaintext,)

ALL: tuple[Rule, ...] = tuple(
    sorted(
        (rule for module in (*_NETWORK, *_BUCKETS, *_KEYS, *_GENERAL, *_SECRETS) for rule in module.RULES),
        key=lambda rule: rule.id,
    )
)
BY_ID = {rule.id: rule for rule in ALL}
