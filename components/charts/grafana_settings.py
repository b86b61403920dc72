"""Grafana's own configuration: it shows, to whoever reaches it, and keeps nothing, knows nobody and calls nobody.

Sections and keys: grafana/grafana v12.3, conf/defaults.ini; where the default is right, nothing stands here.
"""

from typing import Any, Final

FOLDER: Final = "/etc/grafana/dashboards"


def settings(home: str) -> dict[str, dict[str, Any]]:
    """`grafana.ini`. `home`: uid of the dashboard that it opens with."""
    return {
        "analytics": {
            "reporting_enabled": False,
            "check_for_updates": False,
            "check_for_plugin_updates": False,
            "feedback_links_enabled": False,
        },
        # Who gets here was let in by the cluster (port-forward); there are no users, so no password either.
        "auth": {"disable_login_form": True, "disable_signout_menu": True},
        "auth.anonymous": {"enabled": True, "org_role": "Viewer", "hide_version": True},
        "auth.basic": {"enabled": False},
        # The role of the pod and no other.
        "aws": {"allowed_auth_providers": "default", "assume_role_enabled": False},
        "dashboards": {"default_home_dashboard_path": f"{FOLDER}/{home}/{home}.json"},
        "log": {"mode": "console"},
        "log.console": {"format": "json"},
        "news": {"news_feed_enabled": False},
        "plugins": {
            "plugin_admin_enabled": False,
            "preinstall_disabled": True,
            "preinstall_auto_update": False,
            "public_key_retrieval_disabled": True,
        },
        "public_dashboards": {"enabled": False},
        "security": {"disable_initial_admin_creation": True, "disable_gravatar": True},
        # A page of another site must not ask through the browser of who looks: by a name that leads to 127.0.0.1, it
        # could (defaults.ini: "Prevents DNS rebinding attacks"). Health and metrics are exempt.
        "server": {"domain": "localhost", "enforce_domain": True},
        "snapshots": {"enabled": False, "external_enabled": False},
        "unified_alerting": {"enabled": False},  # that is Prometheus' and Alertmanager's
        # Viewers may ask Prometheus whatever they like (Explore), as runbooks tell them to, and save nothing.
        "users": {"allow_sign_up": False, "allow_org_create": False, "viewers_can_edit": True},
    }
