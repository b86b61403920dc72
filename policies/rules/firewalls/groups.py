"""A web ACL blocks what AWS's managed rule groups know as attacks."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.values import Block, Partial, Place, Undecided

# AWS WAF developer guide, "AWS Managed Rules rule groups list".
_NEEDED = {
    "AWSManagedRulesCommonRuleSet": "common attacks",
    "AWSManagedRulesSQLiRuleSet": "SQL injection",
    "AWSManagedRulesKnownBadInputsRuleSet": "known bad inputs",
}
_LETS_THROUGH = ("count", "allow")  # the other actions stop a request, or ask who sends it


@dataclass(frozen=True)
class _Group:
    """One managed rule group as a web ACL uses it, however that is written."""

    where: str  # the property of the web ACL, or of the resource that adds the group to it
    name: str
    counts: bool
    narrowed: bool
    overrides: tuple[str, ...]  # rules of the group that stop nothing

    def weaknesses(self) -> Iterator[str]:
        if self.counts:
            yield "it only counts"
        if self.narrowed:
            yield "its scope-down statement leaves requests out"
        for rule in self.overrides:
            yield f"its rule {rule} stops nothing"


_Use = tuple[Callable[[Mapping[str, Any], str], _Group | None], Mapping[str, Any], str]


def _problems(acl: Resource, graph: Graph) -> Iterator[Problem]:
    groups = _groups(acl, graph)
    yield from decide(_NEEDED, lambda name: _group_problems(name, groups))


def _group_problems(name: str, groups: Partial[_Group]) -> Iterator[Problem]:
    """What is wrong with the best use of a group: one that blocks all it knows is enough."""
    uses = [group for group in groups if group.name == name]
    if any(not list(group.weaknesses()) for group in uses):
        return
    if groups.undecided:
        raise Undecided(*groups.undecided)
    if not uses:
        yield Problem("rules", f"nothing stops {_NEEDED[name]}: {name} is not in it")
    for group in uses:
        for weakness in group.weaknesses():
            yield Problem(group.where, f"{name} does not stop all of {_NEEDED[name]}: {weakness}")


def _groups(acl: Resource, graph: Graph) -> Partial[_Group]:
    """The managed rule groups of a web ACL: of its rules, as blocks and as JSON, and of separate resources."""
    found: list[_Group] = []
    uses = _uses(acl, graph)
    hidden = list(uses.undecided)
    for read, use, where in uses:
        try:
            if group := read(use, where):
                found.append(group)
        except Undecided as error:
            hidden += error.places
    return Partial(found, hidden)


def _uses(acl: Resource, graph: Graph) -> Partial[_Use]:
    found: list[_Use] = []
    hidden: list[Place] = []
    for own in (_blocks, _from_json):
        try:
            found += [(_of_rule, rule, where) for rule, where in own(acl)]
        except Undecided as error:
            hidden += error.places
    for type_, read in ((tokens.WEB_ACL_RULE, _of_rule), (tokens.WEB_ACL_RULE_GROUP, _of_association)):
        separate = graph.possible_referrers(acl, type_, "webAclArn")
        hidden += separate.undecided
        found += [(read, one.props, "rules") for one in separate]
    return Partial(found, hidden)


def _blocks(acl: Resource) -> list[tuple[Mapping[str, Any], str]]:
    return [(rule, rule.path) for rule in acl.props.blocks("rules")]


def _from_json(acl: Resource) -> list[tuple[Mapping[str, Any], str]]:
    """`ruleJson` is spelled as the API spells it: each key begins with a capital. What is no list of rules has none."""
    text = acl.props.get("ruleJson", "[]")
    try:
        rules = _uncapitalised(json.loads(str.__str__(text)))
    except (TypeError, ValueError):
        return []
    return [(rule, "ruleJson") for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def _of_rule(rule: Mapping[str, Any], where: str) -> _Group | None:
    group = _under(_under(rule, "statement"), "managedRuleGroupStatement")
    if not group or group.get("vendorName") != "AWS":
        return None
    counts = "count" in _under(rule, "overrideAction")
    return _Group(where, str(group.get("name")), counts, "scopeDownStatement" in group, tuple(_overrides(group)))


def _of_association(association: Mapping[str, Any], where: str) -> _Group | None:
    group = _under(association, "managedRuleGroup")
    if not group or group.get("vendorName") != "AWS":
        return None
    counts = association.get("overrideAction", "none") != "none"
    return _Group(where, str(group.get("name")), counts, narrowed=False, overrides=tuple(_overrides(group)))


def _uncapitalised(value: Any) -> Any:
    if isinstance(value, list):
        return [_uncapitalised(item) for item in value]
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _uncapitalised(item) for key, item in value.items() if item is not None}
    return value


def _overrides(group: Mapping[str, Any]) -> Iterator[str]:
    """The rules of a group that an override makes harmless; `excludedRules` is the older way to count."""
    for override in _listed(group, "ruleActionOverrides"):
        if any(action in _under(override, "actionToUse") for action in _LETS_THROUGH):
            yield str(override.get("name"))
    yield from (str(excluded.get("name")) for excluded in _listed(group, "excludedRules"))


def _under(holder: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = holder.get(key)
    return found if isinstance(found, Mapping) else {}


def _listed(holder: Mapping[str, Any], key: str) -> Iterable[Mapping[str, Any]]:
    return holder.blocks(key) if isinstance(holder, Block) else holder.get(key) or ()


def _rule(name: str, action: object = None, vendor: object = "AWS", **statement: object) -> dict[str, Any]:
    group = {"vendorName": vendor, "name": name} | statement
    own = {"name": name, "priority": 1, "statement": {"managedRuleGroupStatement": group}}
    return own | {"overrideAction": action or {"none": {}}}


def _overridden(action: str, **more: object) -> dict[str, Any]:
    return _rule(_COMMON, ruleActionOverrides=[{"name": "SizeRestrictions_BODY", "actionToUse": {action: {}}}], **more)


def _acl(*rules: object, **properties: object) -> Node:
    return Node(tokens.WEB_ACL, "billing", {"scope": "REGIONAL", "rules": list(rules)} | properties)


def _json(*rules: object) -> Node:
    return Node(tokens.WEB_ACL, "billing", {"ruleJson": json.dumps([_capitalised(rule) for rule in rules])})


def _capitalised(value: Any) -> Any:
    if isinstance(value, list):
        return [_capitalised(item) for item in value]
    return {k[:1].upper() + k[1:]: _capitalised(v) for k, v in value.items()} if isinstance(value, dict) else value


def _own(rule: dict[str, Any], acl: object = Ref("billing")) -> Node:
    return Node(tokens.WEB_ACL_RULE, "common", {"webAclArn": acl} | rule)


def _added(override: object = None, acl: object = Ref("billing"), **group: object) -> Node:
    own = {"managedRuleGroup": {"vendorName": "AWS", "name": _COMMON} | group, "webAclArn": acl}
    return Node(tokens.WEB_ACL_RULE_GROUP, "common", own | ({"overrideAction": override} if override else {}))


_COMMON = "AWSManagedRulesCommonRuleSet"
_OTHERS = tuple(_rule(name) for name in _NEEDED if name != _COMMON)
_ALL = (_rule(_COMMON), *_OTHERS)
_COUNT: dict[str, object] = {"count": {}}


def _with(*nodes: Node) -> Example:
    return nodes


RULES = (
    Rule(
        id="WAF-02",
        name="web-acl-blocks-known-attacks",
        summary="A web ACL has AWS's rule groups for common attacks, SQL injection and bad inputs, and they block.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.WEB_ACL,),
        reads=("rules", "ruleJson", "webAclArn", "statement", "managedRuleGroup", "overrideAction"),
        controls=(*pci("P", "6.4.2"), *unverified("soc2", "CC6.6")),
        remedy='Add the managed rule groups with override_action={"none": {}} and without overrides to count; a request'
        " that they stop wrongly is let in by a rule of its own before them.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _with(_acl(*_ALL)),
            _with(_acl(*_ALL, _rule(_COMMON, _COUNT))),
            _with(_acl(*_ALL, scope="CLOUDFRONT")),
            _with(_acl(*_OTHERS, _overridden("block"))),
            _with(_acl(*_OTHERS, _overridden("captcha"))),
            _with(_json(*_ALL)),
            _with(_acl(*_OTHERS), _own(_rule(_COMMON))),
            _with(_acl(*_OTHERS), _added()),
            _with(_acl(*_OTHERS), _added("none")),
        ),
        fails=(
            _with(Node(tokens.WEB_ACL, "billing")),
            _with(_acl()),
            *(_with(_acl(*(rule for rule in _ALL if rule is not missing))) for missing in _ALL),
            _with(_acl(*_OTHERS, _rule("AWSManagedRulesCommonRuleSet2"))),
            _with(_acl(*_OTHERS, _rule(_COMMON, vendor="Somebody"))),
            _with(_acl(*_OTHERS, _rule(_COMMON, _COUNT))),
            _with(_acl(*_OTHERS, _overridden("count"))),
            _with(_acl(*_OTHERS, _overridden("allow"))),
            _with(_acl(*_OTHERS, _rule(_COMMON, scopeDownStatement={"geoMatchStatement": {"countryCodes": ["DE"]}}))),
            _with(_json(*_OTHERS)),
            _with(_json(*_OTHERS, _rule(_COMMON, _COUNT))),
            _with(_json(*_OTHERS, _overridden("count"))),
            _with(_json(*_OTHERS, _rule(_COMMON, excludedRules=[{"name": "NoUserAgent_HEADER"}]))),
            _with(Node(tokens.WEB_ACL, "billing", {"ruleJson": "{"})),
            _with(_acl(*_OTHERS), _own(_rule(_COMMON, _COUNT))),
            _with(_acl(*_OTHERS), _own(_rule(_COMMON), acl="arn:elsewhere")),
            _with(_acl(*_OTHERS), _added("count")),
            _with(_acl(*_OTHERS), _added(acl="arn:elsewhere")),
        ),
        undecided=(
            _with(_acl(rules=Ref("nowhere"))),
            _with(_acl(*_OTHERS, Ref("nowhere"))),
            _with(Node(tokens.WEB_ACL, "billing", {"ruleJson": Ref("nowhere")})),
            _with(_acl(*_OTHERS), _added(acl=Ref("nowhere"))),
        ),
    ),
)
