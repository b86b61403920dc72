"""What an administrator applies is what the program makes, whole, and nothing else."""

from typing import Any

import pytest
import yaml

from platformctl.cluster_bootstrap import as_yaml, manifests
from platformctl.errors import CommandError

RBAC = "kubernetes:rbac.authorization.k8s.io/v1"


def _made(kind: str, name: str, **inputs: Any) -> dict[str, Any]:
    metadata = {"name": name, "labels": {"platform/owner": "platform-engineering"}}
    return {
        "type": f"{RBAC}:{kind}",
        "inputs": {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata, **inputs},
    }


ROLE = _made("ClusterRole", "platform:deploy", rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}])
BINDING = _made(
    "ClusterRoleBinding",
    "platform:deploy",
    roleRef={"kind": "ClusterRole", "name": "platform:deploy", "apiGroup": "rbac.authorization.k8s.io"},
    subjects=[{"kind": "Group", "name": "platform:deploy", "apiGroup": "rbac.authorization.k8s.io"}],
)
OTHERS = [_made("ClusterRole", "platform:auditor", rules=[]), {"type": "aws:s3/bucket:Bucket", "inputs": {}}]


def test_the_role_comes_before_its_binding_whatever_the_program_s_order() -> None:
    found = manifests([*OTHERS, BINDING, ROLE])
    assert found == [ROLE["inputs"], BINDING["inputs"]]


def test_it_is_printed_as_documents_that_read_back_the_same() -> None:
    assert [*yaml.safe_load_all(as_yaml(manifests([ROLE, BINDING])))] == [ROLE["inputs"], BINDING["inputs"]]


@pytest.mark.parametrize(
    ("made", "got"),
    [
        (OTHERS, "neither"),
        ([ROLE], "ClusterRole"),
        ([BINDING], "ClusterRoleBinding"),
        ([ROLE, ROLE, BINDING], "ClusterRole, ClusterRole, ClusterRoleBinding"),
    ],
)
def test_a_program_without_exactly_one_of_each_is_refused(made: list[dict[str, Any]], got: str) -> None:
    with pytest.raises(CommandError, match=f"must make one ClusterRole and one ClusterRoleBinding .*, got {got}$"):
        manifests(made)
