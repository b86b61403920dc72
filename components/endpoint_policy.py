"""What may pass a VPC endpoint: our accounts' principals to our accounts' resources.

Sources: AWS, "Building a data perimeter on AWS" (aws:PrincipalAccount and aws:ResourceAccount); ECR user
guide, "Amazon ECR interface VPC endpoints" (the layer bucket); EKS user guide, "View Amazon container image
registries for Amazon EKS add-ons" (the accounts of AWS's own images); IAM user guide, "Control access to
AWS STS with VPC endpoint policies" (federated callers have no principal yet).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

GatewayService = Literal["dynamodb", "s3"]
InterfaceService = Literal[
    "autoscaling",
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "eks",
    "eks-auth",
    "elasticloadbalancing",
    "kms",
    "logs",
    "monitoring",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "sts",
]
_IAM_PREFIXES = {"ecr.api": "ecr", "ecr.dkr": "ecr", "monitoring": "cloudwatch"}  # where they differ

# Images of EKS add-ons (CNI, CoreDNS, kube-proxy) come from AWS's own registries.
_EKS_IMAGE_ACCOUNTS = {"eu-south-1": "590381155156", "eu-south-2": "455263428931"}
_EKS_IMAGE_ACCOUNT = "602401143452"  # every other region in the EU


def endpoint_policy(service: str, region: str, account_ids: Sequence[str]) -> str:
    """The JSON policy of the endpoint of `service`, as it is called in its endpoint's name (`ecr.api`)."""
    ours = {"StringEquals": {"aws:PrincipalAccount": list(account_ids), "aws:ResourceAccount": list(account_ids)}}
    action = f"{_IAM_PREFIXES.get(service, service)}:*"
    statements = [
        _allow("OurPrincipalsToOurResources", action, "*", ours),
        *_exceptions(service, region, account_ids),
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _exceptions(service: str, region: str, account_ids: Sequence[str]) -> list[dict[str, Any]]:
    """What AWS itself must serve or sign for the service to work, as narrow as it can be said."""
    our_principals = {"StringEquals": {"aws:PrincipalAccount": list(account_ids)}}
    if service == "s3":
        # ECR gives out links to image layers that it signs itself, so the principal is not ours.
        layers = f"arn:aws:s3:::prod-{region}-starport-layer-bucket/*"
        return [_allow("ImageLayersOfEcr", "s3:GetObject", layers, {})]
    if service in ("ecr.api", "ecr.dkr"):
        account = _EKS_IMAGE_ACCOUNTS.get(region, _EKS_IMAGE_ACCOUNT)
        actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        images = f"arn:aws:ecr:{region}:{account}:repository/*"
        return [
            _allow("OurLogIn", "ecr:GetAuthorizationToken", "*", our_principals),  # has no resource
            _allow("ImagesOfEksAddOns", actions, images, our_principals),
        ]
    if service == "sts":
        # A service account's token is exchanged before there is any principal; the role must be ours.
        our_roles = {"StringEquals": {"aws:ResourceAccount": list(account_ids)}}
        return [
            _allow("OurIdentity", "sts:GetCallerIdentity", "*", our_principals),  # has no resource
            _allow("OurRolesByWebIdentity", "sts:AssumeRoleWithWebIdentity", "*", our_roles),
        ]
    return []


def _allow(sid: str, action: str | list[str], resource: str, condition: Mapping[str, Any]) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement
