"""Where the engine keeps its states: a folder or an S3 bucket, read and written without the engine."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from platformctl.errors import CommandError

CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 3, 20
ATTEMPTS = 2
_TRUE = ("true", "1", "t")
_DENIED = ("AccessDenied", "Forbidden", "403", "AllAccessDisabled")
_NO_BUCKET, _NO_OBJECT = ("NoSuchBucket",), ("NoSuchKey", "404", "NotFound", "NoSuchVersion")


class BackendError(CommandError):
    """The place of the states does not serve; `kind`: unreachable, missing, denied or unsupported."""

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Entry:
    """One object, or one version of it; `version` is empty where the place keeps none."""

    key: str
    modified: datetime
    size: int
    version: str = ""


class Backend(Protocol):
    """What is done with states; keys are as the engine's, such as .pulumi/stacks/PROJECT/STACK.json."""

    @property
    def url(self) -> str: ...  # without what only says how it is reached
    def read(self, key: str, version: str = "") -> bytes | None: ...  # None: there is none
    def write(self, key: str, content: bytes) -> None: ...
    def delete(self, key: str) -> None: ...
    def entries(self, prefix: str) -> list[Entry]: ...  # by key
    def versions(self, key: str) -> list[Entry]: ...  # newest first; of a folder none


def open_backend(variables: Mapping[str, str]) -> Backend:
    """The backend of PULUMI_BACKEND_URL; BackendError for one that is neither a folder nor a bucket of S3."""
    url = variables.get("PULUMI_BACKEND_URL", "")
    scheme = url.partition("://")[0]
    if scheme == "file":
        return Folder(Path(unquote(url.removeprefix("file://").partition("?")[0])).expanduser())
    if scheme == "s3":
        return Bucket.of(url, variables)
    raise BackendError(
        "unsupported", f"PULUMI_BACKEND_URL {url or '(unset)'}: states are kept in s3://BUCKET?region=REGION"
    )


@dataclass(frozen=True)
class Folder:
    """A folder: of the sandbox, or an administrator's own during the bootstrap of an account."""

    root: Path

    @property
    def url(self) -> str:
        return f"file://{self.root}"

    def read(self, key: str, version: str = "") -> bytes | None:  # noqa: ARG002  a folder keeps no versions
        try:
            return (self.root / key).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, key: str, content: bytes) -> None:
        file = self.root / key
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f".{file.name}.{os.getpid()}")  # renamed when whole; the engine lists *.json alone
        new.write_bytes(content)
        new.replace(file)

    def delete(self, key: str) -> None:
        (self.root / key).unlink(missing_ok=True)

    def entries(self, prefix: str) -> list[Entry]:
        return sorted(self._files(prefix), key=lambda entry: entry.key)

    def _files(self, prefix: str) -> Iterator[Entry]:
        folder = prefix.rpartition("/")[0]
        for file in (self.root / folder).rglob("*"):
            key = file.relative_to(self.root).as_posix()
            if file.is_file() and key.startswith(prefix) and not file.name.startswith("."):
                told = file.stat()
                yield Entry(key, datetime.fromtimestamp(told.st_mtime, UTC), told.st_size)

    def versions(self, key: str) -> list[Entry]:  # noqa: ARG002  a folder keeps none
        return []


@dataclass(frozen=True)
class Bucket:
    """A bucket of S3, by the URL that the engine is given. Like the engine it asks no variable for an endpoint."""

    name: str
    prefix: str
    region: str
    endpoint: str
    options: Mapping[str, Any] = field(compare=False)
    credentials: Mapping[str, str | None] = field(default_factory=dict, compare=False, repr=False)
    _made: list[Any] = field(default_factory=list, compare=False)

    @classmethod
    def of(cls, url: str, variables: Mapping[str, str]) -> "Bucket":
        """From s3://BUCKET[/PREFIX]?region=..&endpoint=..&disableSSL=..&s3ForcePathStyle=..&profile=.."""
        parts = urlsplit(url)
        given = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        host = given.get("endpoint", "")
        if host and "://" not in host:
            host = ("http://" if given.get("disableSSL", "") in _TRUE else "https://") + host
        prefix = (given.get("prefix") or parts.path.strip("/")).rstrip("/")
        region = given.get("region") or variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION") or ""
        path_style = any(given.get(key, "") in _TRUE for key in ("s3ForcePathStyle", "use_path_style"))
        options = {"path_style": path_style or bool(host), "profile": given.get("profile")}
        return cls(parts.netloc, f"{prefix}/" if prefix else "", region, host, options, _credentials(variables))

    @property
    def url(self) -> str:
        return f"s3://{self.name}{'/' + self.prefix.rstrip('/') if self.prefix else ''}"

    def client(self) -> Any:
        """A boto3 client, made once."""
        if not self._made:
            import boto3
            from botocore.config import Config

            given: dict[str, Any] = {
                "connect_timeout": CONNECT_TIMEOUT_S,
                "read_timeout": READ_TIMEOUT_S,
                "retries": {"mode": "standard", "total_max_attempts": ATTEMPTS},
                "s3": {"addressing_style": "path" if self.options["path_style"] else "auto"},
                "ignore_configured_endpoint_urls": True,
            }
            own: dict[str, Any] = dict(self.credentials)
            session = boto3.session.Session(profile_name=self.options["profile"], **own)
            asked: dict[str, Any] = {"region_name": self.region or None, "endpoint_url": self.endpoint or None}
            self._made.append(session.client("s3", config=Config(**given), **asked))
        return self._made[0]

    def ask(self, operation: str, **arguments: Any) -> Any:
        """One call; None for an object that is not there, BackendError for a bucket that does not serve."""
        from botocore import exceptions as wrong

        try:
            return getattr(self.client(), operation)(Bucket=self.name, **arguments)
        except wrong.ClientError as error:
            code, status = error.response["Error"].get("Code", ""), error.response["ResponseMetadata"]["HTTPStatusCode"]
            if code in _NO_OBJECT and operation != "head_bucket":
                return None
            raise self._wrong(code, status, operation) from None
        except (wrong.HTTPClientError, wrong.ConnectionError) as error:
            raise BackendError(
                "unreachable",
                f"the state's bucket {self.name} does not answer ({type(error).__name__}"
                f"{' at ' + self.endpoint if self.endpoint else ''}): check the network and the URL's region and "
                "endpoint, and try again",
            ) from None
        except wrong.BotoCoreError as error:
            raise BackendError("denied", f"the state's bucket {self.name} cannot be asked: {error}") from None

    def _wrong(self, code: str, status: int, operation: str) -> BackendError:
        if code in _NO_BUCKET or (status == 404 and operation == "head_bucket"):
            return BackendError(
                "missing",
                f"there is no bucket {self.name}: the account's foundation makes it (docs/foundation.md), and its "
                "output backend_url names it",
            )
        if code in _DENIED or status == 403:
            return BackendError(
                "denied",
                f"the credentials may not read the states in {self.name} ({operation}: {code}): take a role of the "
                "foundation (preview, drift, deploy), or ask an administrator for s3 and kms on it",
            )
        return BackendError("unreachable", f"the state's bucket {self.name} fails ({operation}: {code}): try again")

    def read(self, key: str, version: str = "") -> bytes | None:
        asked = {"VersionId": version} if version else {}
        answer = self.ask("get_object", Key=self.prefix + key, **asked)
        return None if answer is None else bytes(answer["Body"].read())

    def write(self, key: str, content: bytes) -> None:
        self.ask("put_object", Key=self.prefix + key, Body=content)

    def delete(self, key: str) -> None:
        self.ask("delete_object", Key=self.prefix + key)

    def entries(self, prefix: str) -> list[Entry]:
        found: list[Entry] = []
        token: dict[str, str] = {}
        while True:
            page = self.ask("list_objects_v2", Prefix=self.prefix + prefix, **token)
            found += (self._entry(one) for one in page.get("Contents", ()))
            if not page.get("IsTruncated"):
                return found
            token = {"ContinuationToken": page["NextContinuationToken"]}

    def versions(self, key: str) -> list[Entry]:
        found: list[Entry] = []
        marker: dict[str, str] = {}
        while True:
            page = self.ask("list_object_versions", Prefix=self.prefix + key, **marker)
            found += (self._entry(one) for one in page.get("Versions", ()) if one["Key"] == self.prefix + key)
            if not page.get("IsTruncated"):
                return found
            marker = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}

    def _entry(self, one: Mapping[str, Any]) -> Entry:
        kept = "" if one.get("VersionId") in (None, "null") else one["VersionId"]
        return Entry(one["Key"].removeprefix(self.prefix), one["LastModified"], one["Size"], kept)


def _credentials(variables: Mapping[str, str]) -> dict[str, str | None]:
    """Those of a target that are not this process's own."""
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    if all(variables.get(name) == os.environ.get(name) for name in names):
        return {}
    return {name.lower(): variables.get(name) for name in names}
