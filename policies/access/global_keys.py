"""The condition keys that requests to every service may carry (IAM user guide, AWS global condition context keys)."""

_NAMES = """
    PrincipalArn PrincipalAccount PrincipalIsAWSService PrincipalOrgID PrincipalOrgPaths PrincipalServiceName
    PrincipalServiceNamesList PrincipalType userid username
    AssumedRoot ChatbotSourceArn Ec2InstanceSourcePrivateIPv4 Ec2InstanceSourceVpc FederatedProvider
    MultiFactorAuthAge MultiFactorAuthPresent SourceIdentity TokenIssueTime
    SourceIp SourceVpc SourceVpcArn SourceVpce VpceAccount VpceOrgID VpceOrgPaths VpcSourceIp
    ResourceAccount ResourceOrgID ResourceOrgPaths
    CalledVia CalledViaAWSMCP CalledViaFirst CalledViaLast CurrentTime EpochTime IsMcpServiceAction referer
    RequestedRegion SecureTransport SourceAccount SourceArn SourceOrgID SourceOrgPaths SourceOwner TagKeys UserAgent
    ViaAWSMCPService ViaAWSService
"""
_GLOBAL = frozenset(f"aws:{name.lower()}" for name in _NAMES.split())
_TAGS = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")
# What a role's session carries to whatever service it asks ("cross-service condition keys").
_OF_SESSIONS = frozenset(
    {
        "ec2:roledelivery",
        "ec2:sourceinstancearn",
        "glue:credentialissuingservice",
        "glue:roleassumedby",
        "identitystore:userid",
        "lambda:sourcefunctionarn",
        "ssm:sourceinstancearn",
    }
)


def is_global(key: str) -> bool:
    """Whether requests to every service may carry the key, given in lower case."""
    return key in _GLOBAL or key in _OF_SESSIONS or any(key.startswith(tag) and key != tag for tag in _TAGS)
