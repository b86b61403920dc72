"""Credentials as files: External Secrets reads them as the service and keeps them in a Kubernetes secret."""

from typing import Any, Final

from components.services.definition import ServiceDefinition
from components.services.permissions import role_arn
from components.services.pods import credentials_name
from components.services.surroundings import Surroundings

API_VERSION: Final = "external-secrets.io/v1"
_REFRESH = "10m"  # how long after its rotation a pod may still hold the old value, which must be valid as long


def store_spec(service: ServiceDefinition, around: Surroundings) -> dict[str, Any]:
    """`spec` of the SecretStore, which serves this namespace alone."""
    aws = {"service": "SecretsManager", "region": around.region, "role": role_arn(service, around)}
    return {"provider": {"aws": aws}}


def external_secret_spec(service: ServiceDefinition, around: Surroundings) -> dict[str, Any]:
    """`spec` of the ExternalSecret. What was read last stays when the source cannot be read, or is gone."""
    return {
        "refreshInterval": _REFRESH,
        "refreshPolicy": "Periodic",
        "secretStoreRef": {"kind": "SecretStore", "name": service.name},
        "target": {"name": credentials_name(service), "creationPolicy": "Owner", "deletionPolicy": "Retain"},
        "data": [
            {"secretKey": name, "remoteRef": {"key": around.secrets[name].secret_name}} for name in service.secrets
        ],
    }
