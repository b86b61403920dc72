"""The services of the platform: what each may do and reach, decided from the program, and how one more is added."""

import inspect
import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import yaml

from components.billing_service import BillingService, BillingServiceArgs
from components.services.budget import Overdrawn, overdrawn
from components.services.definition import DatabaseUse, ServiceDefinition
from components.services.queue_definition import QueueDefinition, queue_problems
from policies.access import Document, Documents, Outcome, Request, decide
from stacks.services import QUEUES, SERVICES
from stacks.settings import load_file
from stacks.shipping import database_roles
from tests.components.conftest import Built, build
from tests.components.services_cases import surroundings
from tests.stacks.programs import ENVIRONMENTS, ROOT, run

NAMES = tuple(service.name for service in SERVICES)
_ACCOUNT, _REGION = "730218645519", "eu-central-1"  # of prod


def _role(name: str) -> str:
    return f"arn:aws:iam::{_ACCOUNT}:role/platform/prod-{name}"


@cache
def _documents(name: str) -> tuple[Document, ...]:
    """What IAM grants the role of a service, or of its migrations, in prod."""
    built = run("prod")
    return (Document.of(name, built.one("RolePolicy", f"service-{name}").inputs["policy"]),)


_LEFT_TO_IAM = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": _ACCOUNT}, "Action": "kms:*"}]}


def _resource_policy(resource: str) -> Document | None:
    """A queue's policy, a role's trust, or a key's policy that leaves it to IAM."""
    built, called = run("prod"), resource.rpartition(":")[2].removeprefix("prod-").removesuffix(".fifo")
    if ":kms:" in resource:
        return Document.of("key", _LEFT_TO_IAM)
    if ":role/" in resource:
        role = built.one("Role", f"service-{resource.rpartition('/prod-')[2]}")
        return Document.of("trust", role.inputs["assumeRolePolicy"])
    if ":sqs:" not in resource:
        return None
    base, dead = called.removesuffix("-dead"), "-dead" if called.endswith("-dead") else ""
    return Document.of(called, built.one("QueuePolicy", f"queue-{base}{dead}").inputs["policy"])


def _may(name: str, action: str, resource: str, **context: Any) -> bool:
    keys = {"aws:SecureTransport": "true", **context}
    request = Request(principal=_role(name), action=action, resource=resource, context=keys, complete=True)
    documents = Documents(identity=_documents(name), resource=_resource_policy(resource))
    found = decide(request, documents).outcome
    assert found is not Outcome.MAY
    return found is Outcome.ALLOW


def _queue(name: str) -> str:
    fifo = next(".fifo" if queue.in_order else "" for queue in QUEUES if queue.name == name.removesuffix("-dead"))
    return f"arn:aws:sqs:{_REGION}:{_ACCOUNT}:prod-{name}{fifo}"


def _secret(name: str) -> str:
    owner = load_file(ROOT / "Pulumi.prod.yaml").secrets.credentials[name].service
    return f"arn:aws:secretsmanager:{_REGION}:{_ACCOUNT}:secret:prod/{owner}/{name}-a1B2c3"


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_a_service_sends_and_receives_what_it_declares_and_nothing_else(service: ServiceDefinition) -> None:
    for queue in QUEUES:
        for action, declared in (
            ("sqs:SendMessage", service.sends),
            ("sqs:ReceiveMessage", service.consumes),
            ("sqs:DeleteMessage", service.consumes),
            ("sqs:ChangeMessageVisibility", service.consumes),
        ):
            assert _may(service.name, action, _queue(queue.name)) is (queue.name in declared)
        assert not _may(service.name, "sqs:ReceiveMessage", _queue(f"{queue.name}-dead"))
        for action in ("sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:AddPermission"):
            assert not _may(service.name, action, _queue(queue.name))
        assert not _may(service.name, "sqs:SendMessage", _queue(queue.name), **{"aws:SecureTransport": "false"})


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_a_service_reads_its_own_credentials_alone_and_changes_none(service: ServiceDefinition) -> None:
    for name in load_file(ROOT / "Pulumi.prod.yaml").secrets.credentials:
        assert _may(service.name, "secretsmanager:GetSecretValue", _secret(name)) is (name in service.secrets)
        for action in ("secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret", "secretsmanager:UpdateSecret"):
            assert not _may(service.name, action, _secret(name))
        longer = _secret(name).replace(f"{name}-", f"{name}-old-")  # what only begins with the name
        assert not _may(service.name, "secretsmanager:GetSecretValue", longer)


def _user(user: str) -> str:
    return f"arn:aws:rds-db:{_REGION}:{_ACCOUNT}:dbuser:cluster-AB12CD/{user}"


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_a_service_connects_to_databases_as_itself_and_its_migrations_as_themselves(service: ServiceDefinition) -> None:
    users = {one.database_user for one in SERVICES} | {one.migration_user for one in SERVICES}
    users |= {"postgres", "service", "migration", "engineer", "billing_", f"{service.database_user}x"}
    for user in users:
        mine = user == service.database_user and bool(service.databases)
        assert _may(service.name, "rds-db:connect", _user(user)) is mine
        if service.migrations:
            own = user == service.migration_user
            assert _may(f"{service.name}-migration", "rds-db:connect", _user(user)) is own


def test_a_migration_can_connect_and_nothing_else() -> None:
    for name in ("api-migration", "ledger-migration"):
        (statement,) = json.loads(run("prod").one("RolePolicy", f"service-{name}").inputs["policy"])["Statement"]
        assert statement["Action"] == ["rds-db:connect"]


_KEY = f"arn:aws:kms:{_REGION}:{_ACCOUNT}:key/11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("name", "action", "alias", "via", "allowed"),
    [
        ("api", "kms:GenerateDataKey", "financial", "sqs", True),
        ("api", "kms:Decrypt", "financial", "sqs", True),  # whoever sends needs it, too
        ("api", "kms:Decrypt", "financial", "secretsmanager", True),
        ("api", "kms:GenerateDataKey", "personal", "sqs", True),
        ("api", "kms:Decrypt", "financial", "rds", False),
        ("api", "kms:Decrypt", "financial", "s3", False),
        ("api", "kms:Decrypt", "personal", "secretsmanager", False),
        ("api", "kms:Decrypt", "audit", "sqs", False),
        ("ledger", "kms:Decrypt", "financial", "sqs", True),
        ("ledger", "kms:GenerateDataKey", "financial", "sqs", False),
        ("ledger", "kms:Decrypt", "financial", "secretsmanager", False),
        ("webhooks", "kms:Decrypt", "personal", "sqs", True),
        ("webhooks", "kms:Decrypt", "internal", "secretsmanager", True),
        ("webhooks", "kms:Decrypt", "financial", "sqs", False),
        ("webhooks", "kms:GenerateDataKey", "personal", "sqs", False),
    ],
)
def test_keys_are_used_through_what_they_encrypt_alone(
    name: str, action: str, alias: str, via: str, allowed: bool
) -> None:
    aliases = {"kms:ResourceAliases": (f"alias/prod-{alias}",)}
    assert _may(name, action, _KEY, **aliases, **{"kms:ViaService": f"{via}.{_REGION}.amazonaws.com"}) is allowed
    assert not _may(name, action, _KEY, **aliases)  # not by itself


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sts:AssumeRole", _role("api")),
        ("iam:PassRole", _role("api")),
        ("iam:CreateRole", _role("ledger")),
        ("s3:GetObject", "arn:aws:s3:::kestrel-billing-prod-archive-730218645519/trail/x"),
        ("ec2:RunInstances", "*"),
        ("kms:ScheduleKeyDeletion", _KEY),
        ("secretsmanager:ListSecrets", "*"),
        ("eks:DescribeCluster", f"arn:aws:eks:{_REGION}:{_ACCOUNT}:cluster/billing-prod"),
    ],
)
def test_a_service_can_do_nothing_that_it_did_not_declare(name: str, action: str, resource: str) -> None:
    assert not _may(name, action, resource)


@pytest.mark.parametrize(
    ("namespace", "account", "cluster", "taken"),
    [
        ("billing-api", "api", "billing-prod", True),
        ("billing-api", "default", "billing-prod", False),
        ("billing-api", "api-migration", "billing-prod", False),
        ("billing-ledger", "api", "billing-prod", False),
        ("billing-api", "api", "billing-staging", False),
    ],
)
def test_pods_of_the_service_alone_take_its_role(namespace: str, account: str, cluster: str, taken: bool) -> None:
    tags = {"kubernetes-namespace": namespace, "kubernetes-service-account": account}
    tags |= {"eks-cluster-arn": f"arn:aws:eks:{_REGION}:{_ACCOUNT}:cluster/{cluster}"}
    request = Request(
        principal="pods.eks.amazonaws.com",
        action="sts:AssumeRole",
        resource=_role("api"),
        context={"aws:SourceAccount": _ACCOUNT, **{f"aws:RequestTag/{key}": value for key, value in tags.items()}},
        complete=True,
    )
    outcome = decide(request, Documents(resource=_resource_policy(_role("api")))).outcome
    assert outcome is (Outcome.ALLOW if taken else Outcome.DENY)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_credentials_of_the_settings_are_read_by_the_role_that_the_service_has(environment: str) -> None:
    built = run(environment)
    account = load_file(ROOT / f"Pulumi.{environment}.yaml").account.id
    roles = {
        f"arn:aws:iam::{account}:role{made.inputs['path']}{made.inputs['name']}"
        for made in built.all("Role")
        if made.name.startswith("service-")
    }
    for made in built.all("SecretPolicy"):
        (statement, _) = json.loads(made.inputs["policy"])["Statement"]
        assert {*statement["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]} <= roles


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_service_and_queue_is_shipped_in_every_environment(environment: str) -> None:
    outputs = run(environment).outputs
    assert outputs["services"] == {name: f"billing-{name}" for name in NAMES}
    assert set(outputs["queues"]) == {queue.name for queue in QUEUES}
    for queue in QUEUES:
        suffix = ".fifo" if queue.in_order else ""
        assert outputs["queues"][queue.name]["arn"].endswith(f":{environment}-{queue.name}{suffix}")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_cardholder_data_runs_on_nodes_of_its_own_where_there_are_such(environment: str) -> None:
    built, settings = run(environment), load_file(ROOT / f"Pulumi.{environment}.yaml")
    kept = any("platform/pci-scope" in group.labels for group in settings.cluster.node_groups.values())
    for service in SERVICES:
        pod = built.one("Rollout", f"service-{service.name}").inputs["spec"]["template"]["spec"]
        wanted = {"platform/pci-scope": "cde"} if kept and service.pci_scope == "cde" else None
        assert pod.get("nodeSelector") == wanted


def test_services_reach_databases_by_the_group_of_their_clients() -> None:
    built = run("prod")
    carried = {
        made.name: made.inputs["spec"]["securityGroups"]["groupIds"] for made in built.all("SecurityGroupPolicy")
    }
    assert set(carried) == {"service-api", "service-payouts", "service-ledger"}
    assert all(built.outputs["database_clients_group_id"] in groups for groups in carried.values())


def test_databases_know_the_users_of_services_and_the_audit_log_tells_them_apart() -> None:
    sql = {name: facts["role_defaults_sql"] for name, facts in run("prod").outputs["databases"].items()}
    for name, own, other in (
        ("ledger", "billing_ledger", "billing_api"),
        ("subscriptions", "billing_api", "billing_l"),
    ):
        assert f'GRANT rds_iam TO "{own}";' in sql[name]
        assert other not in sql[name]
    migration = next(role for role in database_roles("ledger") if role.role == "billing_ledger_migration")
    assert (migration.lock_timeout_ms, migration.logs_text) == (3_000, True)
    assert "ALTER ROLE \"billing_ledger_migration\" SET lock_timeout = '3000ms';" in sql["ledger"]


def _database_user(name: str, pool: int) -> ServiceDefinition:
    return ServiceDefinition(
        name=name,
        owner="o",
        risk="worker",
        data_class="internal",
        pci_scope="out",
        databases=(DatabaseUse("db", pool),),
    )


@pytest.mark.parametrize(("limit", "fits"), [(111, True), (110, False)])
def test_two_versions_at_full_scale_stay_below_what_the_database_takes(limit: int, fits: bool) -> None:
    services = (_database_user("a", 5), _database_user("b", 3))
    pods = {"a": 4, "b": 10}  # 2 x 5 x 4 + 2 x 3 x 10 = 100, and 10 that are kept free
    found = overdrawn(services, pods, {"db": limit})
    assert found == ([] if fits else [Overdrawn("db", {"a": 40, "b": 60}, 100)])


def test_queues_have_senders_and_receivers() -> None:
    assert list(queue_problems(QUEUES, SERVICES)) == []
    lonely = QueueDefinition(name="lonely", data_class="internal")
    assert [problem[:2] for problem in queue_problems((lonely,), SERVICES)] == [
        ("lonely", "no service sends to it"),
        ("lonely", "no service consumes it"),
    ]


# The whole of a fifth service: what stands in stacks/services.py, and the line of each environment's settings.
def _fifth() -> ServiceDefinition:
    return ServiceDefinition(
        name="invoices",
        owner="billing",
        risk="read",
        data_class="personal",
        pci_scope="connected",
        routes=("/v1/invoices",),
        databases=(DatabaseUse("subscriptions", pool=3),),
    )


_FIFTH_RELEASE = f"""
invoices: {{digest: "sha256:{"5" * 64}", replicas_min: 2, replicas_max: 4, requests_per_s: 9, host: i.example.com}}
"""


def test_a_fifth_service_takes_fewer_than_15_lines() -> None:
    definition = inspect.getsource(_fifth).strip().splitlines()[1:]
    settings = _FIFTH_RELEASE.strip().splitlines() * len(ENVIRONMENTS)
    assert len(definition) + len(settings) < 15
    built = _ship(_fifth(), yaml.safe_load(_FIFTH_RELEASE)["invoices"])
    assert built.one("Rollout", "service-invoices").inputs["metadata"]["namespace"] == "billing-invoices"
    assert len(built.all("Ingress")) == len(built.all("HorizontalPodAutoscaler")) == 1
    (statement,) = json.loads(built.one("RolePolicy", "service-invoices").inputs["policy"])["Statement"]
    assert statement["Resource"][0].endswith(":dbuser:*/billing_invoices")


def _ship(service: ServiceDefinition, written: dict[str, Any]) -> Built:
    from stacks.sections.services import Deployed

    release = Deployed.model_validate(written).release
    around = replace(surroundings(), node_pools={})
    args = BillingServiceArgs(definition=service, release=release, around=around)
    return build(lambda: BillingService(f"service-{service.name}", args))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_what_the_public_reaches_is_behind_the_firewall_everywhere(environment: str) -> None:
    """PCI DSS 4.0.1, 6.4.2."""
    built = run(environment)
    annotations = [made.inputs["metadata"]["annotations"] for made in built.all("Ingress")]
    named = {one["platform/exposure"]: one.get("alb.ingress.kubernetes.io/wafv2-acl-arn") for one in annotations}
    assert named == {"public": "arn:firewall", "internal": None}
    assert built.one("WebAcl", "firewall").inputs["name"] == f"{environment}-public"
