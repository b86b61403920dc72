"""What a web ACL stops is recorded, without what proves who somebody is."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, soc2
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.values import Block

_SENSITIVE = ("authorization", "cookie")  # headers; their names are written in any case
_DESTINATIONS, _REDACTED, _FILTER = "logDestinationConfigs", "redactedFields", "loggingFilter"
_PROTECTION = "dataProtectionConfig"  # of the web ACL itself: it holds for logs as well


def _problems(acl: Resource, graph: Graph) -> Iterator[Problem]:
    logs = graph.referrers(acl, tokens.WEB_ACL_LOGGING, "resourceArn")
    if not some(logs, lambda log: len(log.props.get(_DESTINATIONS, ())) > 0):
        yield Problem(None, "nothing records the requests that it stops")
        return
    yield from decide(logs, lambda log: decide((_drops, _shows), lambda check: check(acl, log)))


def _drops(_: Resource, log: Resource) -> Iterator[Problem]:
    """A filter may leave out what was let in, never what was blocked; the first that matches decides (AWS WAF developer
    guide, "Logging web ACL traffic")."""
    if _FILTER not in log.props:
        return
    filter_ = log.props[_FILTER]
    dropped = filter_.get("defaultBehavior", "KEEP") == "DROP"
    for one in filter_.blocks("filters"):
        if not _meets_blocked(one):
            continue
        if one.get("behavior") == "DROP":
            dropped = True
            break
        if _meets_all_blocked(one):
            dropped = False
            break
    if dropped:
        yield Problem(_FILTER, f"{log.name} leaves out requests that were blocked")


def _meets_blocked(filter_: Block) -> bool:
    """Whether a filter may match a blocked request: by its action, or by a label, which any request may have."""
    actions = [one.get("actionCondition") for one in filter_.blocks("conditions")]
    others = [action for action in actions if action is None or action.get("action") == "BLOCK"]
    if filter_.get("requirement") == "MEETS_ALL":
        return len(others) == len(actions)
    return bool(others)


def _meets_all_blocked(filter_: Block) -> bool:
    """Whether a filter that may match blocked requests matches every one."""
    blocked = [one.get("actionCondition") is not None for one in filter_.blocks("conditions")]
    return all(blocked) if filter_.get("requirement") == "MEETS_ALL" else any(blocked)


def _shows(acl: Resource, log: Resource) -> Iterator[Problem]:
    def check(header: str) -> Iterator[Problem]:
        fields = [("log", one) for one in log.props.blocks(_REDACTED)]
        fields += [("acl", one) for one in _protected(acl)]
        if not some(fields, lambda case: _IS_HIDDEN[case[0]](case[1], header)):
            yield Problem(_REDACTED, f"{log.name} holds the header {header}, which lets its reader act as the sender")

    return decide(_SENSITIVE, check)


def _protected(acl: Resource) -> list[Block]:
    config = acl.props.get(_PROTECTION)
    return [] if config is None else config.blocks("dataProtections")


def _is_redacted(field: Block, header: str) -> bool:
    single = field.get("singleHeader")
    return single is not None and str(single.get("name", "")).lower() == header


def _is_protected(protection: Block, header: str) -> bool:
    """No keys mean all of them."""
    field = protection.get("field")
    if field is None or field.get("fieldType") != "SINGLE_HEADER":
        return False
    return not len(field.get("fieldKeys", ())) or some(field["fieldKeys"], lambda key: str(key).lower() == header)


_IS_HIDDEN = {"log": _is_redacted, "acl": _is_protected}


def _acl(*protections: object) -> Node:
    config = {_PROTECTION: {"dataProtections": list(protections)}} if protections else {}
    return Node(tokens.WEB_ACL, "billing", {"scope": "REGIONAL"} | config)


def _hides(*keys: str, kind: str = "SINGLE_HEADER") -> dict[str, object]:
    return {"action": "SUBSTITUTION", "field": {"fieldType": kind} | ({"fieldKeys": list(keys)} if keys else {})}


def _log(*headers: object, **properties: object) -> Node:
    redacted = [{"singleHeader": {"name": header}} for header in headers]
    own = {"resourceArn": Ref("billing"), _DESTINATIONS: [_GROUP], _REDACTED: redacted}
    return Node(tokens.WEB_ACL_LOGGING, "log", own | properties)


def _filtered(default: str, *filters: object) -> Example:
    return (_acl(), _log(*_SENSITIVE, loggingFilter={"defaultBehavior": default, "filters": list(filters)}))


def _filter(behavior: str, *actions: str | None, requirement: str = "MEETS_ANY") -> dict[str, object]:
    label = {"labelNameCondition": {"labelName": "awswaf:x"}}
    conditions = [{"actionCondition": {"action": action}} if action else label for action in actions]
    return {"behavior": behavior, "requirement": requirement, "conditions": conditions}


_GROUP = "arn:aws:logs:eu-central-1:111122223333:log-group:aws-waf-logs-billing"

RULES = (
    Rule(
        id="WAF-03",
        name="web-acl-is-logged",
        summary="A web ACL records what it blocks, and leaves credentials out of its logs.",
        severity=Severity.MEDIUM,
        pack=Pack.COMPLIANCE,
        types=(tokens.WEB_ACL,),
        reads=("resourceArn", _DESTINATIONS, _REDACTED, _FILTER, _PROTECTION),
        controls=(*pci("L", "10.2.1"), *soc2("A1.2", "PI1.2")),
        remedy="Make a wafv2.WebAclLoggingConfiguration to a log group aws-waf-logs-... whose redacted_fields name"
        f" the headers {' and '.join(_SENSITIVE)}.",
        problems=_problems,
        needs_graph=True,
        passes=(
            (_acl(), _log(*_SENSITIVE)),
            (_acl(), _log("Authorization", "Cookie")),
            (_acl(_hides(*_SENSITIVE)), _log()),
            (_acl(_hides()), _log()),
            (_acl(_hides("Cookie")), _log("authorization")),
            _filtered("KEEP", _filter("DROP", "ALLOW")),
            _filtered("KEEP", _filter("DROP", "ALLOW", None, requirement="MEETS_ALL")),
            _filtered("DROP", _filter("KEEP", "BLOCK", "COUNT")),
            _filtered("DROP", _filter("KEEP", "BLOCK"), _filter("DROP", None)),
        ),
        fails=(
            (_acl(),),
            (_acl(), _log(*_SENSITIVE, logDestinationConfigs=[])),
            (_acl(), _log(*_SENSITIVE, resourceArn="arn:elsewhere")),
            (_acl(), _log()),
            (_acl(), _log("authorization")),
            (_acl(), _log("cookie")),
            (_acl(), _log("authorization", "set-cookie")),
            (_acl(), _log("authorization", redactedFields=[{"uriPath": {}}])),
            (_acl(_hides("cookie")), _log("x-api-key")),
            (_acl(_hides(*_SENSITIVE, kind="SINGLE_COOKIE")), _log()),
            _filtered("DROP"),
            _filtered("DROP", _filter("KEEP", "COUNT")),
            _filtered("DROP", _filter("KEEP", "BLOCK", None, requirement="MEETS_ALL")),
            _filtered("KEEP", _filter("DROP", "BLOCK")),
            _filtered("KEEP", _filter("DROP", None)),
        ),
        undecided=(
            (_acl(), _log(Ref("nowhere"), "cookie")),
            (_acl(), _log(*_SENSITIVE, resourceArn=Ref("nowhere"))),
            (_acl(), _log(*_SENSITIVE, logDestinationConfigs=Ref("nowhere"))),
            (_acl(), _log(*_SENSITIVE, loggingFilter=Ref("nowhere"))),
        ),
    ),
)
