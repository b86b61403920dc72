"""Loads the services of the AWS SDK that the program uses, with the garbage collector off meanwhile.

Using one class of a service loads all classes of that service, and none is ever freed: the collector only
walks them again and again, and once more when the process ends. benchmarks/imports.py shows what this saves.
"""

import gc
from importlib import import_module

services = (
    "accessanalyzer",
    "athena",
    "backup",
    "cfg",
    "cloudtrail",
    "cloudwatch",
    "ebs",
    "ec2",
    "glue",
    "guardduty",
    "iam",
    "kinesis",
    "kms",
    "rds",
    "route53",
    "s3",
    "secretsmanager",
    "securityhub",
    "sns",
    "vpc",
)

collecting = gc.isenabled()
gc.disable()
try:
    for service in services:  # each is an empty shell until it is looked into
        hasattr(import_module(f"pulumi_aws.{service}"), "outputs")
    gc.freeze()  # what is loaded so far stays to the end, so no later collection looks at it
finally:
    if collecting:
        gc.enable()
