"""The tables of all resource types. A module lists its types in TYPES; a new module is added here."""

from __future__ import annotations

import dataclasses

from sandbox.aws import (
    accessanalyzer,
    athena,
    awsconfig,
    backup,
    cloudtrail,
    firehose,
    glue,
    guardduty,
    kms,
    rds,
    rds_groups,
    rds_recorded,
    route53resolver,
    s3,
    s3_configuration,
    securityhub,
)
from sandbox.aws.ec2 import acls, endpoints, networks, routes, security_groups

_DATA = (rds, rds_groups, rds_recorded, cloudtrail, firehose, glue, athena, backup)
_DETECTION = (guardduty, securityhub, awsconfig, accessanalyzer)
MODULES = (
    networks,
    routes,
    acls,
    security_groups,
    endpoints,
    s3,
    s3_configuration,
    kms,
    route53resolver,
    *_DATA,
    *_DETECTION,
)

TYPES = tuple(
    dataclasses.replace(kind, file=f"{module.__name__.replace('.', '/')}.py")
    for module in MODULES
    for kind in module.TYPES
)
