"""What shows the dashboards: it knows nobody, keeps nothing, asks Prometheus and CloudWatch, and is reached by few.

No Grafana is to be had where this is tested: its settings are checked against the keys that its defaults have.
"""

import json
import re
from typing import Any

import pytest

from components.charts.grafana import PORT, GrafanaValues
from components.charts.grafana_settings import FOLDER, settings
from components.charts.versions import GRAFANA, PROMETHEUS
from components.cluster_network import DASHBOARDS, ClusterNetwork
from components.grafana import Grafana, GrafanaArgs
from components.grafana_dashboards import config_map
from components.labels import Labels
from components.pod_role import ClusterFacts
from stacks.dashboards import HOME
from tests.components.conftest import Built, build
from tests.stacks.programs import ENVIRONMENTS, run, waited_for

# grafana/grafana v12.3, conf/defaults.ini: the keys of each section that is used, by kind.
_KEYS: dict[str, dict[str, type]] = {
    "analytics": {
        "enabled": bool,
        "reporting_enabled": bool,
        "check_for_updates": bool,
        "check_for_plugin_updates": bool,
        "feedback_links_enabled": bool,
    },
    "auth": {"disable_login_form": bool, "disable_signout_menu": bool, "oauth_auto_login": bool},
    "auth.anonymous": {"enabled": bool, "org_name": str, "org_role": str, "hide_version": bool},
    "auth.basic": {"enabled": bool},
    "aws": {"allowed_auth_providers": str, "assume_role_enabled": bool, "list_metrics_page_limit": int},
    "dashboards": {"default_home_dashboard_path": str, "min_refresh_interval": str, "versions_to_keep": int},
    "log": {"mode": str, "level": str, "filters": str},
    "log.console": {"level": str, "format": str},
    "news": {"news_feed_enabled": bool},
    "plugins": {
        "plugin_admin_enabled": bool,
        "preinstall_disabled": bool,
        "preinstall_auto_update": bool,
        "public_key_retrieval_disabled": bool,
    },
    "public_dashboards": {"enabled": bool},
    "security": {"disable_initial_admin_creation": bool, "disable_gravatar": bool, "admin_password": str},
    "server": {"domain": str, "enforce_domain": bool, "http_port": int, "root_url": str},
    "snapshots": {"enabled": bool, "external_enabled": bool},
    "unified_alerting": {"enabled": bool},
    "users": {"allow_sign_up": bool, "allow_org_create": bool, "viewers_can_edit": bool},
}
# The rows of "Configuration options" and "Provision Grafana" of its documentation.
_SOURCE = {"name", "uid", "type", "url", "access", "editable", "isDefault", "jsonData"}
_PROVIDER = {"name", "folder", "folderUid", "type", "allowUiUpdates", "updateIntervalSeconds", "options"}
ACCOUNT, REGION, URL = "730218645519", "eu-central-1", "http://prometheus.example:9090"
UIDS = ("billing-service", "billing-canary")
SHOWING: dict[str, Any] = {
    "labels": {},
    "dashboards": {uid: config_map(uid) for uid in UIDS},
    "home": "billing-service",
    "prometheus_url": URL,
    "region": REGION,
}
VALUES = GrafanaValues(**SHOWING).values()


def _built(*, private: bool = True) -> Built:
    args = GrafanaArgs(
        namespace=DASHBOARDS,
        labels=Labels(owner="platform-engineering", environment="prod", data_class="internal", pci_scope="connected"),
        cluster=ClusterFacts(
            name="billing-prod",
            arn=f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/billing-prod",
            account_id=ACCOUNT,
            region=REGION,
        ),
        cluster_name="billing-prod",
        network=ClusterNetwork(vpc_cidr="10.32.0.0/16", service_cidr="172.20.0.0/16"),
        prometheus_url=URL,
        dashboards=SHOWING["dashboards"],
        home="billing-service",
        private_cloudwatch=private,
    )
    return build(lambda: Grafana("grafana", args))


def test_every_setting_is_one_that_grafana_has() -> None:
    for section, pairs in settings("billing-service").items():
        for key, value in pairs.items():
            assert isinstance(value, _KEYS[section][key]), (section, key)


def test_nobody_logs_in_and_whoever_comes_may_only_look() -> None:
    made = settings("billing-service")
    assert made["auth.anonymous"]["enabled"] is True
    assert made["auth.anonymous"]["org_role"] == "Viewer"
    assert made["auth"]["disable_login_form"] is True
    assert made["auth.basic"]["enabled"] is False
    assert made["users"]["allow_sign_up"] is False
    assert made["security"]["disable_initial_admin_creation"] is True
    # The chart asks the environment, and makes a Secret with a password otherwise (templates/_config.tpl).
    assert VALUES["env"] == {"GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION": "true"}
    assert not re.search(r"password|secret|token\"", json.dumps(VALUES).replace("automountServiceAccountToken", ""))


def test_nothing_is_asked_of_or_told_to_anybody_outside() -> None:
    made = settings("billing-service")
    told = {**made["analytics"], **made["news"], **made["snapshots"], **made["public_dashboards"]}
    assert {key for key, value in told.items() if value is not False} == set()
    plugins = made["plugins"]
    assert (plugins["plugin_admin_enabled"], plugins["preinstall_disabled"]) == (False, True)
    assert made["server"] == {"domain": "localhost", "enforce_domain": True}


def test_it_has_neither_a_token_nor_a_volume_nor_anybody_beside_it() -> None:
    assert VALUES["automountServiceAccountToken"] is False
    assert VALUES["serviceAccount"]["automountServiceAccountToken"] is False
    assert VALUES["rbac"] == {"create": False}
    for part in ("persistence", "testFramework", "initChownData"):
        assert VALUES[part] == {"enabled": False}
    assert not {"sidecar", "plugins", "ingress", "extraContainers", "dashboards", "extraSecretMounts"} & {*VALUES}
    assert VALUES["service"]["type"] == "ClusterIP"
    assert VALUES["serviceMonitor"]["enabled"] is True
    assert {VALUES[probe]["httpGet"]["port"] for probe in ("readinessProbe", "livenessProbe")} == {PORT}


def test_every_dashboard_is_mounted_where_it_is_looked_for() -> None:
    mounts = VALUES["extraConfigmapMounts"]
    assert [one["configMap"] for one in mounts] == ["dashboard-billing-service", "dashboard-billing-canary"]
    assert [one["mountPath"] for one in mounts] == [f"{FOLDER}/{uid}" for uid in UIDS]
    assert all(one["readOnly"] is True and "subPath" not in one for one in mounts)  # a subPath is never brought again
    ((provider,),) = [one["providers"] for one in VALUES["dashboardProviders"].values()]
    assert {*provider} == _PROVIDER
    assert provider["options"] == {"path": FOLDER}
    assert provider["allowUiUpdates"] is False
    home = VALUES["grafana.ini"]["dashboards"]["default_home_dashboard_path"]
    assert home == f"{FOLDER}/billing-service/billing-service.json"


def test_its_sources_are_those_that_dashboards_choose_from() -> None:
    (given,) = VALUES["datasources"].values()
    sources = {one["type"]: one for one in given["datasources"]}
    assert {*sources} == {"prometheus", "cloudwatch"}
    assert all({*one} <= _SOURCE and one["editable"] is False for one in sources.values())
    assert sources["prometheus"]["url"] == URL
    assert sources["cloudwatch"]["jsonData"] == {"authType": "default", "defaultRegion": REGION}
    (trace,) = sources["prometheus"]["jsonData"]["exemplarTraceIdDestinations"]
    assert trace["name"] == "trace_id"
    assert trace["url"].endswith("#xray:traces/$${__value.raw}")
    assert "{{" not in json.dumps(given)  # the chart's template language


def test_it_asks_what_it_needs_and_only_prometheus_comes() -> None:
    def policies(built: Built) -> dict[str, Any]:
        return {made.inputs["metadata"]["name"]: made.inputs["spec"] for made in built.all("NetworkPolicy")}

    found = policies(_built())
    assert {*found} == {"to-prometheus", "to-cloudwatch", "to-aws-credentials", "metrics"}
    ((entry,),) = [spec["ingress"] for spec in found.values() if "ingress" in spec]
    assert entry["from"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "platform-telemetry"}},
            "podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}},
        }
    ]
    assert [port["port"] for port in entry["ports"]] == [PORT]
    assert found["to-cloudwatch"]["egress"][0]["to"] == [{"ipBlock": {"cidr": "10.32.0.0/16"}}]
    public = policies(_built(private=False))["to-cloudwatch"]["egress"][0]["to"]
    assert public[0]["ipBlock"]["cidr"] == "0.0.0.0/0"


def test_its_role_reads_metrics_and_nothing_else() -> None:
    built = _built()
    (statement,) = json.loads(built.one("RolePolicy", "grafana").inputs["policy"])["Statement"]
    assert statement["Action"] == ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"]
    association = built.one("PodIdentityAssociation", "grafana").inputs
    assert (association["namespace"], association["serviceAccount"]) == (DASHBOARDS, VALUES["serviceAccount"]["name"])


def test_engineers_and_those_on_call_forward_a_port_there_alone() -> None:
    built = _built()
    role, binding = built.one("Role", "grafana-viewers").inputs, built.one("RoleBinding", "grafana-viewers").inputs
    assert role["rules"] == [{"apiGroups": [""], "resources": ["pods/portforward"], "verbs": ["create", "get"]}]
    assert role["metadata"]["namespace"] == binding["metadata"]["namespace"] == DASHBOARDS
    assert [one["name"] for one in binding["subjects"]] == ["platform:engineer", "platform:on-call"]
    assert built.all("ClusterRole") == built.all("ClusterRoleBinding") == built.all("ServiceAccount") == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_it_shows_the_seven_of_its_environment_alone_in_its_namespace(environment: str) -> None:
    built = run(environment)
    releases = [made for made in built.all("Release") if made.inputs["namespace"] == DASHBOARDS]
    (values,) = [made.inputs["values"] for made in releases]
    made = {one.inputs["metadata"]["name"]: one for one in built.all("ConfigMap")}
    shown = [one["configMap"] for one in values["extraConfigmapMounts"]]
    assert len(shown) == 7
    for name in shown:
        assert made[name].inputs["metadata"]["namespace"] == DASHBOARDS
        assert made[name].urn in waited_for(built, releases[0].urn)
        (file,) = made[name].inputs["data"]
        assert f"{FOLDER}/{file.removesuffix('.json')}" in {one["mountPath"] for one in values["extraConfigmapMounts"]}
    assert values["grafana.ini"]["dashboards"]["default_home_dashboard_path"] == f"{FOLDER}/{HOME}/{HOME}.json"


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_prometheus_lets_it_ask(environment: str) -> None:
    (queries,) = [
        made.inputs["spec"]
        for made in run(environment).all("NetworkPolicy")
        if made.inputs["metadata"]["name"] == "queries"
    ]
    asking = [
        one["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] for one in queries["ingress"][0]["from"]
    ]
    assert DASHBOARDS in asking
    assert PROMETHEUS.namespace != GRAFANA.namespace == DASHBOARDS
