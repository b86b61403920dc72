"""The tables of all resource types. A module lists its types in TYPES; a new module is added here."""

from __future__ import annotations

import dataclasses

from sandbox.aws import (
    accessanalyzer,
    athena,
    awsconfig,
    backup,
    cloudtrail,
    cloudwatch,
    events,
    firehose,
    glue,
    guardduty,
    iam,
    kms,
    logs,
    rds,
    rds_groups,
    rds_recorded,
    route53resolver,
    s3,
    s3_configuration,
    secretsmanager,
    securityhub,
    sns,
    sqs,
    ssm,
)
from sandbox.aws.ec2 import account, acls, endpoints, networks, routes, security_groups

MODULES = (
    *(networks, routes, acls, security_groups, endpoints, account),
    *(s3, s3_configuration, kms, route53resolver),
    *(iam, cloudwatch, logs, events, sns, sqs, secretsmanager, ssm),
    *(rds, rds_groups, rds_recorded, cloudtrail, firehose, glue, athena, backup),
    *(guardduty, securityhub, awsconfig, accessanalyzer),
)

TYPES = tuple(
    dataclasses.replace(kind, file=f"{module.__name__.replace('.', '/')}.py")
    for module in MODULES
    for kind in module.TYPES
)
