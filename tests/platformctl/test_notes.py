"""Changes of databases say what they do to those who use them, and when."""

from typing import Any

import pytest

from platformctl.changes import changes, sides
from platformctl.notes import CONSEQUENCES, Note, notes

INSTANCE, CLUSTER = "aws:rds/instance:Instance", "aws:rds/cluster:Cluster"
GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup"


def _notes(type_: str, old: dict[str, Any], new: dict[str, Any], op: str = "update") -> list[Note]:
    step = {"op": op, "urn": f"urn:pulumi:prod::p::{type_}::it", "type": type_}
    events = [{"resourcePreEvent": {"metadata": {**step, "old": {"inputs": old}, "new": {"inputs": new}}}}]
    return notes(changes(events), sides(events))


def _parameters(**values: tuple[str, str]) -> dict[str, Any]:
    listed = [{"name": name, "value": value, "applyMethod": how} for name, (value, how) in values.items()]
    return {"name": "billing", "parameters": listed}


def test_new_changed_and_removed_parameters_that_wait_for_a_reboot_are_told_with_their_group() -> None:
    reboot, now = "pending-reboot", "immediate"
    old = _parameters(gone=("a", reboot), kept=("a", reboot), moved=("a", reboot), soon=("a", now))
    new = _parameters(moved=("b", reboot), kept=("a", reboot), soon=("b", now), fresh=("c", reboot))
    found = _notes(GROUP, old, new)
    assert [(n.property, n.before, n.after, n.effect) for n in found] == [
        ("parameters[fresh]", None, "c", "reboot"),
        ("parameters[gone]", "a", None, "reboot"),
        ("parameters[moved]", "a", "b", "reboot"),
    ]
    assert all("reboots the databases of billing" in n.message for n in found)


def test_a_group_that_is_not_known_yet_has_no_parameters_to_compare() -> None:
    assert _notes(GROUP, {}, {"parameters": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}) == []


def test_major_and_minor_upgrades_are_told_apart() -> None:
    (minor,) = _notes(CLUSTER, {"engineVersion": "16.4"}, {"engineVersion": "16.6"})
    (major,) = _notes(CLUSTER, {"engineVersion": "16.6"}, {"engineVersion": "17.2"})
    assert (minor.major, minor.effect, major.major) == (False, "outage", True)
    assert "another major version" in major.message
    assert "another major version" not in minor.message


def test_what_a_program_says_no_more_stays_as_it_is() -> None:
    assert _notes(INSTANCE, {"engineVersion": "16.6", "parameterGroupName": "default.postgres16"}, {}) == []


def test_apply_immediately_moves_an_outage_out_of_the_window() -> None:
    old = {"instanceClass": "db.r7g.large"}
    (later,) = _notes(INSTANCE, old, {"instanceClass": "db.r7g.xlarge"})
    (now,) = _notes(INSTANCE, old, {"instanceClass": "db.r7g.xlarge", "applyImmediately": True})
    assert (later.at_once, now.at_once) == (False, True)
    assert "in the next maintenance window" in later.message
    assert "outside of the maintenance window" in now.message


def test_certificates_restart_and_parameter_groups_wait_for_somebody() -> None:
    found = _notes(
        INSTANCE,
        {"caCertIdentifier": "rds-ca-rsa2048-g1", "parameterGroupName": "a"},
        {"caCertIdentifier": "rds-ca-ecc384-g1", "parameterGroupName": "b", "applyImmediately": True},
    )
    assert {n.property: (n.effect, n.at_once) for n in found} == {
        "caCertIdentifier": ("restart", True),
        "parameterGroupName": ("reboot", False),
    }


@pytest.mark.parametrize("op", ["create", "replace", "delete"])
def test_only_updates_have_consequences_for_what_runs(op: str) -> None:
    assert _notes(INSTANCE, {"instanceClass": "a"}, {"instanceClass": "b"}, op) == []


def test_every_consequence_names_its_source() -> None:
    assert all("RDS" in c.source or "Aurora" in c.source for c in CONSEQUENCES.values())
