"""Protection that is taken away, in whichever way it was given."""

from typing import Any

import pytest

from platformctl.review.sections.protection.companions import COMPANIONS
from platformctl.review.sections.protection.own import GUARDS
from policies import tokens
from policies.examples import Node, Ref
from tests.platformctl.review.made import changed, compared, items, said

BUCKET = Node(tokens.BUCKET, "invoices", {"bucket": "invoices"})
VAULT = Node(tokens.BACKUP_VAULT, "vault", {"name": "vault"})


def _versioning(status: str = "Enabled", name: str = "versions") -> Node:
    return Node(
        tokens.BUCKET_VERSIONING, name, {"bucket": Ref("invoices"), "versioningConfiguration": {"status": status}}
    )


def _lock(mode: str, days: int) -> Node:
    rule = {"defaultRetention": {"mode": mode, "days": days}}
    return Node(tokens.BUCKET_OBJECT_LOCK, "lock", {"bucket": Ref("invoices"), "rule": rule})


def _both(type_: str, **values: tuple[Any, Any]) -> tuple[Node, Node]:
    sides = [{key: value[side] for key, value in values.items() if value[side] is not None} for side in (0, 1)]
    return Node(type_, "it", sides[0]), Node(type_, "it", sides[1])


@pytest.mark.parametrize(
    ("nodes", "told"),
    [
        (_both(tokens.DATABASE_CLUSTER, deletionProtection=(True, False)), "AWS no longer refuses to delete it"),
        (_both(tokens.DATABASE_CLUSTER, deletionProtection=(True, None)), "AWS no longer refuses to delete it"),
        (_both(tokens.DATABASE_CLUSTER, backupRetentionPeriod=(7, 3)), "backups are kept shorter"),
        (_both(tokens.DATABASE_CLUSTER, backupRetentionPeriod=(7, None)), "backups are kept shorter"),
        (_both(tokens.DATABASE_INSTANCE, skipFinalSnapshot=(False, True)), "its deletion leaves no snapshot"),
        (_both(tokens.DATABASE_INSTANCE, deleteAutomatedBackups=(False, None)), "its deletion takes its backups along"),
        (_both(tokens.DATABASE_INSTANCE, multiAz=(True, False)), "there is no standby any more"),
        (
            _both(tokens.DATABASE_INSTANCE, enabledCloudwatchLogsExports=(["postgresql", "upgrade"], ["upgrade"])),
            "a log is no longer kept outside of it",
        ),
        (_both(tokens.LOG_GROUP, retentionInDays=(90, 30)), "logs are kept shorter"),
        (_both(tokens.LOG_GROUP, retentionInDays=(0, 365)), "logs are kept shorter"),
        (_both(tokens.KEY, enableKeyRotation=(True, False)), "the key no longer rotates"),
        (_both(tokens.KEY, deletionWindowInDays=(None, 7)), "its deletion can be stopped for less long"),
        (_both(tokens.SECRET, recoveryWindowInDays=(30, 0)), "its deletion can be undone for less long"),
        (_both(tokens.BUCKET, forceDestroy=(False, True)), "it is deleted with all objects in it"),
        (_both(tokens.TRAIL, enableLogging=(None, False)), "nothing is recorded"),
        (_both(tokens.EKS_CLUSTER, enabledClusterLogTypes=(["api", "audit"], ["api"])),
         "a log of the control plane is no longer kept"),
        (_both(tokens.REPOSITORY, imageTagMutability=("IMMUTABLE", "MUTABLE")), "a tag can be moved to another image"),
    ],
)  # fmt: skip
def test_less_is_told_and_more_is_not(nodes: tuple[Node, Node], told: str) -> None:
    before, after = nodes
    assert said((before,), (after,), "protection") == [f"it: {told}"]
    assert said((after,), (before,), "protection") == []
    assert said((before,), (before,), "protection") == []


@pytest.mark.parametrize("guard", [*GUARDS, *COMPANIONS], ids=lambda guard: f"{guard.types[0]} {guard.path}")
def test_every_guard_names_what_is_lost_and_can_be_lost(guard: Any) -> None:
    samples = (True, False, None, 30, 1, 0, "Enabled", "IMMUTABLE", "Retain", "COMPLIANCE", "x", ["a", "b"], ["a"])
    assert any(guard.weaker(was, now) for was in samples for now in (*samples, guard.default))
    assert not any(guard.weaker(same, same) for same in samples)
    assert guard.means


def test_versions_that_are_suspended_or_unmanaged_are_told_of_their_bucket() -> None:
    told = ["invoices: objects are overwritten and deleted for good"]
    assert said((BUCKET, _versioning()), (BUCKET, _versioning("Suspended")), "protection") == told
    assert said((BUCKET, _versioning()), (BUCKET,), "protection") == told
    (item,) = items(compared((BUCKET, _versioning()), (BUCKET, _versioning("Suspended"))), "protection")
    assert item.details == (
        "BucketVersioning versioningConfiguration.status: Enabled → Suspended",
        "update versions (BucketVersioning)",
    )
    assert said((BUCKET, _versioning()), (BUCKET, _versioning(name="moved")), "protection") == []
    assert said((BUCKET, _versioning()), (), "protection") == []  # the loss of the bucket itself is told above


def test_a_weaker_or_shorter_lock_is_told() -> None:
    strong = _lock("COMPLIANCE", 365)
    mode = said((BUCKET, strong), (BUCKET, _lock("GOVERNANCE", 365)), "protection")
    assert mode == ["invoices: locked objects can be deleted sooner, or by more people"]
    assert said((BUCKET, strong), (BUCKET, _lock("COMPLIANCE", 30)), "protection") == [
        "invoices: objects are locked shorter"
    ]
    assert len(said((BUCKET, strong), (BUCKET,), "protection")) == 2
    assert said((BUCKET, _lock("GOVERNANCE", 1)), (BUCKET, strong), "protection") == []


def test_a_vault_that_is_locked_less_is_told() -> None:
    lock = Node(tokens.BACKUP_VAULT_LOCK, "lock", {"backupVaultName": Ref("vault"), "minRetentionDays": 35})
    shorter = changed(lock, minRetentionDays=7)
    assert said((VAULT, lock), (VAULT, shorter), "protection") == ["vault: recovery points can be deleted sooner"]
    assert "vault: the vault is not locked any more" in said((VAULT, lock), (VAULT,), "protection")


def test_protect_and_retain_on_delete_are_told() -> None:
    on, off = Node(tokens.TOPIC, "topic", {}, protect=True), Node(tokens.TOPIC, "topic", {})
    assert said((on,), (off,), "protection") == [
        "topic: protect is off: the engine no longer refuses to delete or replace it"
    ]
    assert said((off,), (on,), "protection") == []
    step = {
        "urn": off.urn("prod"),
        "op": "same",
        "type": off.type,
        "old": {"retainOnDelete": True},
        "new": {"urn": "u"},
    }
    found = said((off,), (off,), "protection", events=[{"resourcePreEvent": {"metadata": step}}])
    assert found == ["topic: retain_on_delete is off: what the stack lets go of is destroyed"]


def test_guardians_that_are_deleted_are_told_and_those_that_are_renamed_are_not() -> None:
    alarm = Node(tokens.METRIC_ALARM, "alarm", {"metricName": "m"})
    assert said((alarm,), (), "protection") == ["alarm: deleted: nobody is told any more"]
    assert said((alarm,), (Node(alarm.type, "renamed", alarm.props),), "protection") == []
    assert said((Node(tokens.TOPIC, "topic", {}),), (), "protection") == []


def test_backup_rules_that_keep_or_copy_less_are_told() -> None:
    copied = {"lifecycle": {"deleteAfter": 7}, "destinationVaultArn": "arn"}
    rules = [{"ruleName": "daily", "lifecycle": {"deleteAfter": 35}, "copyActions": [copied]}, {"ruleName": "monthly"}]
    plan = Node(tokens.BACKUP_PLAN, "plan", {"rules": rules})
    less = changed(plan, rules=[{"ruleName": "daily", "lifecycle": {"deleteAfter": 7}}])
    assert said((plan,), (less,), "protection") == [
        "plan: the backup rule daily keeps recovery points shorter",
        "plan: the backup rule daily makes fewer copies",
        "plan: the backup rule monthly is gone",
    ]
    assert said((less,), (plan,), "protection") == []
    daily = {"ruleName": "daily", "lifecycle": {"deleteAfter": 35}, "copyActions": 1}
    unsure = changed(plan, rules=[daily, rules[1]])  # of another type than the provider takes
    assert said((plan,), (unsure,), "protection") == ["plan: the backup rule daily makes fewer copies"]


def test_a_load_balancer_without_its_firewall_and_a_namespace_held_to_less_are_told() -> None:
    filtered = {"annotations": {"alb.ingress.kubernetes.io/wafv2-acl-arn": Ref("acl")}}
    before, after = Node(tokens.INGRESS, "api", {"metadata": filtered}), Node(tokens.INGRESS, "api", {"metadata": {}})
    assert said((before,), (after,), "protection") == ["api: requests are not filtered by a web ACL any more"]
    held = Node(tokens.NAMESPACE, "ns", {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}})
    less = Node(tokens.NAMESPACE, "ns", {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "baseline"}}})
    assert said((held,), (less,), "protection") == ["ns: its pods are held to less"]
    assert said((less,), (held,), "protection") == []


def test_a_setting_that_is_not_known_may_protect_less() -> None:
    before, after = _both(tokens.DATABASE_CLUSTER, deletionProtection=(True, Ref("nowhere")))
    (item,) = items(compared((before,), (after,)), "protection")
    assert item.summary == "AWS no longer refuses to delete it, perhaps: not known before the update"
