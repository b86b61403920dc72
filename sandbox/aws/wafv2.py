"""Web ACLs of managed rule groups, and where they log, through the WAF API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.forms import written
from sandbox.model import Call, ResourceType, block, blocks, fields
from sandbox.resource import Resource
from sandbox.retry import AwsError
from sandbox.tagging import service_tags, tags_in

_GONE = "WAFNonexistentItemException"
_SCOPE = "REGIONAL"  # those of CloudFront would live in another region than all else here


def _found(it: Resource) -> dict[str, Any] | None:
    """The summary of the web ACL; WAF asks for a name besides the id, which an import does not tell."""
    listed = it.call("list_web_acls", Scope=_SCOPE)["WebACLs"]
    return next((one for one in listed if one["Id"] == it.id), None)


def _named(it: Resource) -> dict[str, Any]:
    if (found := _found(it)) is None:
        raise AwsError("get_web_acl", _GONE, f"there is no web ACL {it.id}")
    return {"Name": found["Name"], "Id": it.id, "Scope": _SCOPE}


def _create_acl(it: Resource) -> str:
    if (scope := it.inputs["scope"]) != _SCOPE:
        raise ValueError(f"the sandbox serves web ACLs of the scope {_SCOPE} alone, got {scope}")
    return str(it.run_tagged(Call("create_web_acl", result="Summary.Id")))


def _read_acl(it: Resource) -> dict[str, Any] | None:
    it.id = it.id.partition("/")[0]  # an import says id/name/scope
    found = _found(it)
    return {**it.call("get_web_acl", **_named(it))["WebACL"], "scope": _SCOPE} if found else None


def _token(it: Resource) -> dict[str, Any]:
    """What a change or an end has to say, so that nobody else's change is lost."""
    named = _named(it)
    return {**named, "LockToken": it.call("get_web_acl", **named)["LockToken"]}


def _update_acl(it: Resource) -> None:
    if it.changed - {"tags", "tagsAll"}:
        it.run(Call("update_web_acl"), _token(it))


def _delete_acl(it: Resource) -> None:
    it.call("delete_web_acl", **_token(it))


def _read_tags(it: Resource, described: Mapping[str, Any]) -> dict[str, str]:
    """WAF puts its list of tags into a structure."""
    answer = it.call("list_tags_for_resource", ResourceARN=described["ARN"])
    return tags_in(answer["TagInfoForResource"]["TagList"])


_METRICS = block("cloudwatchMetricsEnabled:bool! metricName! sampledRequestsEnabled:bool!", required=True)
_OVERRIDES = blocks("name!", actionToUse=block(
    allow=block(), block=block(), captcha=block(), challenge=block(), count=block(), required=True))  # fmt: skip
_GROUP = block("name! vendorName! version", ruleActionOverrides=_OVERRIDES)
_RULES = blocks("name! priority:int!",
    statement=block(managedRuleGroupStatement=_GROUP, required=True),
    overrideAction=block(none=block(), count=block()),
    visibilityConfig=_METRICS)  # fmt: skip
WEB_ACL = ResourceType("aws:wafv2/webAcl:WebAcl", "wafv2",
    # namePrefix and scope replace: provider documentation
    inputs=fields("name* namePrefix*% scope!* description", rules=_RULES, visibilityConfig=_METRICS,
                  defaultAction=block(allow=block(), block=block(), required=True)),
    autoname="name",
    create=(_create_acl,),
    read=(_read_acl,),
    update=(_update_acl,),
    delete=(_delete_acl,),
    formats={"arn": "arn:aws:wafv2:{region}:{account}:regional/webacl/{name}/{id}"},
    outputs=("capacity",),
    tags=replace(service_tags(), read=_read_tags),
    gone=_GONE,
)  # fmt: skip

_REDACTED = blocks(singleHeader=block("name!"), method=block(), queryString=block(), uriPath=block())
LOGGING = written("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "wafv2",
    fields("resourceArn!* logDestinationConfigs:list!", redactedFields=_REDACTED),
    id="{resourceArn}",
    put=Call("put_logging_configuration", into="LoggingConfiguration"),
    get=Call("get_logging_configuration", args={"ResourceArn": "{id}"}, send=(), result="LoggingConfiguration"),
    delete=Call("delete_logging_configuration", args={"ResourceArn": "{id}"}, send=()),
    gone=_GONE,
)  # fmt: skip

TYPES = (WEB_ACL, LOGGING)
