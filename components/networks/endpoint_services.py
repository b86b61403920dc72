"""The services of AWS that a VPC endpoint of ours can lead to, as they are called in an endpoint's name."""

from typing import Literal

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
