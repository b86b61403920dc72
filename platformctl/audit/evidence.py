"""Which evidence a verification reads: a folder, the sandbox's bucket or the real account's."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from platformctl.audit.hours import Window
from platformctl.audit.signature import PublicKeys, read_keys
from platformctl.audit.sources import Folder, Source
from platformctl.errors import CommandError
from platformctl.project import Project

_LOCATION = "trail"  # in the stack's output log_locations: s3://bucket/prefix/AWSLogs/...; the prefix may be none


@dataclass(frozen=True)
class Evidence:
    """Where digests, log files and public keys come from. `bucket` is None where only the digests know it."""

    source: Source
    keys_of: Callable[[str], PublicKeys]
    place: str
    bucket: str | None
    prefix: str


@dataclass(frozen=True)
class Choice:
    """What the command was asked to read."""

    live: bool
    bucket: str | None
    prefix: str | None
    folder: Path | None
    key_files: Sequence[Path]


def choose(project: Project, environment: str, choice: Choice, span: Window) -> Evidence:
    """The evidence of the choice; CommandError when it is not to be had."""
    keys = _read(choice.key_files)
    if choice.folder:
        if not choice.folder.is_dir():
            raise CommandError(f"--folder {choice.folder}: there is no such folder")
        if not keys:
            raise CommandError("--folder needs --public-keys: save what `aws cloudtrail list-public-keys` prints")
        return Evidence(Folder(choice.folder), lambda _: keys, str(choice.folder), choice.bucket, choice.prefix or "")
    return _of_bucket(project, environment, choice, span, keys)


def _of_bucket(project: Project, environment: str, choice: Choice, span: Window, keys: PublicKeys) -> Evidence:
    from platformctl.audit.bucket import Bucket, Connection, listed_keys

    if not choice.live and not keys:
        raise CommandError("the sandbox's cloud signs nothing: give --public-keys, or --live for the real account")
    bucket, prefix = choice.bucket, choice.prefix
    if not bucket:
        bucket, delivered = _location(project, environment, choice.live)
        prefix = delivered if prefix is None else prefix
    account = project.settings(environment).account
    connection = Connection(None if choice.live else _sandbox(project, account.id, account.region))
    return Evidence(
        Bucket(connection.client("s3", account.region), bucket),
        (lambda _: keys) if keys else (lambda region: listed_keys(connection, region, span)),
        f"s3://{bucket}/{prefix or ''}",
        bucket,
        prefix or "",
    )


def _read(files: Sequence[Path]) -> PublicKeys:
    keys: dict[str, RSAPublicKey] = {}
    for file in files:
        try:
            keys |= read_keys(file)
        except OSError as error:
            raise CommandError(f"--public-keys {file}: {error.strerror or error}") from None
        except ValueError as error:
            raise CommandError(f"--public-keys {file}: {error}") from None
    return keys


def _sandbox(project: Project, account: str, region: str) -> dict[str, str]:
    from sandbox import process

    running = process.find(project.root)
    if not isinstance(running, process.Running):
        raise CommandError("no sandbox runs here: start it (`platformctl sandbox start`), or give --live or --folder")
    return process.environment(running, account, region)


def _location(project: Project, environment: str, live: bool) -> tuple[str, str]:
    """The bucket that the stack's trail delivers to, and the prefix of its keys."""
    from platformctl import engine
    from platformctl.target import open_target

    with open_target(project, environment, live=live) as target:
        if not engine.stack_exists(target):
            raise CommandError(f"nothing is deployed: {target.place} holds no stack {environment!r}; give --bucket")
        outputs = json.loads(engine.query(target, "stack", "output", "--json"))
    location = outputs.get("log_locations", {}).get(_LOCATION, "")
    bucket, _, key = location.removeprefix("s3://").partition("/")
    if not bucket:
        raise CommandError(f"the stack does not say where its trail delivers, log_locations.{_LOCATION}: give --bucket")
    return bucket, key.partition("AWSLogs/")[0].rstrip("/")
