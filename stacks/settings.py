"""What can be set: the only reader of Pulumi.<environment>.yaml. What must never differ is no setting.

Runs on its own path as well as imported: `Settings.load()` in a program, `load_file()` and `json_schema()`
elsewhere.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import AliasGenerator, ConfigDict, Field

from stacks.reading import Reader, SettingsError
from stacks.sections import account as accounts
from stacks.sections import (
    audit,
    budgets,
    changes,
    cluster,
    data,
    delivery,
    keys,
    network,
    notifications,
    policy,
    recovery,
    secrets,
    services,
)
from stacks.sections.fields import Name, Strict

__all__ = ["Settings", "SettingsError", "json_schema", "load_file", "parse"]

PROJECT = "billing-platform"


class Settings(Strict):
    """One environment, validated: a section for each key of `config` in Pulumi.<environment>.yaml."""

    model_config = ConfigDict(alias_generator=AliasGenerator(alias=lambda name: f"{PROJECT}:{name}"))

    environment: Name = Field(alias="environment")
    account: accounts.Account
    tags: accounts.Tags
    keys: keys.Keys
    notifications: notifications.Notifications
    audit: audit.Audit
    network: network.Network
    data: data.Data
    cluster: cluster.Cluster
    delivery: delivery.Delivery
    recovery: recovery.Recoveries
    secrets: secrets.Secrets
    services: services.Services
    changes: changes.Changes
    budgets: budgets.Budgets
    policy: policy.Policy

    @classmethod
    def load(cls) -> "Settings":
        """The settings of the stack that runs; the program ends with the list of problems, if any."""
        return _READER.from_engine()


_SECTIONS = (
    *(accounts, keys, notifications, audit, network, data),
    *(cluster, delivery, recovery, secrets, services, changes, budgets, policy),
)
_READER = Reader(PROJECT, Settings, tuple(check for section in _SECTIONS for check in section.CHECKS))


def load_file(path: Path) -> Settings:
    """The settings of Pulumi.<environment>.yaml; SettingsError lists every problem."""
    return _READER.from_file(path)


def json_schema() -> dict[str, Any]:
    """JSON Schema of the whole Pulumi.<environment>.yaml."""
    return _READER.schema()


def parse(environment: str, config: Mapping[str, Any]) -> Settings:
    """The settings in `config`, whose values are decoded; SettingsError lists every problem."""
    return _READER.parse(environment, config)
