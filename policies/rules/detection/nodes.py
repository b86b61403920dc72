"""How the examples of the rules on detection write an environment."""

from policies import tokens
from policies.examples import Example, Node, Ref

HOME, AWAY = "eu-central-1", "eu-west-1"
PROVIDER = Node(tokens.AWS_PROVIDER, "aws", {"region": HOME})
BUCKET = Node(tokens.BUCKET, "invoices", provider="aws")
FEATURES = ("EBS_MALWARE_PROTECTION", "EKS_AUDIT_LOGS", "RDS_LOGIN_EVENTS", "RUNTIME_MONITORING", "S3_DATA_EVENTS")


def node(type_: str, name: str, /, **properties: object) -> Node:
    """A resource in the home region, unless it says another."""
    return Node(type_, name, properties, provider="aws")


def environment(*nodes: Node) -> Example:
    """An environment in one region that holds a bucket."""
    return (PROVIDER, BUCKET, *nodes)


def feature(name: object, status: object = "ENABLED", detector: object = Ref("threats")) -> Node:
    """A protection plan of the detector."""
    return node(tokens.THREAT_DETECTOR_FEATURE, f"threats-{name}", name=name, status=status, detectorId=detector)
