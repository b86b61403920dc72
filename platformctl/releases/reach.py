"""The cluster of an environment, reached as its kubeconfig says: by certificate, token, or a command that makes one.

KUBECONFIG counts first, as everywhere; else what the stack's own Kubernetes provider was given, which names no secret.
"""

import base64
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from platformctl.errors import CommandError, Exit
from platformctl.state import Resource
from sandbox.cluster.client import Client

_PROVIDER = "pulumi:providers:kubernetes"
_EXEC_S = 60
_RENEW_S = 600.0  # a token of `aws eks get-token` is good for 15 minutes: EKS best practices, Cluster Access Management


class _Renewing(Client):
    """A client whose token is made anew before it ends: releases are watched for longer than one is good for."""

    def __init__(self, make: Callable[[], Client]):
        self._make = make
        self._client, self._made = make(), time.monotonic()

    def call(self, *arguments: Any, **options: Any) -> Any:
        if time.monotonic() - self._made > _RENEW_S:
            self._client, self._made = self._make(), time.monotonic()
        return self._client.call(*arguments, **options)


@contextmanager
def cluster(resources: Iterable[Resource], variables: Mapping[str, str]) -> Iterator[Client]:
    """A client of the cluster that the stack's objects are in; CommandError that says what is missing."""
    content = _kubeconfig(resources, variables)
    with tempfile.TemporaryDirectory(prefix="platformctl-") as folder:
        yield _Renewing(lambda: _client(content, Path(folder), variables))


def _kubeconfig(resources: Iterable[Resource], variables: Mapping[str, str]) -> dict[str, Any]:
    if file := variables.get("KUBECONFIG"):
        text, where = _text(Path(file.split(os.pathsep)[0])), f"KUBECONFIG {file}"
    else:
        given = [one.get("inputs", {}).get("kubeconfig") for one in resources if one["type"] == _PROVIDER]
        if not given or not isinstance(given[0], str):
            raise CommandError(
                "the stack has no Kubernetes provider with a kubeconfig: set KUBECONFIG to reach its cluster"
            )
        text, where = given[0], "the kubeconfig of the stack's Kubernetes provider"
    try:
        content = yaml.safe_load(text)
        context = _named(content["contexts"], content["current-context"])["context"]
        return {
            "cluster": _named(content["clusters"], context["cluster"])["cluster"],
            "user": _named(content["users"], context["user"])["user"],
        }
    except (yaml.YAMLError, KeyError, TypeError, StopIteration):
        raise CommandError(f"{where} is not a kubeconfig with a current context, its cluster and its user") from None


def _client(content: Mapping[str, Any], folder: Path, variables: Mapping[str, str]) -> Client:
    reached, user = content["cluster"], content["user"]
    ca = _as_file(reached, "certificate-authority", folder)
    if ca is None:
        raise CommandError("the kubeconfig names no certificate authority: a cluster is not reached without one")
    certificate, key = (_as_file(user, name, folder) for name in ("client-certificate", "client-key"))
    token = user.get("token") or (_token(user["exec"], variables) if "exec" in user else "")
    if not token and certificate is None:
        raise CommandError("the kubeconfig's user has no certificate, token or command that makes one")
    return Client(reached["server"], ca, certificate, key, token)


def _as_file(section: Mapping[str, Any], name: str, folder: Path) -> Path | None:
    """A file that the section names, or one made of the data that it holds."""
    if data := section.get(f"{name}-data"):
        file = folder / name
        file.touch(mode=0o600)
        file.write_bytes(base64.b64decode(data))
        return file
    return Path(section[name]) if name in section else None


def _token(command: Mapping[str, Any], variables: Mapping[str, str]) -> str:
    """Kubernetes docs, "Authentication", client-go credential plugins: an ExecCredential on standard output."""
    line = [command["command"], *(command.get("args") or ())]
    own = {one["name"]: one["value"] for one in command.get("env") or ()}
    try:
        result = subprocess.run(  # noqa: S603  # as the kubeconfig of the stack says
            line, env={**variables, **own}, capture_output=True, text=True, timeout=_EXEC_S, check=False
        )
    except FileNotFoundError:
        raise CommandError(f"`{line[0]}` is not on PATH: the kubeconfig needs it for a token of the cluster") from None
    except subprocess.TimeoutExpired:
        raise CommandError(f"`{line[0]}` made no token within {_EXEC_S} s", Exit.ENGINE) from None
    try:
        return str(json.loads(result.stdout)["status"]["token"])
    except (ValueError, KeyError, TypeError):
        said = result.stderr.strip().splitlines()
        raise CommandError(
            f"`{line[0]}` made no token of the cluster: {said[-1] if said else 'it said nothing'}"
        ) from None


def _named(entries: Iterable[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(one for one in entries if one["name"] == name)


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"KUBECONFIG {file}: {getattr(error, 'strerror', None) or 'not text'}") from None
