"""What stands before the load balancers that the public reaches, in every environment alike."""

from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.web_firewall import WebFirewall, WebFirewallArgs
from stacks.keys import Keys
from stacks.settings import Settings


def deploy_firewall(settings: Settings, aws: Provider, keys: Keys) -> WebFirewall:
    """One for all of them: PCI DSS 4.0.1, 6.4.2. What it saw is evidence."""
    args = WebFirewallArgs(
        acl_name=f"{settings.environment}-public",
        key_arn=keys.home["audit"].arn,
        log_days=settings.audit.log_group_days,
        protect=settings.policy.protect_stateful,
    )
    return WebFirewall("firewall", args, ResourceOptions(provider=aws))
