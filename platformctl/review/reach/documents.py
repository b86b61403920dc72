"""Policies of resources: whom they let in that they did not, and what they no longer deny."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from platformctl.review.compared import Compared
from platformctl.review.model import Item
from policies import tokens
from policies.documents import Condition, DocumentError, Principal, Statement, matches, statements
from policies.graph import Graph
from policies.resource import Resource
from policies.values import UNKNOWN, Mistyped, Undecided

_SHOWN = 4  # of one kind in a detail
# By the type that holds a policy: the property with it, the one that names its subject, and the subject's type.
_HOLDERS: Mapping[str, tuple[str, str, str]] = {
    tokens.BUCKET: ("policy", "", ""),
    tokens.BUCKET_POLICY: ("policy", "bucket", tokens.BUCKET),
    tokens.VPC_ENDPOINT: ("policy", "", ""),
    tokens.VPC_ENDPOINT_POLICY: ("policy", "vpcEndpointId", tokens.VPC_ENDPOINT),
    tokens.KEY: ("policy", "", ""),
    tokens.KEY_REPLICA: ("policy", "", ""),
    tokens.KEY_POLICY: ("policy", "keyId", tokens.KEY),
    tokens.QUEUE: ("policy", "", ""),
    tokens.QUEUE_POLICY: ("policy", "queueUrl", tokens.QUEUE),
    tokens.TOPIC: ("policy", "", ""),
    tokens.TOPIC_POLICY: ("policy", "arn", tokens.TOPIC),
    tokens.SECRET: ("policy", "", ""),
    tokens.SECRET_POLICY: ("policy", "secretArn", tokens.SECRET),
    tokens.REPOSITORY_POLICY: ("policy", "repository", tokens.REPOSITORY),
    tokens.REGISTRY_POLICY: ("policy", "", ""),
    tokens.BACKUP_VAULT_POLICY: ("policy", "backupVaultName", tokens.BACKUP_VAULT),
    "aws:efs/fileSystemPolicy:FileSystemPolicy": ("policy", "fileSystemId", tokens.FILE_SYSTEM),
    tokens.ROLE: ("assumeRolePolicy", "", ""),
}
# An endpoint without a policy lets everyone do everything through it: AWS PrivateLink guide, "endpoint policies".
_FULL = {
    "Statement": {
        "Sid": "AWS default: full access",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "*",
        "Resource": "*",
    }
}
# Keys that say whose the caller is: AWS global condition context keys, and KMS's own.
_OF_CALLER = ("aws:principalaccount", "aws:principalarn", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount")


@dataclass(frozen=True)
class _Grant:
    """One who, what and where of a statement; `not ` stands before what is written inverted."""

    who: Principal
    action: str
    resource: str
    conditions: frozenset[Condition]
    label: str = field(compare=False)


@dataclass
class _Policy:
    """All that the policies of one subject say."""

    allows: list[_Grant] = field(default_factory=list)
    denies: list[_Grant] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)  # URNs of holders whose document is not known yet
    broken: set[str] = field(default_factory=set)
    holders: set[str] = field(default_factory=set)


def opened(compared: Compared, *, only: tuple[str, ...] = (), but: tuple[str, ...] = ()) -> Iterator[Item]:
    """One item for each statement that lets more in, or that denies no longer; of new subjects those for outsiders."""
    old, new = (_policies(graph, only, but) for graph in (compared.before, compared.after))
    for subject in sorted(new.keys() | old.keys()):
        if subject in compared.before.by_urn and subject not in compared.after.by_urn:
            continue  # it goes itself
        was, now = old.get(subject, _Policy()), new.get(subject, _Policy())
        yield from _of_subject(compared, subject, was, now)


def _of_subject(compared: Compared, subject: str, was: _Policy, now: _Policy) -> Iterator[Item]:
    fresh = subject not in compared.before.by_urn and subject in compared.after.by_urn
    account = _account(compared.after, subject)
    about = next((urn for urn in sorted(now.holders | was.holders) if urn in compared.changes), "")
    about = about or next(iter(sorted(now.holders | was.holders)), subject)
    for urn in sorted(now.unknown - was.unknown):
        yield compared.item(urn, "its policy may let more in: what it says is not known before the update")
    if was.unknown and not now.unknown and now.allows:
        yield compared.item(about, "its policy may let more in: what it said before is not known")
        return
    by_label: dict[str, list[_Grant]] = defaultdict(list)
    for grant in now.allows:
        if fresh and not _is_outside(grant, account):
            continue
        if not any(_covers(other, grant) for other in was.allows):
            by_label[grant.label].append(grant)
    for label, grants in by_label.items():
        yield compared.item(about, f"{_label(label)} lets {_who(grants)} {_what(grants)}", *_details(grants))
    lost: dict[str, list[_Grant]] = defaultdict(list)
    for grant in was.denies:
        if not now.unknown and not any(_covers(other, grant) for other in now.denies):
            lost[grant.label].append(grant)
    for label, grants in lost.items():
        summary = f"{_label(label)} no longer denies {_who(grants)} {_what(grants)}"
        yield compared.item(about, summary, *_details(grants))


def _policies(graph: Graph, only: tuple[str, ...], but: tuple[str, ...]) -> dict[str, _Policy]:
    found: dict[str, _Policy] = defaultdict(_Policy)
    for type_, (key, path, subject_type) in _HOLDERS.items():
        if type_ in but or (only and type_ not in only):
            continue
        for holder in graph.of_type(type_):
            subject = _subject(graph, holder, path, subject_type)
            _read(holder, key, found[subject])
    for endpoint in graph.of_type(tokens.VPC_ENDPOINT):
        if endpoint.urn in found and not found[endpoint.urn].holders:
            _grant(statements(_FULL), found[endpoint.urn])
    return found


def _subject(graph: Graph, holder: Resource, path: str, type_: str) -> str:
    if not path:
        return holder.urn
    try:
        found = graph.resolve(holder, path, type_)
    except (Undecided, Mistyped):
        found = None
    value = holder.properties.get(path)
    return found.urn if found else value if isinstance(value, str) else holder.urn


def _read(holder: Resource, key: str, policy: _Policy) -> None:
    value = holder.properties.get(key)
    if value is None or value == "":
        return
    policy.holders.add(holder.urn)
    if value is UNKNOWN:
        policy.unknown.add(holder.urn)
        return
    try:
        _grant(statements(holder.props.get(key)), policy)
    except (Undecided, DocumentError, Mistyped):
        policy.unknown.add(holder.urn)


def _grant(read: list[Statement], policy: _Policy) -> None:
    for one in read:
        into = policy.allows if one.allows else policy.denies
        into += (
            _Grant(who, action, resource, frozenset(one.conditions), one.label)
            for who in _principals(one)
            for action in _texts(one.actions, one.not_actions)
            for resource in _texts(one.resources, one.not_resources)
        )


def _principals(one: Statement) -> tuple[Principal, ...]:
    if one.not_principals is not None:
        inverted = ", ".join(sorted(str.__str__(principal.value) for principal in one.not_principals))
        return (Principal("not", inverted),)
    return one.principals or (Principal("", ""),)


def _texts(plain: tuple[str, ...] | None, inverted: tuple[str, ...] | None) -> tuple[str, ...]:
    if inverted is not None:
        return ("not " + ", ".join(sorted(inverted)),)
    return plain if plain is not None else ("",)


def _covers(one: _Grant, other: _Grant) -> bool:
    """Whether the first surely holds for all that the second holds for."""
    return (
        _is_among(other.who, one.who)
        and _is_pattern(other.action, one.action)
        and _is_pattern(other.resource, one.resource)
        and all(any(_implies(test, asked) for test in other.conditions) for asked in one.conditions)
    )


def _is_among(who: Principal, others: Principal) -> bool:
    if others.everyone or who == others:
        return True
    whole = others.kind == "AWS" and (others.value.endswith(":root") or others.value.isdigit())
    return whole and who.kind == "AWS" and who.account is not None and who.account == others.account


def _is_pattern(text: str, pattern: str) -> bool:
    if text == pattern:
        return True
    return not text.startswith("not ") and not pattern.startswith("not ") and matches(pattern, text)


def _implies(test: Condition, asked: Condition) -> bool:
    if (test.operator.lower(), test.key) != (asked.operator.lower(), asked.key):
        return False
    mine, its = set(test.values), set(asked.values)
    return mine >= its if "not" in test.operator.lower() else mine <= its


def _is_outside(grant: _Grant, account: str | None) -> bool:
    """Whether somebody of another account may be meant; services work for this one."""
    who = grant.who
    if who.kind == "Service" or any(_holds(test, account) for test in grant.conditions):
        return False
    foreign = bool(who.account and who.account != account)
    return who.everyone or who.kind in ("not", "Federated", "CanonicalUser") or foreign


def _holds(test: Condition, account: str | None) -> bool:
    """Whether a condition keeps everyone out but the own account."""
    operator = test.operator.lower()
    positive = "equals" in operator and "not" not in operator and "ifexists" not in operator
    return bool(account) and positive and test.key in _OF_CALLER and all(account in value for value in test.values)


def _account(graph: Graph, urn: str) -> str | None:
    try:
        resource = graph.by_urn.get(urn)
        return graph.account(resource) if resource else None
    except (Undecided, Mistyped):
        return None


def _label(label: str) -> str:
    return label[:1].upper() + label[1:]


def _who(grants: list[_Grant]) -> str:
    told = {
        "everyone" if grant.who.everyone else "everyone else" if grant.who.kind == "not" else str(grant.who.value)
        for grant in grants
    }
    return _few(told) or "whoever has it"


def _what(grants: list[_Grant]) -> str:
    return _few({str(grant.action) for grant in grants})


def _details(grants: list[_Grant]) -> Iterator[str]:
    if places := {str(grant.resource) for grant in grants if grant.resource}:
        yield f"on {_few(places)}"
    conditions = {condition for grant in grants for condition in grant.conditions}
    for one in sorted(conditions, key=lambda c: (c.operator, c.key, c.values))[:_SHOWN]:
        yield f"where {one.operator} {one.key}: {_few(set(map(str, one.values)))}"


def _few(texts: set[str]) -> str:
    ordered = sorted(texts)
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return ", ".join(ordered[:_SHOWN]) + more
