"""What may pass a VPC endpoint: our accounts' principals to our accounts' resources.

Sources: AWS, "Building a data perimeter on AWS" (aws:PrincipalAccount and aws:ResourceAccount); ECR user
guide, "Amazon ECR interface VPC endpoints" (the layer bucket); EKS user guide, "View Amazon container image
registries for Amazon EKS add-ons" (the accounts of AWS's own images); IAM user guide, "Control access to
AWS STS with VPC endpoint policies" (federated callers have no principal yet).
"""

import json
from collections.abc import Sequence

from components.policy_document import EVERYONE, Conditions, Statement, document

_IAM_PREFIXES = {"ecr.api": "ecr", "ecr.dkr": "ecr", "monitoring": "cloudwatch"}  # where they differ

# Images of EKS add-ons (CNI, CoreDNS, kube-proxy) come from AWS's own registries.
_EKS_IMAGE_ACCOUNTS = {"eu-south-1": "590381155156", "eu-south-2": "455263428931"}
_EKS_IMAGE_ACCOUNT = "602401143452"  # every other region in the EU


def endpoint_policy(service: str, region: str, account_ids: Sequence[str]) -> str:
    """The JSON policy of the endpoint of `service`, as it is called in its endpoint's name (`ecr.api`)."""
    ours = {"StringEquals": {"aws:PrincipalAccount": list(account_ids), "aws:ResourceAccount": list(account_ids)}}
    action = f"{_IAM_PREFIXES.get(service, service)}:*"
    why = "an endpoint says whose principals meet whose resources; what each may do, its own policies say"
    whole = _allow("OurPrincipalsToOurResources", (action,), "*", ours, why)
    return json.dumps(document(whole, *_exceptions(service, region, account_ids)))


def _exceptions(service: str, region: str, account_ids: Sequence[str]) -> list[Statement]:
    """What AWS itself must serve or sign for the service to work, as narrow as it can be said."""
    our_principals = {"StringEquals": {"aws:PrincipalAccount": list(account_ids)}}
    if service == "s3":
        layers = f"arn:aws:s3:::prod-{region}-starport-layer-bucket/*"
        why = "ECR gives out links to image layers that it signs itself, so the principal is not ours"
        return [_allow("ImageLayersOfEcr", ("s3:GetObject",), layers, {}, why)]
    if service in ("ecr.api", "ecr.dkr"):
        account = _EKS_IMAGE_ACCOUNTS.get(region, _EKS_IMAGE_ACCOUNT)
        actions = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
        images = f"arn:aws:ecr:{region}:{account}:repository/*"
        no_resource = "the action has no resource"
        return [
            _allow("OurLogIn", ("ecr:GetAuthorizationToken",), "*", our_principals, no_resource),
            _allow("ImagesOfEksAddOns", actions, images, our_principals, "the add-ons' repositories are AWS's own"),
        ]
    if service == "sts":
        our_roles = {"StringEquals": {"aws:ResourceAccount": list(account_ids)}}
        federated = "a service account's token is exchanged before there is any principal; the role must be ours"
        return [
            _allow("OurIdentity", ("sts:GetCallerIdentity",), "*", our_principals, "the action has no resource"),
            _allow("OurRolesByWebIdentity", ("sts:AssumeRoleWithWebIdentity",), "*", our_roles, federated),
        ]
    return []


def _allow(sid: str, actions: tuple[str, ...], resource: str, conditions: Conditions, why: str) -> Statement:
    return Statement(
        sid=sid, actions=actions, resources=(resource,), principals=EVERYONE, conditions=conditions, why=why
    )
