"""What the delivery layer makes of the settings, together with all that is delivered by it."""

import re
from typing import Any

import pytest

from components.cluster_access import ROLES
from components.deploy_grants import DEPLOYING
from stacks.settings import SettingsError, load_file, parse
from tests.components.conftest import Made
from tests.stacks.programs import ENVIRONMENTS, ROOT, waited_for
from tests.stacks.programs import run as _run

PLATFORM = {
    "platform-dashboards",
    "platform-ingress",
    "platform-rollouts",
    "platform-secrets",
    "platform-telemetry",
}
LIFE = {"get", "create", "patch", "delete"}  # of a resource of the program


def _in_cluster(environment: str) -> list[Made]:
    found = [made for made in _run(environment).resources if made.type.startswith("kubernetes:")]
    return [made for made in found if made.type != "kubernetes:helm.sh/v3:Release"]


def _resource(made: Made) -> tuple[str, str]:
    """API group and resource: ("networking.k8s.io", "networkpolicies")."""
    group, _, _ = made.inputs["apiVersion"].rpartition("/")
    kind = made.inputs["kind"].lower()
    ending = {"y": "ies", "s": "ses"}.get(kind[-1])
    return group, f"{kind[:-1]}{ending}" if ending else f"{kind}s"


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_pipeline_may_do_with_every_kind_of_the_program_what_its_life_needs(environment: str) -> None:
    granted: dict[tuple[str, str], set[str]] = {}
    for grant in DEPLOYING:
        for name in grant.resources.split():
            if not grant.names:
                granted.setdefault((grant.group, name), set()).update(grant.verbs)
    used = {_resource(made) for made in _in_cluster(environment)}
    assert {one: LIFE - granted.get(one, set()) for one in used if not granted.get(one, set()) >= LIFE} == {}
    assert len(used) > 15


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_role_and_account_that_is_bound_exists(environment: str) -> None:
    found = _in_cluster(environment)
    known = {(made.inputs["kind"], made.inputs["metadata"]["name"]) for made in found}
    bindings = [made for made in found if made.inputs["kind"] in ("RoleBinding", "ClusterRoleBinding")]
    for made in bindings:
        assert (made.inputs["roleRef"]["kind"], made.inputs["roleRef"]["name"]) in known, made.name
        for subject in made.inputs["subjects"]:
            assert subject["name"] in ROLES or ("ServiceAccount", subject["name"]) in known, made.name
    assert len(bindings) > 20


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_namespace_begins_closed(environment: str) -> None:
    found = _in_cluster(environment)
    spaces = {made.inputs["metadata"]["name"] for made in found if made.inputs["kind"] == "Namespace"}
    assert spaces > PLATFORM
    for policy in ("deny-all", "allow-dns"):
        closed = {
            made.inputs["metadata"]["namespace"]
            for made in found
            if made.inputs["kind"] == "NetworkPolicy" and made.inputs["metadata"]["name"] == policy
        }
        assert closed == spaces


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_services_begin_when_controllers_run_and_admission_is_in_force(environment: str) -> None:
    built = _run(environment)
    (grafana,) = [made.urn for made in built.all("Release") if made.inputs["name"] == "grafana"]
    needed = [made.urn for made in built.all("Release") if made.urn != grafana]
    needed += [made.urn for made in built.all("ValidatingAdmissionPolicyBinding")]
    assert len(needed) > 15
    of_services = [made for made in built.resources if "platform:services:BillingService$kubernetes:" in made.urn]
    assert len(of_services) > 50
    for made in of_services:
        earlier = waited_for(built, made.urn)
        assert [urn for urn in needed if urn not in earlier] == []
        assert grafana not in earlier  # a hotfix is not held up by what only shows


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_charts_run_in_the_namespaces_of_the_platform_at_exact_versions(environment: str) -> None:
    releases = _run(environment).all("Release")
    assert {made.inputs["namespace"] for made in releases} == PLATFORM
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", made.inputs["version"]) for made in releases)
    charts = _run(environment).outputs["delivery"]["charts"]
    assert {made.inputs["name"]: made.inputs["version"] for made in releases} == {
        name: one["chart"] for name, one in charts.items()
    }


def _problems(environment: str, **changed: Any) -> str:
    given = load_file(ROOT / f"Pulumi.{environment}.yaml").model_dump(mode="json", by_alias=True)
    given["billing-platform:delivery"] |= changed
    given.pop("environment")
    with pytest.raises(SettingsError) as refused:
        parse(environment, given)
    return str(refused.value)


@pytest.mark.parametrize("url", ["http://x.example/releases", "https://", "x.example"])
def test_releases_are_told_over_tls_alone(url: str) -> None:
    told = _problems("staging", release_webhook=url)
    assert "billing-platform:delivery.release_webhook is" in told
    assert "an address that begins with https://" in told


def test_metrics_outlast_what_is_compared_with_them() -> None:
    told = _problems("sandbox", prometheus={"retention_days": 30, "storage_gib": 50})
    assert "billing-platform:delivery.prometheus.retention_days is 30" in told
    assert "more than 30: the error budget of api-write-availability is that of 30 days" in told
    assert "set 31 or more, or declare a shorter period" in told
    assert "less than or equal to 90" in _problems("prod", prometheus={"retention_days": 91, "storage_gib": 50})


def _rules(environment: str) -> list[tuple[str, Any]]:
    """Every alert of the environment, and the object that it stands in."""
    found = [made for made in _in_cluster(environment) if made.inputs["kind"] == "PrometheusRule"]
    return [
        (made.name, rule)
        for made in found
        for group in made.inputs["spec"]["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_alert_is_told_to_an_owner_whom_a_route_leads_to(environment: str) -> None:
    (release,) = [made for made in _run(environment).all("Release") if made.inputs["name"] == "kube-prometheus-stack"]
    routes = release.inputs["values"]["alertmanager"]["config"]["route"]["routes"]
    owners = {one["matchers"][0].removeprefix('owner="').removesuffix('"') for one in routes[1:]}
    alerts = _rules(environment)
    assert len(alerts) > 40
    assert [name for name, rule in alerts if rule["labels"]["owner"] not in owners] == []
    assert [name for name, rule in alerts if rule["labels"]["severity"] not in ("page", "ticket")] == []
    assert [name for name, rule in alerts if not rule["annotations"]["runbook"].startswith("docs/")] == []


def _given(section: str) -> Any:
    read = load_file(ROOT / "Pulumi.prod.yaml").model_dump(mode="json", by_alias=True)
    return read["billing-platform:delivery"][section]


def _hours(start: str, end: str, zone: str) -> dict[str, Any]:
    return {"ticket_hours": {"start": start, "end": end, "zone": zone}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"owners": {"platform-engineering": {}}}, "add integrations: {}"),
        ({"heartbeat_url": "https://hc.example/ping?token=1"}, "https://host/path without user, query or fragment"),
        ({"owners": {"payments": {"webhooks": {"page": "http://x.example"}}}}, "alerts.owners.payments.webhooks.page"),
        (_hours("8", "18:00", "Europe/Berlin"), "delivery.alerts.ticket_hours.start"),
        (_hours("18:00", "08:00", "Europe/Berlin"), "a time after 18:00"),
        (_hours("08:00", "24:00", "Europe/Bern"), "a zone of the IANA"),
        (_hours("08:00", "24:00", "/etc/x"), "a zone of the IANA"),
    ],
)
def test_settings_by_which_somebody_would_not_be_told_are_refused(change: dict[str, Any], message: str) -> None:
    assert message in _problems("prod", alerts=_given("alerts") | change)


def test_logs_of_every_class_of_a_service_have_an_end() -> None:
    said = _problems(
        "prod", collector=_given("collector") | {"log_days": {"internal": 90, "personal": 30, "audit": 30}}
    )
    assert "add financial: 30" in said
    assert "delivery.collector.log_days.audit" in said
