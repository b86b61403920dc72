"""Settings: every mistake is found, all at once, and named with its key, value, what is allowed and the remedy."""

import copy
import json
import runpy
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pulumi
import pytest
import yaml
from pulumi.runtime.config import set_all_config

from stacks.reading import Problem, SettingsError
from stacks.sections.fields import Region
from stacks.sections.network import ZONES
from stacks.settings import Settings, load_file, parse

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ("prod", "staging", "sandbox")
Config = dict[str, Any]


def _file(environment: str) -> Path:
    return ROOT / f"Pulumi.{environment}.yaml"


def _config(environment: str = "staging") -> Config:
    config: Config = yaml.safe_load(_file(environment).read_text())["config"]
    return copy.deepcopy(config)


def _problems(config: Config, environment: str = "staging") -> list[Problem]:
    with pytest.raises(SettingsError) as caught:
        parse(environment, config)
    assert caught.value.errors
    return caught.value.errors


def _set(path: str, value: object) -> Callable[[Config], None]:
    """Sets one value, `network.tiers.data.slot`, counting into lists by number."""

    def change(config: Config) -> None:
        section, *keys = path.split(".")
        target: Any = config[f"billing-platform:{section}"]
        for key in keys[:-1]:
            target = target[int(key)] if isinstance(target, list) else target[key]
        target[int(keys[-1]) if isinstance(target, list) else keys[-1]] = value

    return change


def _drop(path: str) -> Callable[[Config], None]:
    section, key = path.split(".")
    return lambda config: config[f"billing-platform:{section}"].pop(key)


ROLE = "arn:aws:iam::418295703364:role/foundation/key-administrator"

# What is changed in staging; the key and value that are named; words of what is allowed; words of the remedy.
MISTAKES: list[tuple[Callable[[Config], Any], str, object, str, str]] = [
    (_set("account.id", 418295703364), "account.id", 418295703364, "string", "quotes"),
    (_set("account.id", "4182957033"), "account.id", "4182957033", "twelve digits", "correct"),
    (_set("account.region", "us-east-1"), "account.region", "us-east-1", "eu-central-1", "correct"),
    (
        _set("account.recovery_region", "eu-central-1"),
        "account.recovery_region",
        "eu-central-1",
        "another region",
        "name another",
    ),
    (_set("account.organisation_id", "o-1"), "account.organisation_id", "o-1", "o-a1b2c3d4e5", "correct"),
    (_set("account.organisation", "Kestrel Ltd"), "account.organisation", "Kestrel Ltd", "a-z 0-9 -", "correct"),
    (_set("tags.cost_centre", "12"), "tags.cost_centre", "12", "such as PAY-1200", "correct"),
    (_set("tags.data_class", "secret"), "tags.data_class", "secret", "'financial'", "correct"),
    (_set("keys.administrators", []), "keys.administrators", [], "at least 1 item", "correct"),
    (_set("keys.administrators.0", "*"), "keys.administrators[0]", "*", "an IAM role", "correct"),
    (_set("keys.users.audit.0", ROLE), "keys.users.audit[0]", ROLE, "must not use it", "another role"),
    (
        _set("keys.users.audit.0", "arn:aws:iam::999999999999:role/reader"),
        "keys.users.audit[0]",
        "arn:aws:iam::999999999999:role/reader",
        "a role of account.id 418295703364",
        "of this account",
    ),
    (
        _set("audit.retention_days.activity", "120"),
        "audit.retention_days.activity",
        "120",
        "valid integer",
        "without quotes",
    ),
    (
        _set("audit.retention_days.financial", 0),
        "audit.retention_days.financial",
        0,
        "greater than or equal to 1",
        "correct",
    ),
    (_drop("audit.lock_days"), "audit.lock_days", None, "no default", "add it"),
    (_set("audit.lock_days", 2), "audit.lock_days", "governance, 2", "governance for 1 day", "lock_days 1"),
    (_set("audit.lock_mode", "compliance"), "audit.lock_days", "compliance, 1", "governance for 1 day", "governance"),
    (_set("audit.archive_days", 120), "audit.archive_days", 120, "less than audit.retention_days.activity", "lower"),
    (_set("audit.log_group_days", 91), "audit.log_group_days", 91, "1, 3, 5, 7, 14", "correct"),
    (_set("network.cidr", "8.8.0.0/16"), "network.cidr", "8.8.0.0/16", "RFC 1918", "free block"),
    (_set("network.cidr", "172.32.0.0/16"), "network.cidr", "172.32.0.0/16", "172.16.0.0/12", "free block"),
    (_set("network.cidr", "10.48.1.0/17"), "network.cidr", "10.48.1.0/17", "without host bits", "use 10.48.0.0/17"),
    (_set("network.cidr", "10.48.0.0"), "network.cidr", "10.48.0.0/32", "/16", "take a block of /16 to /20"),
    (_set("network.cidr", "staging"), "network.cidr", "staging", "such as 10.20.0.0/16", "correct"),
    (_set("network.cidr", 10), "network.cidr", 10, "such as 10.20.0.0/16", "correct"),
    (_set("network.cidr", "10.48.0.0/24"), "network.cidr", "10.48.0.0/24", "AWS's largest", "/16 to /20"),
    (_set("network.cidr", "10.32.0.0/17"), "network.cidr", "10.32.0.0/17", "neighbours.prod (10.32.0.0/16)", "another"),
    (
        _set("network.neighbours.prod", "10.32.0.0/8"),
        "network.neighbours.prod",
        "10.32.0.0/8",
        "without host bits",
        "use 10.0.0.0/8",
    ),
    (
        _set("network.zones.1", "use1-az1"),
        "network.zones[1]",
        "use1-az1",
        "euc1-az1, euc1-az2, euc1-az3",
        "take a zone",
    ),
    (_set("network.zones.1", "euc1-az1"), "network.zones[1]", "euc1-az1", "each zone once", "remove"),
    (_set("network.zones.1", "eu-central-1b"), "network.zones[1]", "eu-central-1b", "such as euc1-az1", "correct"),
    (_set("network.zones", ["euc1-az1"]), "network.zones", ["euc1-az1"], "at least 2 zones for the tiers apps", "add"),
    (
        _set("network.tiers.data.slot", 16),
        "network.tiers.data",
        "prefix 25, slot 16",
        "apps and data overlap",
        "slot 1",
    ),
    (_set("network.tiers.data.slot", 32), "network.tiers.data", "prefix 25, slot 32", "inside a zone block", "slot 1"),
    (_set("network.tiers.data.prefix", 29), "network.tiers.data.prefix", 29, "less than or equal to 28", "correct"),
    (_set("network.tiers.data.kind", "secure"), "network.tiers.data.kind", "secure", "'isolated'", "correct"),
    (
        _set("network.tiers.cde.prefix", 21),
        "network.tiers.cde",
        "prefix 21, slot 1",
        "apps and cde",
        "prefix 22, slot 1",
    ),
    (_set("network.tiers.apps.kind", "public"), "network.tiers", "apps, public", "one public tier", "load balancers"),
    (_set("network.tiers.public.kind", "isolated"), "network.nat.mode", "single", "no tier is public", "public tier"),
    (_set("network.nat.zone", None), "network.nat.zone", None, "one of network.zones", "name the gateway's zone"),
    (
        _set("network.nat.mode", "per_zone"),
        "network.nat.zone",
        "euc1-az1",
        "unless network.nat.mode is single",
        "remove",
    ),
    (_set("network.nat.mode", "two"), "network.nat.mode", "two", "'none', 'single' or 'per_zone'", "correct"),
    (_set("network.endpoints.interface.0", "ecr"), "network.endpoints.interface[0]", "ecr", "'ecr.api'", "correct"),
    (
        _set("network.endpoints.gateway.0", "kms"),
        "network.endpoints.gateway[0]",
        "kms",
        "'dynamodb' or 's3'",
        "correct",
    ),
    (
        _set("network.endpoints.interface.1", "kms"),
        "network.endpoints.interface[2]",
        "kms",
        "each service once",
        "remove",
    ),
    (_set("network.endpoints.tier", "data"), "network.endpoints.tier", "data", "apps, cde", "interface endpoints"),
    (_set("network.dual_stack", "yes"), "network.dual_stack", "yes", "valid boolean", "correct"),
    (_set("data.tier", "apps"), "data.tier", "apps", "an isolated tier: data", "nothing goes out"),
    (_set("data.backup_days", 6), "data.backup_days", 6, "at least 7 in staging", "set 7 or more"),
    (_set("data.backup_days", 36), "data.backup_days", 36, "less than or equal to 35", "correct"),
    (_set("data.log_days", 100), "data.log_days", 100, "90, 120", "next larger"),
    (_set("data.backup_window", "2-3"), "data.backup_window", "2-3", "such as 03:00-03:30", "correct"),
    (
        _set("data.maintenance_window", "sun:03:00-sun:03:10"),
        "data.maintenance_window",
        "sun:03:00-sun:03:10",
        "30 minutes",
        "correct",
    ),
    (
        _set("data.backup_window", "03:30-04:00"),
        "data.backup_window",
        "03:30-04:00",
        "must not overlap",
        "move one of the two",
    ),
    (_set("data.databases", {}), "data.databases", {}, "at least 1 item", "correct"),
    (
        _set("data.databases.ledger.version", 17),
        "data.databases.ledger.version",
        17,
        "string",
        "quotes",
    ),
    (
        _set("data.databases.ledger.version", "latest"),
        "data.databases.ledger.version",
        "latest",
        "the major (17), or with its minor (17.6)",
        "correct",
    ),
    (
        _set("data.databases.ledger.version", "13"),
        "data.databases.ledger.version",
        "13",
        "one of 15, 16, 17",
        "standard support",
    ),
    (
        _set("data.databases.subscriptions.version", "17.4"),
        "data.databases.subscriptions.version",
        "17.4",
        "17.5 or later",
        "standard support",
    ),
    (
        _set("data.databases.ledger.data_class", "audit"),
        "data.databases.ledger.data_class",
        "audit",
        "'personal' or 'financial'",
        "correct",
    ),
    (
        _set("data.databases.ledger.aurora", {"instance_class": "db.r6g.large", "readers": 1}),
        "data.databases.ledger",
        "aurora, aurora_serverless",
        "exactly one of aurora, aurora_serverless, multi_az_cluster",
        "keep the one",
    ),
    (
        _set("data.databases.ledger.aurora_serverless", None),
        "data.databases.ledger",
        "(none of them)",
        "exactly one of",
        "keep the one",
    ),
    (
        _set("data.databases.ledger.aurora_serverless.max_acu", 0.25),
        "data.databases.ledger.aurora_serverless",
        {"min_acu": 0.5, "max_acu": 0.25, "readers": 1},
        "steps of 0.5",
        "correct",
    ),
    (
        _set("data.databases.subscriptions.multi_az_instance.instance_class", "t4g.medium"),
        "data.databases.subscriptions.multi_az_instance",
        {
            "instance_class": "t4g.medium",
            "storage_gib": 50,
            "max_storage_gib": 200,
            "reader_class": None,
            "blue_green": True,
        },
        "got 't4g.medium'",
        "correct",
    ),
    (
        _set("notifications.page.duty.endpoint", "http://alerts.example"),
        "notifications.page.duty.endpoint",
        "http://alerts.example",
        "what begins with https://",
        "correct it, or the protocol (https)",
    ),
    (
        _set("notifications.ticket.team.endpoint", "team"),
        "notifications.ticket.team.endpoint",
        "team",
        "e-mail",
        "(email)",
    ),
    (_set("notifications.ticket", {}), "notifications.ticket", {}, "at least 1 item", "correct"),
    (
        _set("recovery.classes.financial.rpo_minutes", 4),
        "recovery.classes.financial.rpo_minutes",
        4,
        "greater than or equal to 5",
        "correct",
    ),
    (
        _set("recovery.classes.financial.daily_days", 36),
        "recovery.classes.financial.daily_days",
        36,
        "at most monthly_days (35)",
        "keep monthly backups longer",
    ),
    (_set("recovery.immutable", True), "recovery.immutable", True, "false elsewhere", "paid for to the end"),
    (
        _set("secrets.credentials.card-processor.rotation_days", 91),
        "secrets.credentials.card-processor.rotation_days",
        91,
        "at most 90",
        "every quarter",
    ),
    (
        _set("secrets.credentials.card-processor.rotation_role_arn", "arn:aws:iam::418295703364:role/platform/rotate"),
        "secrets.credentials.card-processor.rotation_role_arn",
        "arn:aws:iam::418295703364:role/platform/rotate",
        "a function and its role, or neither",
        "add the one that is missing",
    ),
    (_set("cluster.name", "billing"), "cluster.name", "billing", "billing-staging, as network.cluster_name", "both"),
    (_set("cluster.version", "1.30"), "cluster.version", "1.30", "1.34, 1.35, 1.36", "one minor after the other"),
    (_set("cluster.version", 1.35), "cluster.version", 1.35, "string", "quotes"),
    (_set("cluster.tier", "data"), "cluster.tier", "data", "a private tier: apps, cde", "network.tiers"),
    (
        _set("cluster.node_groups.general.tier", "public"),
        "cluster.node_groups.general.tier",
        "public",
        "a private tier: apps, cde",
        "network.tiers",
    ),
    (
        _set("cluster.node_groups.general.instance_types.1", "m7i.large"),
        "cluster.node_groups.general.instance_types[1]",
        "m7i.large",
        "types of arm64",
        "it is amd64",
    ),
    (
        _set("cluster.node_groups.general.instance_types.0", "t4g.large"),
        "cluster.node_groups.general.instance_types[0]",
        "t4g.large",
        "must not be burstable",
        "m7g.large",
    ),
    (
        _set("cluster.node_groups.general.desired_nodes", 9),
        "cluster.node_groups.general.desired_nodes",
        9,
        "min_nodes to max_nodes",
        "in order",
    ),
    (
        _set("cluster.node_groups.general.taints", [{"key": "a", "value": "b"}]),
        "cluster.node_groups",
        "general, amd64, payments",
        "one group without taints",
        "take the taints off one",
    ),
    (_set("cluster.node_groups", {}), "cluster.node_groups", {}, "at least 1 item", "correct"),
    (
        _set("cluster.service_cidr", "8.8.0.0/16"),
        "cluster.service_cidr",
        "8.8.0.0/16",
        "a private block",
        "172.20.0.0/16",
    ),
    (
        _set("cluster.service_cidr", "10.48.0.0/20"),
        "cluster.service_cidr",
        "10.48.0.0/20",
        "network.cidr",
        "another block",
    ),
    (
        _set("cluster.service_cidr", "10.8.4.0/22"),
        "cluster.service_cidr",
        "10.8.4.0/22",
        "apart from network.neighbours.office-vpn",
        "another block",
    ),
    (_set("cluster.service_cidr", "services"), "cluster.service_cidr", "services", "such as 10.20.0.0/16", "correct"),
    (
        _set("cluster.public_clients", ["0.0.0.0/0"]),
        "cluster.public_clients[0]",
        "0.0.0.0/0",
        "never the internet",
        "offices and runners",
    ),
    (
        _set("cluster.public_clients", ["10.8.0.0/16"]),
        "cluster.public_clients[0]",
        "10.8.0.0/16",
        "public addresses",
        "api_clients",
    ),
    (_set("cluster.public_clients", ["::/0"]), "cluster.public_clients[0]", "::/0", "such as 10.20.0.0/16", "correct"),
    (
        _set("cluster.api_clients.office-vpn", "198.51.100.0/24"),
        "cluster.api_clients.office-vpn",
        "198.51.100.0/24",
        "private networks",
        "public_clients",
    ),
    (_set("cluster.log_days", 100), "cluster.log_days", 100, "90, 120", "correct"),
    (_set("policy.undecided", "ignore"), "policy.undecided", "ignore", "'block' or 'report'", "correct"),
    (_set("policy.protect_stateful", False), "policy.protect_stateful", False, "except in sandbox", "set true"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[f"{row[1]} {row[2]}" for row in MISTAKES])
def test_a_mistake_is_named_with_key_value_what_is_allowed_and_the_remedy(mistake: Any) -> None:
    change, key, value, allowed, remedy = mistake
    config = _config()
    change(config)
    named = [problem for problem in _problems(config) if problem.key == f"billing-platform:{key}"]
    assert [problem.value for problem in named] == [value]
    assert allowed in named[0].allowed
    assert remedy in named[0].remedy


@pytest.mark.parametrize(
    ("place", "key", "remedy"),
    [
        ("aws:region", "aws:region", "stands in billing-platform:account"),
        ("billing-platform:netwrok", "billing-platform:netwrok", "did you mean billing-platform:network?"),
        ("billing-platform:tags.ownr", "billing-platform:tags.ownr", "did you mean owner?"),
        ("billing-platform:network.tiers.apps.sloot", "billing-platform:network.tiers.apps.sloot", "mean slot?"),
        ("billing-platform:network.surprise", "billing-platform:network.surprise", "remove it"),
    ],
)
def test_an_unknown_key_is_named_without_its_value(place: str, key: str, remedy: str) -> None:
    config = _config()
    target: Any = config
    section, *keys = place.split(".")
    for part in [section, *keys][:-1]:
        target = target[part]
    target[[section, *keys][-1]] = "hunter2"
    (problem,) = _problems(config)
    assert problem.key == key
    assert remedy in problem.remedy
    assert "hunter2" not in str(problem)


def test_all_mistakes_are_reported_at_once() -> None:
    config = _config()
    changes = [_set("account.id", 1), _set("tags.cost_centre", "12"), _drop("audit.lock_days")]
    changes += [_set("policy.undecided", "ignore"), _set("network.tiers.data.kind", "secure")]
    changes += [_set("network.cidr", "8.8.0.0/16"), _set("network.zones.1", "use1-az1"), _set("network.surprise", 1)]
    changes += [_set("network.tiers.apps.prefix", "big"), _set("network.nat.mode", "per_zone")]
    changes += [_set("policy.protect_stateful", False)]
    for change in changes:
        change(config)
    config["billing-platform:nettwork"] = {}
    assert {problem.key.removeprefix("billing-platform:") for problem in _problems(config)} == {
        "account.id",
        "tags.cost_centre",
        "audit.lock_days",
        "policy.undecided",
        "policy.protect_stateful",
        "network.cidr",
        "network.zones[1]",
        "network.surprise",
        "network.tiers.apps.prefix",
        "network.tiers.data.kind",
        "network.nat.zone",
        "nettwork",
    }


def test_prod_needs_three_zones() -> None:
    config = _config("prod")
    _set("network.zones", ["euc1-az1", "euc1-az2"])(config)
    by_key = {problem.key: problem for problem in _problems(config, "prod")}
    needs_three = "billing-platform:data.databases.subscriptions.multi_az_cluster"
    assert set(by_key) == {"billing-platform:network.zones", needs_three}
    assert "at least 3 zones" in by_key["billing-platform:network.zones"].allowed


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("retention_days.activity", 364, "at least 365 in prod: PCI DSS 4.0.1, 10.5.1"),
        ("retention_days.financial", 3653, "at least 4018 in prod: section 147"),
        ("archive_days", 89, "at least 90 in prod: PCI DSS 4.0.1, 10.5.1"),
        ("lock_mode", "governance", "compliance in prod: an administrator can lift governance"),
        ("lock_days", 1101, "at most audit.retention_days.activity (1100)"),
        ("log_group_days", 180, "at least 365 in prod"),
    ],
)
def test_prod_keeps_evidence_as_long_as_it_must(key: str, value: object, allowed: str) -> None:
    config = _config("prod")
    _set("audit.lock_days", 300)(config)  # shorter than what each of the mistakes leaves
    _set(f"audit.{key}", value)(config)
    (problem,) = _problems(config, "prod")
    assert (problem.key, problem.value) == (f"billing-platform:audit.{key}", value)
    assert allowed in problem.allowed


def test_prod_keeps_backups_longest_and_its_databases_up() -> None:
    config = _config("prod")
    _set("data.backup_days", 34)(config)
    _set("data.log_days", 180)(config)
    _set("data.apply_immediately", True)(config)
    _set("data.databases.ledger.aurora.readers", 0)(config)
    single = {"instance_class": "db.m6g.large", "storage_gib": 100, "max_storage_gib": 200}
    database = config["billing-platform:data"]["databases"]["subscriptions"]
    del database["multi_az_cluster"]
    database["single_instance"] = single
    by_key = {problem.key.removeprefix("billing-platform:data."): problem for problem in _problems(config, "prod")}
    assert {key: problem.allowed.partition(":")[0] for key, problem in by_key.items()} == {
        "backup_days": "at least 35 in prod",
        "log_days": "at least 365 in prod",
        "apply_immediately": "false in prod",
        "databases.ledger.aurora.readers": "at least 1 in prod",
        "databases.subscriptions.single_instance": "another kind in prod",
    }


def test_prod_keeps_the_clusters_log_for_a_year_and_a_node_in_every_zone() -> None:
    config = _config("prod")
    _set("cluster.log_days", 180)(config)
    _set("cluster.node_groups.general.min_nodes", 2)(config)
    by_key = {problem.key.removeprefix("billing-platform:cluster."): problem for problem in _problems(config, "prod")}
    assert {key: problem.allowed.partition(":")[0] for key, problem in by_key.items()} == {
        "log_days": "at least 365 in prod",
        "node_groups.general.min_nodes": "at least 3 in prod",
    }


def test_a_multi_az_cluster_needs_three_zones() -> None:
    config = _config("sandbox")
    cluster = {"instance_class": "db.m6gd.large", "storage_gib": 100, "iops": 1000}
    database = config["billing-platform:data"]["databases"]["ledger"]
    del database["single_instance"]
    database["multi_az_cluster"] = cluster
    (problem,) = _problems(config, "sandbox")
    assert problem.key == "billing-platform:data.databases.ledger.multi_az_cluster"
    assert problem.allowed.startswith("3 zones")


def test_prod_promises_recovery_and_keeps_financial_backups_for_ten_years() -> None:
    config = _config("prod")
    classes = config["billing-platform:recovery"]["classes"]
    classes["financial"] |= {"rpo_minutes": 60, "monthly_days": 3649}
    del classes["personal"]
    config["billing-platform:recovery"]["immutable"] = False
    by_key = {problem.key.removeprefix("billing-platform:recovery."): problem for problem in _problems(config, "prod")}
    assert set(by_key) == {
        "classes.financial.rpo_minutes",
        "classes.financial.monthly_days",
        "classes.personal",
        "immutable",
    }
    assert "at most 5 in prod" in by_key["classes.financial.rpo_minutes"].allowed
    assert "ten years" in by_key["classes.financial.monthly_days"].allowed


def test_tiers_that_fill_the_network_leave_no_room_for_one_more() -> None:
    config = _config()
    tiers = {"apps": {"kind": "private", "prefix": 21, "slot": 0}, "cde": {"kind": "private", "prefix": 21, "slot": 1}}
    config["billing-platform:network"] |= {"tiers": tiers, "nat": {"mode": "none"}}
    problem, isolated = _problems(config)
    assert isolated.key == "billing-platform:data.tier"
    assert "no room for one more tier" in problem.allowed
    assert "make a tier smaller" in problem.remedy


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("config: [", "a YAML document"),
        ("", "config is missing"),
        ("config: 3", "config is 3"),
        ("config: {}", "billing-platform:network is missing"),
        ("config: {'billing-platform:network': 3}", "billing-platform:network is 3"),
    ],
)
def test_a_file_that_is_no_settings_file_gets_a_clear_error(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "Pulumi.staging.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_file(file)
    assert words in str(caught.value)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_environments_are_valid_and_their_files_fit_the_schema(environment: str) -> None:
    settings = load_file(_file(environment))
    assert settings.environment == environment
    text = _file(environment).read_text()
    assert text.startswith("# yaml-language-server: $schema=stacks/settings.schema.json\n")
    jsonschema.validate(yaml.safe_load(text), json.loads((ROOT / "stacks/settings.schema.json").read_text()))


def test_environments_differ_never_overlap_and_know_each_other() -> None:
    loaded = {name: load_file(_file(name)) for name in ENVIRONMENTS}
    for one, other in combinations(loaded.values(), 2):
        assert not one.network.cidr.overlaps(other.network.cidr)
        assert one.account.id != other.account.id
        assert one.network.cidr.prefixlen != other.network.cidr.prefixlen
        assert one.audit != other.audit
    for name, settings in loaded.items():
        others = {other: loaded[other].network.cidr for other in ENVIRONMENTS if other != name}
        assert {key: cidr for key, cidr in settings.network.neighbours.items() if key in others} == others
    assert {name: settings.policy.protect_stateful for name, settings in loaded.items()} == {
        "prod": True,
        "staging": True,
        "sandbox": False,
    }


def test_the_committed_schema_is_fresh_and_strict_and_explains_itself() -> None:
    module = runpy.run_path(str(ROOT / "stacks/settings.py"), run_name="platform_settings")
    committed = json.loads((ROOT / "stacks/settings.schema.json").read_text())
    assert committed == module["json_schema"](), "platformctl settings schema > stacks/settings.schema.json"
    objects = [committed, committed["properties"]["config"], *committed["$defs"].values()]
    assert all(thing["additionalProperties"] is False for thing in objects)
    assert committed["$defs"]["Tier"]["properties"]["slot"]["description"]
    settings = module["load_file"](_file("prod"))
    assert json.loads(settings.model_dump_json()) == json.loads(load_file(_file("prod")).model_dump_json())


def test_every_region_has_its_zones() -> None:
    assert set(ZONES) == set(get_args(Region))
    assert all(len(zones) == 3 for zones in ZONES.values())


def _load(values: dict[str, str], secrets: list[str] | None = None) -> Settings:
    set_all_config(values, secrets or [])
    try:
        return Settings.load()
    finally:
        set_all_config({}, [])


def test_the_program_reads_the_same_settings_from_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi, "get_stack", lambda: "staging")
    values = {key: json.dumps(value) for key, value in _config().items()}
    assert _load(values) == load_file(_file("staging"))


def test_in_the_program_mistakes_end_the_run_with_the_list_and_without_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pulumi, "get_stack", lambda: "staging")
    values = {key: json.dumps(value) for key, value in _config().items()}
    values |= {"aws:region": "us-east-1", "billing-platform:policy": "hunter2"}
    with pytest.raises(pulumi.RunError) as caught:
        _load(values, ["billing-platform:policy"])
    assert str(caught.value).startswith("Pulumi.staging.yaml is not valid:\n")
    assert "aws:region" in str(caught.value)
    assert "billing-platform:policy is '(secret)'" in str(caught.value)
    assert "hunter2" not in str(caught.value)
