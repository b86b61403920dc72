"""DNS query logging, through the Route 53 Resolver API."""

from __future__ import annotations

from sandbox.model import Call, ResourceType, fields, keyed
from sandbox.tagging import service_tags

_CONFIG, _ASSOCIATION = "ResolverQueryLogConfig", "ResolverQueryLogConfigAssociation"
QUERY_LOG_CONFIG = ResourceType("aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig", "route53resolver",
    inputs=fields("name* destinationArn!*"),  # every change but tags replaces: provider documentation
    autoname="name",
    unique=False,  # names repeat in Route 53 Resolver
    create=(Call("create_resolver_query_log_config", args={"CreatorRequestId": "{name}"}, result=f"{_CONFIG}.Id"),),
    read=(keyed("get_resolver_query_log_config", f"{_CONFIG}Id", _CONFIG),),
    delete=(keyed("delete_resolver_query_log_config", f"{_CONFIG}Id"),),
    outputs=("ownerId", "shareStatus"),
    formats={"arn": "arn:aws:route53resolver:{region}:{account}:resolver-query-log-config/{id}"}, tags=service_tags(),
)  # fmt: skip

QUERY_LOG_CONFIG_ASSOCIATION = ResourceType(
    "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation", "route53resolver",
    inputs=fields("resolverQueryLogConfigId!* resourceId!*"),  # every change replaces: provider documentation
    create=(Call("associate_resolver_query_log_config", result=f"{_ASSOCIATION}.Id"),),
    read=(keyed("get_resolver_query_log_config_association", f"{_ASSOCIATION}Id", _ASSOCIATION),),
    delete=(Call("disassociate_resolver_query_log_config"),),
)  # fmt: skip

TYPES = (QUERY_LOG_CONFIG, QUERY_LOG_CONFIG_ASSOCIATION)
