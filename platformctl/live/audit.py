"""Judges an account as it is: list, read, put under the code's names, run the rules, and say what was not seen."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from platformctl.live import assembly
from platformctl.live.account import Account
from platformctl.live.assembly import Assembled, Stack
from platformctl.live.discovery import NotRead, discover
from platformctl.live.listings import LISTINGS, Listing
from platformctl.live.owners import Owners, inputs
from platformctl.live.reading import Read, read
from policies import engine, tokens
from policies.graph import Graph
from policies.report import Finding, Report
from policies.resource import Resource
from policies.rule import Rule
from policies.waivers import Waivers

# Other ways in which a program writes what is read in one form.
_WRITTEN_OTHERWISE = frozenset(
    {
        *(tokens.SECURITY_GROUP_RULE, tokens.KEY_POLICY, tokens.POLICY_ATTACHMENT, tokens.ROLE_POLICY_ATTACHMENTS),
        *(tokens.GROUP_POLICY_ATTACHMENTS, tokens.USER_POLICY_ATTACHMENTS, tokens.USER_POLICIES),
        *(tokens.DATABASE_SNAPSHOT_COPY, tokens.DATABASE_CLUSTER_SNAPSHOT_COPY),
        *("aws:ec2/defaultSubnet:DefaultSubnet", tokens.DEFAULT_NETWORK_ACL),
    }
)
WORKERS = 16  # calls under way at once; AWS throttles by account and region, and botocore adapts to it
# What only a program can be judged for: `protect` is not in the account.
_OF_THE_PROGRAM = frozenset({"GEN-03"})
Accepted = Mapping[tuple[str, ...], str]
_TAGS = "GEN-02"  # nobody tags what AWS makes; main tables of routes are changed all the same
_OF_DEFAULTS = frozenset({"NET-05"})  # judges what AWS makes by itself too


@dataclass(frozen=True)
class Audit:
    """What was read of an account, and where it was not possible."""

    read: tuple[Read, ...]
    not_read: tuple[NotRead, ...]
    regions: tuple[str, ...]


def collect(
    account: Account,
    regions: Sequence[str],
    owners: Owners,
    listings: Sequence[Listing] = LISTINGS,
    on_read: Callable[[int], None] = lambda _: None,
) -> Audit:
    """Everything that the listings name; an interrupt ends the calls that wait, and is raised on."""
    with ThreadPoolExecutor(WORKERS) as pool:

        def run(work: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
            yield from pool.map(work, items)

        try:
            found, not_read = discover(account, listings, regions, run)
            results: list[Read | NotRead | None] = []
            for result in run(lambda one: read(account, one, inputs(owners.of(one))), found):
                results.append(result)
                on_read(len(results))
        except BaseException:
            account.cancelled.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    failed = [one for one in results if isinstance(one, NotRead)]
    return Audit(
        tuple(one for one in results if isinstance(one, Read)), tuple(sorted([*not_read, *failed])), tuple(regions)
    )


def aws_keys(account: Account, regions: Iterable[str]) -> dict[str, str]:
    """The aliases of the keys that AWS manages, by the keys' ids and ARNs; none where they may not be listed."""
    from sandbox.retry import AwsError

    names: dict[str, str] = {}
    for region in regions:
        try:
            pages = list(account.pages("kms", "list_aliases", {}, region))
        except AwsError:
            continue  # said already: the type is among those not read
        for alias in (one for page in pages for one in page["Aliases"]):
            if alias["AliasName"].startswith("alias/aws/") and (key := alias.get("TargetKeyId")):
                names |= dict.fromkeys((key, f"arn:aws:kms:{region}:{account.account}:key/{key}"), alias["AliasArn"])
    return names


def waived(graphs: Iterable[Graph], rules: Sequence[Rule], waivers: Waivers, today: date) -> Accepted:
    """What the waivers accept in the code, with why: the same finding on the account is accepted too, and nothing
    that has changed since.
    """
    if not waivers.entries:
        return {}
    said = (engine.evaluate(graph, rules, waivers, today, partial=True).findings for graph in graphs)
    return {_key(one): one.justification for some in said for one in some if one.justification}


def _key(finding: Finding) -> tuple[str, ...]:
    message = finding.message.removesuffix(f" (waived: {finding.justification})")
    return finding.rule, finding.urn, finding.property or "", message


def _with_waivers(report: Report, accepted: Accepted) -> Report:
    found = (one.waived(accepted[_key(one)]) if _key(one) in accepted else one for one in report.findings)
    return replace(report, findings=tuple(sorted(found, key=Finding.rank)))


def judge(
    audit: Audit, owners: Owners, stack: Stack, aliases: Mapping[str, str], accepted: Accepted, today: date,
    rules: Sequence[Rule],
) -> tuple[dict[str, Any], Mapping[str, Sequence[Resource]]]:  # fmt: skip
    """The report of `platformctl check --format json` with `live`, what was read and what not and what no code knows;
    and by rule the resources that it judged.
    """
    seen = assembly.assemble(audit.read, audit.not_read, owners, stack, aliases)
    said = engine.evaluate(seen.graph, rules, Waivers(), today, partial=True)
    report = _without_others(_with_waivers(said, accepted), seen)
    listed = frozenset(listing.token for listing in LISTINGS)
    document = report.as_dict()
    for finding in document["findings"]:
        known = finding["urn"] in seen.managed | seen.unread or finding["type"] == tokens.AWS_PROVIDER
        finding["in_code"] = known
    gone = assembly.gone(seen, owners, listed, audit.regions, audit.not_read)
    return document | {
        "live": {
            "account": stack.account,
            "regions": list(audit.regions),
            "read": dict(sorted(Counter(one.found.token for one in audit.read).items())),
            "not_read": [one.as_dict() for one in audit.not_read],
            "unmanaged": [_named(one) for one in sorted(seen.unmanaged, key=lambda one: (one.found.token, one.arn))],
            "missing": sorted(gone),
            "made_by_aws": sorted(one.arn for one in audit.read if stack.urn(one.found.token, one.arn) in seen.own),
            "types_not_supported": sorted(_not_supported(rules, listed)),
            "rules_not_looked_at": sorted(rule.id for rule in rules if not looks(rule, listed)),
        }
    }, report.judged


def _not_supported(rules: Iterable[Rule], listed: frozenset[str]) -> set[str]:
    judged = {type_ for rule in rules for type_ in rule.types if not _reads(type_, listed)}
    return judged - _WRITTEN_OTHERWISE - {"*"}


def looks(rule: Rule, listed: frozenset[str]) -> bool:
    """Whether the rule judges anything that is read."""
    return rule.id not in _OF_THE_PROGRAM and any(_reads(type_, listed) for type_ in rule.types)


def _reads(type_: str, listed: frozenset[str]) -> bool:
    if type_.endswith("*"):
        return any(one.startswith(type_[:-1]) for one in listed)
    return type_ == tokens.AWS_PROVIDER or type_ in listed


def _without_others(report: Report, seen: Assembled) -> Report:
    """Without verdicts on what AWS made, and on what only a program can be judged for."""

    def counts(rule: str, urn: str) -> bool:
        if urn not in seen.own:
            return rule not in _OF_THE_PROGRAM
        changed_by_us = seen.graph.by_urn[urn].type == tokens.ROUTE_TABLE and rule != _TAGS
        return rule in _OF_DEFAULTS or changed_by_us

    judged = {rule: [one for one in found if counts(rule, one.urn)] for rule, found in report.judged.items()}
    return replace(
        report,
        resources=report.resources - len(seen.own) - len(seen.unread),
        findings=tuple(finding for finding in report.findings if counts(finding.rule, finding.urn)),
        evaluated={rule: len(found) for rule, found in judged.items()},
        judged=judged,
    )


def _named(one: Read) -> dict[str, str]:
    return {"arn": one.arn, "type": one.found.token, "region": one.found.region}
