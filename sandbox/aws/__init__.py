"""The tables of all resource types. A module lists its types in TYPES; a new module is added here."""

from __future__ import annotations

import dataclasses

from sandbox.aws import (
    cloudwatch,
    events,
    iam,
    kms,
    logs,
    route53resolver,
    s3,
    s3_configuration,
    secretsmanager,
    sns,
    sqs,
    ssm,
)
from sandbox.aws.ec2 import account, acls, endpoints, networks, routes, security_groups

MODULES = (
    *(networks, routes, acls, security_groups, endpoints, account),
    *(s3, s3_configuration, kms, route53resolver),
    *(iam, cloudwatch, logs, events, sns, sqs, secretsmanager, ssm),
)

TYPES = tuple(
    dataclasses.replace(kind, file=f"{module.__name__.replace('.', '/')}.py")
    for module in MODULES
    for kind in module.TYPES
)
