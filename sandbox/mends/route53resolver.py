"""Route 53 Resolver as moto serves it, mended: DNS query logging ends, and takes tags."""

from __future__ import annotations

from typing import Any

from moto.route53resolver.models import Route53ResolverBackend
from moto.route53resolver.responses import Route53ResolverResponse

from sandbox.mends import replace


def mend() -> None:
    """DNS query logging can be neither deleted nor disassociated, nor tagged."""
    matched = Route53ResolverBackend._matched_arn

    def known(self: Any, resource_arn: str) -> None:
        if all(one.arn != resource_arn for one in self.resolver_query_log_configs.values()):
            matched(self, resource_arn)

    def delete(self: Any) -> str:
        backend, key = self.route53resolver_backend, self._get_param("ResolverQueryLogConfigId")
        backend.get_resolver_query_log_config(key)
        backend.tagger.delete_all_tags_for_resource(backend.resolver_query_log_configs.pop(key).arn)
        return "{}"

    def disassociate(self: Any) -> str:
        backend = self.route53resolver_backend
        wanted = (self._get_param("ResolverQueryLogConfigId"), self._get_param("ResourceId"))
        associations = backend.resolver_query_log_config_associations
        for key, one in list(associations.items()):
            if (one.resolver_query_log_config_id, one.resource_id) == wanted:
                del associations[key]
                backend.resolver_query_log_configs[wanted[0]].association_count -= 1
        return "{}"

    replace(Route53ResolverBackend, _matched_arn=known)
    replace(Route53ResolverResponse, delete_resolver_query_log_config=delete)
    replace(Route53ResolverResponse, disassociate_resolver_query_log_config=disassociate)
