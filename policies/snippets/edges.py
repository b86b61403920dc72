"""What faces other networks: routes to them, machines, images, load balancers, and the web ACL before them."""

_BALANCER = """\
from pulumi_aws import lb

balancer = lb.LoadBalancer(
    "web",
    subnets=["subnet-1", "subnet-2"],
    drop_invalid_header_fields=True,
    enable_deletion_protection=True,
    access_logs={"enabled": True, "bucket": "kestrel-prod-access-logs", "prefix": "access/load-balancers/web"},
)
"""
_FIREWALL = """\
from components.web_firewall import WebFirewall, WebFirewallArgs

# Blocks by the managed rule groups, and logs without the headers authorization and cookie.
firewall = WebFirewall("firewall", WebFirewallArgs(acl_name="billing", key_arn=key.arn, log_days=400))
"""

SNIPPETS = {
    "NET-14": """\
from pulumi_aws import ec2

for zone, block in {"a": "10.48.1.0/24", "b": "10.48.2.0/24"}.items():  # the subnets that are called, not their VPC
    ec2.Route(
        f"to-reports-{zone}",
        route_table_id="rtb-1",
        destination_cidr_block=block,
        vpc_peering_connection_id="pcx-1",
    )
""",
    "NET-15": """\
from pulumi_aws import ec2

# Say nothing of associate_public_ip_address: the private subnet gives no address on the internet.
ec2.LaunchTemplate("batch", network_interfaces=[{"device_index": 0, "subnet_id": "subnet-1"}])
""",
    "NET-16": """\
from pulumi_aws import ec2

# Where containers need the machine's own role, a limit of 2, declared by tags={"imds-hop-limit": "2"}.
ec2.LaunchTemplate(
    "batch",
    metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1},
)
""",
    "ECR-01": """\
from pulumi_aws import ecr

every = [{"filter": "*", "filter_type": "WILDCARD"}]
ecr.RegistryScanningConfiguration(
    "images",
    scan_type="ENHANCED",
    rules=[{"scan_frequency": "SCAN_ON_PUSH", "repository_filters": every}],
)
ecr.Repository("api", name="billing/api", image_tag_mutability="IMMUTABLE")
""",
    "ECR-02": """\
from pulumi_aws import ecr

ecr.Repository("api", name="billing/api", image_tag_mutability="IMMUTABLE")
""",
    "ECR-03": """\
from pulumi_aws import ecr

ecr.Repository(
    "api",
    name="billing/api",
    encryption_configurations=[{"encryption_type": "KMS", "kms_key": key.arn}],
)
""",
    "WAF-01": """\
from components.web_firewall import WebFirewall, WebFirewallArgs
from pulumi_aws import lb, wafv2

firewall = WebFirewall("firewall", WebFirewallArgs(acl_name="billing", key_arn=key.arn, log_days=400))
balancer = lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"])
wafv2.WebAclAssociation("web", resource_arn=balancer.arn, web_acl_arn=firewall.arn)
# An Ingress names it instead: alb.ingress.kubernetes.io/wafv2-acl-arn, as components.BillingService does.
""",
    "WAF-02": _FIREWALL,
    "WAF-03": _FIREWALL,
    "ALB-01": """\
from pulumi_aws import lb

# Or no listener for plain HTTP at all; an Ingress has the annotation alb.ingress.kubernetes.io/ssl-redirect: "443".
balancer = lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"])
redirect = {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}
lb.Listener(
    "plain",
    load_balancer_arn=balancer.arn,
    port=80,
    protocol="HTTP",
    default_actions=[{"type": "redirect", "redirect": redirect}],
)
""",
    "ALB-02": """\
from pulumi_aws import lb

balancer = lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"])
lb.Listener(
    "https",
    load_balancer_arn=balancer.arn,
    port=443,
    protocol="HTTPS",
    ssl_policy="ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    certificate_arn=certificate_arn,
    default_actions=[{"type": "fixed-response", "fixed_response": {"content_type": "text/plain"}}],
)
""",
    "ALB-03": _BALANCER,
    "ALB-04": _BALANCER,
}
