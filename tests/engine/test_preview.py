"""The real engine previews every environment; settings errors stop it before any resource."""

import functools
import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.engine.conftest import Checkout

ENVIRONMENTS = ("prod", "staging", "sandbox")


@pytest.fixture(scope="module")
def previewed(checkout: Checkout) -> Callable[[str], Any]:
    """The preview of an environment, made once."""
    return functools.cache(lambda environment: checkout.json("preview", environment))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_previews_every_environment_with_the_verdict_of_every_pack(
    previewed: Callable[[str], Any], environment: str
) -> None:
    document = previewed(environment)
    assert document["counts"]["create"] > 30
    assert set(document["counts"]) == {"create"}
    assert document["policies"]["summary"]["fail"] == 0
    assert len(document["policies"]["rules"]) >= 29
    assert {change["layer"] for change in document["changes"]} >= {"keys", "audit", "network"}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_engine_and_in_process_check_agree_on_the_environments(
    checkout: Checkout, previewed: Callable[[str], Any], environment: str
) -> None:
    by_engine = previewed(environment)["policies"]
    in_process = json.loads(checkout.ctl("check", environment, "--format", "json").stdout)
    assert by_engine["rules"] == in_process["rules"]
    assert _verdicts(by_engine) == _verdicts(in_process)


def test_settings_errors_stop_the_preview_before_any_resource(checkout: Checkout) -> None:
    before = (checkout.root / "Pulumi.staging.yaml").read_text()
    checkout.pulumi("staging", "stack", "select", "--create", "staging")
    variables = checkout.variables("staging")
    try:
        checkout.edit("staging", "network", cidr="8.8.0.0/16", zones=["euc1-az1", "use1-az1"], surprise=1)
        result = checkout.ctl("preview", "staging", code=2)
        for word in ("network.cidr", "8.8.0.0/16", "use1-az1", "network.surprise"):
            assert word in result.stderr
        assert "Traceback" not in result.stderr + result.stdout
        # The ordinary CLI stops in the same place, with the same list.
        line = ["pulumi", "preview", "--non-interactive"]
        printed = subprocess.run(line, cwd=checkout.root, env=variables, capture_output=True, text=True, check=False)
        assert printed.returncode != 0
        assert "network.surprise" in printed.stdout + printed.stderr
        assert "Traceback" not in printed.stdout + printed.stderr
        assert "aws:" not in printed.stdout
    finally:
        (checkout.root / "Pulumi.staging.yaml").write_text(before)


def test_an_unknown_environment_is_named_with_the_known_ones(checkout: Checkout) -> None:
    result = checkout.ctl("preview", "stging", code=2)
    assert "'stging'" in result.stderr
    assert "prod, sandbox, staging" in result.stderr


def _verdicts(report: dict[str, list[dict[str, str]]]) -> list[tuple[str, ...]]:
    return [(f["rule"], f["verdict"], f["urn"], f["property"], f["message"]) for f in report["findings"]]
