"""The platform, one line per layer; read top to bottom for deployment order."""

import pulumi

from stacks.audit import deploy_audit
from stacks.keys import deploy_keys
from stacks.provider import deploy_provider
from stacks.settings import Settings

settings = Settings.load()
aws = deploy_provider(settings)
keys = deploy_keys(settings, aws)
audit = deploy_audit(settings, aws, keys)

pulumi.export("key_arns", {data_class: key.arn for data_class, key in keys.items()})
pulumi.export("log_buckets", {"logs": audit.logs.name, "access_logs": audit.access_logs.name})
