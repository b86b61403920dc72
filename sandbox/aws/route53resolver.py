"""DNS query logging, through the Route 53 Resolver API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.model import Call, ResourceType, Tagging, fields, keyed
from sandbox.resource import Resource
from sandbox.tagging import creation_tags, pairs


def _backend(it: Resource) -> Any:
    """moto's memory: over HTTP it can neither delete nor disassociate these, nor show their tags."""
    from moto.backends import get_backend

    return get_backend("route53resolver")[it.session.account][it.region]


def _arn(it: Resource) -> str:
    return f"arn:aws:route53resolver:{it.region}:{it.session.account}:resolver-query-log-config/{it.id}"


def _change_tags(it: Resource, put: Mapping[str, str], removed: frozenset[str]) -> None:
    _backend(it).tagger.untag_resource_using_names(_arn(it), sorted(removed))
    _backend(it).tagger.tag_resource(_arn(it), pairs(put))


def _read_tags(it: Resource, _: Mapping[str, Any]) -> dict[str, str]:
    return dict(_backend(it).tagger.get_tag_dict_for_resource(_arn(it)))


def _forget_config(it: Resource) -> None:
    _backend(it).resolver_query_log_configs.pop(it.id, None)
    _backend(it).tagger.delete_all_tags_for_resource(_arn(it))


_CREATE = Call("create_resolver_query_log_config", args={"CreatorRequestId": "{name}"},
               result="ResolverQueryLogConfig.Id")  # fmt: skip
QUERY_LOG_CONFIG = ResourceType(
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
    "route53resolver",
    inputs=fields("name* destinationArn!*"),  # every change but tags replaces: provider documentation
    autoname="name",
    create=(_CREATE,),
    read=(keyed("get_resolver_query_log_config", "ResolverQueryLogConfigId", "ResolverQueryLogConfig"),),
    delete=(_forget_config,),
    outputs=("arn", "ownerId", "shareStatus"),
    tags=Tagging(on_create=creation_tags, change=_change_tags, read=_read_tags),
)


def _disassociate(it: Resource) -> None:
    backend = _backend(it)
    found = backend.resolver_query_log_config_associations.pop(it.id, None)
    config = found and backend.resolver_query_log_configs.get(found.resolver_query_log_config_id)
    if config:
        config.association_count -= 1


_CALL, _NOUN = "resolver_query_log_config_association", "ResolverQueryLogConfigAssociation"
QUERY_LOG_CONFIG_ASSOCIATION = ResourceType(
    "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation",
    "route53resolver",
    inputs=fields("resolverQueryLogConfigId!* resourceId!*"),  # every change replaces: provider documentation
    create=(Call("associate_resolver_query_log_config", result="ResolverQueryLogConfigAssociation.Id"),),
    read=(keyed(f"get_{_CALL}", f"{_NOUN}Id", _NOUN),),
    delete=(_disassociate,),
)

TYPES = (QUERY_LOG_CONFIG, QUERY_LOG_CONFIG_ASSOCIATION)
