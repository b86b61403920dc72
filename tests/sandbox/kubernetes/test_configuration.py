"""Which cluster a kubernetes provider is for, and what of its configuration is refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.kubernetes import config
from sandbox.kubernetes.config import Settings, moved, problems, settings
from sandbox.wire import UNKNOWN


def kubeconfig(server: str = "https://a.example", user: Any = None, **context: Any) -> dict[str, Any]:
    return {
        "current-context": "c",
        "clusters": [{"name": "k", "cluster": {"server": server}}],
        "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u", **context}}],
        "users": [{"name": "u", "user": user or {}}],
    }


def reasons(**values: Any) -> str:
    return "; ".join(problem.reason for problem in problems(values))


TOKEN = {"exec": {"command": "aws", "args": ["eks", "get-token", "--cluster-name", "billing", "--region", "x"]}}


@pytest.mark.parametrize("written", [json.dumps, yaml.safe_dump])
def test_a_kubeconfig_names_server_cluster_and_namespace(written: Any) -> None:
    found = settings({"kubeconfig": written(kubeconfig(user=TOKEN, namespace="billing-api"))})
    assert found == Settings("https://a.example", "billing", "billing-api")


def test_a_kubeconfig_may_be_a_file_and_the_provider_has_the_last_word(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(json.dumps(kubeconfig()))
    found = settings({"kubeconfig": str(file), "namespace": "mine", "enableConfigMapMutable": "true"})
    assert (found.cluster_name, found.namespace, set(found.mutable_kinds)) == ("k", "mine", {"ConfigMap"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "the provider needs the cluster's `kubeconfig`"),
        ({"kubeconfig": "/nowhere/config"}, "there is no kubeconfig file /nowhere/config"),
        ({"kubeconfig": "{a: [}\n"}, "the kubeconfig is neither JSON nor YAML in line 1"),
        ({"kubeconfig": json.dumps(kubeconfig("http://a"))}, "no https `server`, but http://a"),
        ({"kubeconfig": json.dumps(kubeconfig()), "context": "d"}, "has no context 'd', but: c"),
        ({"kubeconfig": json.dumps(kubeconfig()), "cluster": "x"}, "has no cluster 'x', but: k"),
        ({"kubeconfig": json.dumps(kubeconfig()), "enableServerSideApply": "false"}, "applies server-side only"),
        ({"kubeconfig": json.dumps(kubeconfig()), "renderYamlToDirectory": "x"}, "renders no files"),
        ({"kubeconfig": json.dumps(kubeconfig()), "colour": "red"}, 'does not know provider setting "colour"'),
    ],
)
def test_what_is_wrong_is_said_with_the_setting(given: dict[str, Any], said: str) -> None:
    assert said in reasons(**given)
    with pytest.raises(ValueError, match=re.escape(said)):
        settings(given)


def test_what_is_not_known_yet_is_trusted() -> None:
    assert problems({"kubeconfig": UNKNOWN}) == []


def test_another_server_makes_objects_anew_and_another_token_does_not() -> None:
    one, other = (
        {"kubeconfig": json.dumps(kubeconfig(server))} for server in ("https://a.example", "https://b.example")
    )
    again = {"kubeconfig": json.dumps(kubeconfig(user=TOKEN))}
    assert (moved(one, other), moved(one, again)) == (["kubeconfig"], [])
    named = [{**it, "clusterIdentifier": "same"} for it in (one, other)]
    assert moved(*named) == []


def test_every_setting_of_the_package_is_known() -> None:
    import inspect

    from pulumi_kubernetes import ProviderArgs

    names = [name for name in inspect.signature(ProviderArgs.__init__).parameters if name != "__self__"]
    camel = {"".join([first, *map(str.capitalize, rest)]) for first, *rest in (name.split("_") for name in names)}
    assert camel <= config.USED | config.ACCEPTED
