"""The platform, one line per layer; read top to bottom for deployment order."""

import signal

import pulumi

import stacks.sdk_imports  # noqa: F401  # before all that uses the SDK, to load it fast
from stacks.audit import deploy_audit, trail_location
from stacks.cluster import deploy_cluster
from stacks.cluster import facts as cluster_facts
from stacks.credentials import deploy_secrets
from stacks.data import deploy_data, facts
from stacks.delivery import deploy_delivery
from stacks.delivery import facts as delivery_facts
from stacks.detection import deploy_detection
from stacks.exporter import deploy_exporter
from stacks.firewall import deploy_firewall
from stacks.keys import deploy_keys
from stacks.network import deploy_network
from stacks.notifications import deploy_notifications
from stacks.provider import deploy_provider
from stacks.recovery import deploy_recovery
from stacks.settings import Settings
from stacks.shipping import database_roles, deploy_services

# The engine ends a program by SIGINT, when a policy refuses it for one; the SDK would linger for five seconds.
signal.signal(signal.SIGINT, signal.SIG_DFL)

settings = Settings.load()
aws = deploy_provider(settings.environment, settings.account, settings.tags)
keys = deploy_keys(settings, aws)
topics = deploy_notifications(settings, aws, keys)
audit = deploy_audit(settings, aws, keys, topics)
network = deploy_network(settings, aws, audit)
data = deploy_data(settings, aws, keys, topics, audit, network)
cluster = deploy_cluster(settings, aws, keys, audit, network)
delivery = deploy_delivery(settings, aws, keys, topics, network, cluster)
deploy_exporter(settings, aws, cluster, delivery)
firewall = deploy_firewall(settings, aws, keys)
secrets = deploy_secrets(settings, aws, keys)
shipped = deploy_services(settings, aws, keys, topics, data, secrets, cluster, delivery, firewall)
recovery = deploy_recovery(settings, aws, keys, topics)
deploy_detection(settings, aws, audit, topics)

pulumi.export("key_arns", {data_class: key.arn for data_class, key in keys.home.items()})
pulumi.export("topic_arns", {urgency: topic.arn for urgency, topic in topics.items()})
pulumi.export("archive_bucket", {"name": audit.archive.name, "arn": audit.archive.arn})
pulumi.export("landing_bucket", {"name": audit.landing.name, "arn": audit.landing.arn})
pulumi.export("access_log_bucket", {"name": audit.access_logs.name, "arn": audit.access_logs.arn})
pulumi.export("audit_trail", trail_location(settings))
pulumi.export("audit_reader_policy_arn", audit.reader_policy_arn)
pulumi.export("vpc_id", network.vpc_id)
pulumi.export("vpc_cidr", str(settings.network.cidr))
pulumi.export("subnet_ids", network.subnet_ids)
pulumi.export("route_table_ids", network.route_table_ids)
pulumi.export("nat_addresses", network.nat_addresses)
pulumi.export("endpoint_ids", network.endpoint_ids)
pulumi.export("log_locations", audit.locations)
pulumi.export("databases", {name: facts(one, database_roles(name)) for name, one in data.databases.items()})
pulumi.export("database_clients_group_id", data.clients.security_group_id)
pulumi.export("cluster", cluster_facts(cluster.eks))
pulumi.export("delivery", delivery_facts(delivery))
pulumi.export("queues", {name: {"arn": one.arn, "url": one.url} for name, one in shipped.queues.items()})
pulumi.export("services", {name: one.namespace for name, one in shipped.services.items()})
pulumi.export("secret_arns", {name: secret.arn for name, secret in secrets.items()})
pulumi.export("backup_vaults", {data_class: backup.vault_name for data_class, backup in recovery.items()})
pulumi.export("recovery_objectives", {name: one.model_dump() for name, one in settings.recovery.classes.items()})
