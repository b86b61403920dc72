"""What faces the outside: load balancers and their firewalls."""

from platformctl.live.listings.listing import Listing, named, of
from policies import tokens

_ACLS = {"Scope": "REGIONAL"}
EDGES = (
    Listing(tokens.LOAD_BALANCER, "describe_load_balancers", "LoadBalancers[].LoadBalancerArn"),
    named(
        "describe_listeners",
        "LoadBalancerArn",
        "Listeners[].ListenerArn",
        "{found}",
        tokens.LOAD_BALANCER,
        tokens.LISTENER,
    ),
    named(
        "describe_rules", "ListenerArn", "Rules[?!IsDefault].RuleArn", "{found}", tokens.LISTENER, tokens.LISTENER_RULE
    ),
    Listing(tokens.WEB_ACL, "list_web_acls", "WebACLs[].Id", args=_ACLS),
    Listing(tokens.WEB_ACL_LOGGING, "list_web_acls", "WebACLs[].ARN", args=_ACLS),
    of(tokens.LOAD_BALANCER, tokens.WEB_ACL_ASSOCIATION),
)
