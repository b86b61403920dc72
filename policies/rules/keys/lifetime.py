"""Keys change every year, and are hard to lose."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity

_LONGEST_ROTATION_DAYS = 365
_WINDOW_DAYS = 30  # the longest that KMS offers, and its default
_SPECIFICATIONS = ("customerMasterKeySpec", "keySpec")


def _rotation_problems(key: Resource, _: Graph) -> Iterator[Problem]:
    if key.props.get("enableKeyRotation") is not True:
        yield Problem("enableKeyRotation", "the key is never rotated")
    days = int(key.props.get("rotationPeriodInDays", _LONGEST_ROTATION_DAYS))
    if days > _LONGEST_ROTATION_DAYS:
        yield Problem("rotationPeriodInDays", f"the key is rotated only every {days} days")


def _can_rotate(key: Resource, _: Graph) -> bool:
    """KMS rotates symmetric encryption keys alone, and none that live in a key store of the customer's."""
    symmetric = all(key.props.get(name, "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT" for name in _SPECIFICATIONS)
    return symmetric and not key.props.get("customKeyStoreId")  # which states hold as an empty text


def _loss_problems(key: Resource, _: Graph) -> Iterator[Problem]:
    days = int(key.props.get("deletionWindowInDays", _WINDOW_DAYS))
    if days < _WINDOW_DAYS:
        yield Problem("deletionWindowInDays", f"a deletion can be cancelled for {days} days, not {_WINDOW_DAYS}")
    if key.props.get("bypassPolicyLockoutSafetyCheck", False) is not False:
        yield Problem("bypassPolicyLockoutSafetyCheck", "the policy may lock everyone out of the key for good")


def _key(**properties: object) -> Node:
    return Node(tokens.KEY, "key", properties)


RULES = (
    Rule(
        id="KMS-01",
        name="key-rotates-yearly",
        summary="Every symmetric key is rotated once a year or more often.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.KEY,),
        reads=("enableKeyRotation", "rotationPeriodInDays", *_SPECIFICATIONS, "customKeyStoreId"),
        controls=(*pci("L", "3.7.4"), *pci("P", "3.7.4"), *cis(("3.6",), ("3.6",)), *soc2("PI1.5")),
        remedy="Use components.EncryptionKey, or set enable_key_rotation=True.",
        problems=_rotation_problems,
        applies=_can_rotate,
        passes=(
            (_key(enableKeyRotation=True),),
            (_key(enableKeyRotation=True, rotationPeriodInDays=90),),
            (_key(enableKeyRotation=True, customerMasterKeySpec="SYMMETRIC_DEFAULT"),),
        ),
        fails=(
            (_key(),),
            (_key(enableKeyRotation=False),),
            (_key(enableKeyRotation="yes"),),
            (_key(enableKeyRotation=False, customKeyStoreId=""),),
            (_key(enableKeyRotation=True, rotationPeriodInDays=366),),
        ),
        undecided=((_key(enableKeyRotation=Ref("key")),),),
        ignores=(
            (_key(customerMasterKeySpec="RSA_4096"),),
            (_key(keySpec="ECC_NIST_P256"),),
            (_key(customKeyStoreId="cks-1"),),
        ),
    ),
    Rule(
        id="KMS-04",
        name="key-is-hard-to-lose",
        summary="A key's deletion can be cancelled for 30 days, and its policy cannot lock everyone out.",
        severity=Severity.HIGH,
        pack=Pack.OPERATIONS,
        types=tokens.KEYS,
        reads=("deletionWindowInDays", "bypassPolicyLockoutSafetyCheck"),
        controls=(*pci("L", "3.7.5"), *unverified("soc2", "CC6.1")),
        remedy="Use components.EncryptionKey, or set deletion_window_in_days=30 and keep the lock-out check.",
        problems=_loss_problems,
        passes=(
            (_key(),),
            (_key(deletionWindowInDays=30, bypassPolicyLockoutSafetyCheck=False),),
        ),
        fails=(
            (_key(deletionWindowInDays=7),),
            *((Node(type_, "key", {"deletionWindowInDays": 7}),) for type_ in tokens.KEYS[1:]),
            (_key(deletionWindowInDays=29),),
            (_key(bypassPolicyLockoutSafetyCheck=True),),
        ),
        undecided=((_key(deletionWindowInDays=Ref("key")),),),
    ),
)
