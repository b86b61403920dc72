"""The whole program, under the settings of every environment, without engine or cloud."""

import json
from typing import Any

import pytest

from stacks.settings import load_file
from tests.components.conftest import Made
from tests.stacks.programs import ENVIRONMENTS, ROOT
from tests.stacks.programs import run as _run

STATEFUL = ("Key", "Bucket", "Eip", "Cluster", "ClusterInstance", "Instance", "Queue", "Secret", "Trail", "Vault")
LAYERS = tuple(
    f"platform:{layer}:"
    for layer in (
        "audit",
        "cluster",
        "data",
        "delivery",
        "detection",
        "identity",
        "keys",
        "kubernetes",
        "messaging",
        "network",
        "notifications",
        "recovery",
        "secrets",
        "services",
    )
)
OUTPUTS = {
    "cluster",
    "delivery",
    "queues",
    "services",
    "backup_vaults",
    "recovery_objectives",
    "secret_arns",
    "access_log_bucket",
    "database_clients_group_id",
    "databases",
    "archive_bucket",
    "audit_reader_policy_arn",
    "audit_trail",
    "endpoint_ids",
    "key_arns",
    "landing_bucket",
    "log_locations",
    "nat_addresses",
    "route_table_ids",
    "subnet_ids",
    "topic_arns",
    "vpc_cidr",
    "vpc_id",
}


def _settings(environment: str) -> Any:
    return load_file(ROOT / f"Pulumi.{environment}.yaml")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_one_provider_is_bound_to_the_account_and_serves_every_resource(environment: str) -> None:
    built, settings = _run(environment), _settings(environment)
    (provider,) = [made for made in built.resources if made.type == "pulumi:providers:aws"]
    assert provider.inputs["region"] == settings.account.region
    assert json.loads(provider.inputs["allowedAccountIds"]) == [settings.account.id]
    assert json.loads(provider.inputs["defaultTags"])["tags"] == {
        "owner": settings.tags.owner,
        "environment": environment,
        "data-class": settings.tags.data_class,
        "pci-scope": settings.tags.pci_scope,
        "cost-centre": settings.tags.cost_centre,
    }
    custom = [made for made in built.resources if made.type.startswith("aws:")]
    assert {made.provider.rpartition("::")[0] for made in custom} == {provider.urn}


def _is_stateful(made: Made) -> bool:
    """Log groups are, where they hold evidence."""
    kind = made.type.rpartition(":")[2]
    evidence = kind == "LogGroup" and made.inputs["tags"].get("data-class") == "audit"
    return made.type.startswith("aws:") and (kind in STATEFUL or evidence)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_exactly_stateful_resources_are_protected_where_the_settings_say_so(environment: str) -> None:
    protected = _settings(environment).policy.protect_stateful
    stateful = {made.urn for made in _run(environment).resources if _is_stateful(made)}
    assert {made.urn for made in _run(environment).resources if made.protect} == (stateful if protected else set())


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_resource_belongs_to_a_component_of_its_layer(environment: str) -> None:
    for made in _run(environment).resources:
        if made.type.startswith("aws:"):
            assert made.urn.split("::")[2].startswith(LAYERS)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_taggable_names_are_unique_in_the_environment(environment: str) -> None:
    ec2 = [made for made in _run(environment).resources if "tags" in made.inputs and "aws:ec2" in made.type]
    names = [made.inputs["tags"]["Name"] for made in ec2]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_exports_what_later_layers_and_people_need(environment: str) -> None:
    outputs, settings = _run(environment).outputs, _settings(environment)
    assert set(outputs) == OUTPUTS
    assert set(outputs["key_arns"]) == {"internal", "personal", "financial", "audit"}
    zones = {*settings.network.zones}
    assert {tier: set(ids) for tier, ids in outputs["subnet_ids"].items()} == dict.fromkeys(
        settings.network.tiers, zones
    )
    assert set(outputs["endpoint_ids"]) == {*settings.network.endpoints.gateway, *settings.network.endpoints.interface}
    account = settings.account
    bucket = f"{account.organisation}-{environment}-archive-{account.id}"
    assert outputs["archive_bucket"] == {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"}
    assert outputs["audit_trail"] == {"bucket": bucket, "prefix": "trail/", "name": environment}
    assert outputs["log_locations"]["dns"] == f"s3://{bucket}/AWSLogs/{account.id}/vpcdnsquerylogs/"


@pytest.mark.parametrize(
    ("environment", "nat", "routed"),
    [
        ("prod", {"euc1-az1", "euc1-az2", "euc1-az3"}, 3),
        ("staging", {"euc1-az1"}, 3),
        ("sandbox", {"euc1-az2"}, 2),
    ],
)
def test_nat_is_as_the_settings_say(environment: str, nat: set[str], routed: int) -> None:
    built = _run(environment)
    assert set(built.outputs["nat_addresses"]) == nat
    assert len([made for made in built.all("Route") if "natGatewayId" in made.inputs]) == routed


@pytest.mark.parametrize(
    ("environment", "identifiers"),
    [
        ("prod", {"ledger": "prod-ledger", "subscriptions": "prod-subscriptions"}),
        ("staging", {"ledger": "staging-ledger", "subscriptions": "staging-subscriptions"}),
        ("sandbox", {"ledger": "sandbox-ledger", "subscriptions": "sandbox-subscriptions"}),
    ],
)
def test_databases_are_exported_without_secrets(environment: str, identifiers: dict[str, str]) -> None:
    databases = _run(environment).outputs["databases"]
    assert {name: facts["identifier"] for name, facts in databases.items()} == identifiers
    for name, facts in databases.items():
        assert facts["endpoint"] == f"{name}.db.example"
        assert facts["port"] == 5432
        assert facts["master_secret_arn"] == f"arn:secret-{name}"
        assert f'ALTER DATABASE "{name}"' in facts["role_defaults_sql"]
        assert facts["log_group_names"]["postgresql"].endswith(f"/{environment}-{name}/postgresql")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_databases_stand_in_the_isolated_tier_under_the_key_of_their_class(environment: str) -> None:
    built, settings = _run(environment), _settings(environment)
    outputs = built.outputs
    for name, database in settings.data.databases.items():
        (server,) = [made for kind in ("Cluster", "Instance") for made in built.all(kind) if made.name == name]
        assert server.inputs["kmsKeyId"] == outputs["key_arns"][database.data_class]
        assert server.inputs["masterUserSecretKmsKeyId"] == outputs["key_arns"][database.data_class]
        group = built.one("LogGroup", f"{name}-postgresql")
        assert group.inputs["kmsKeyId"] == outputs["key_arns"]["audit"]
        assert group.inputs["retentionInDays"] == settings.data.log_days
        subnets = built.one("SubnetGroup", name).inputs["subnetIds"]
        assert {*subnets} == {*outputs["subnet_ids"][settings.data.tier].values()}
        (rule,) = [made for made in built.all("SecurityGroupIngressRule") if made.name == f"{name}-from-workloads"]
        assert rule.inputs["referencedSecurityGroupId"] == outputs["database_clients_group_id"]
