"""Whether the shell's backend is where the environment's state belongs, and serves."""

import runpy
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from platformctl.errors import CommandError
from platformctl.preflight.obstacle import Obstacle
from platformctl.project import PLATFORM
from platformctl.states.backend import BackendError, Bucket, open_backend
from platformctl.states.keys import Keys
from platformctl.target import Target

_ID = "backend"


def form(target: Target) -> Iterator[Obstacle]:
    """The URL alone: set, a bucket, the one that the environment's foundation makes, in its region."""
    url = target.variables.get("PULUMI_BACKEND_URL", "")
    account = target.project.settings(target.environment).account
    right = _buckets(target, account)
    remedy = f"export PULUMI_BACKEND_URL='s3://{next(iter(right))}?region={account.region}'" if right else _OUTPUT
    parts = urlsplit(url)
    if not url:
        yield Obstacle(_ID, "PULUMI_BACKEND_URL is not set: --live needs the bucket that holds the state", remedy)
    elif parts.scheme == "file":
        if _keeps_data(target):
            yield Obstacle(
                _ID,
                f"PULUMI_BACKEND_URL is {url}: a folder is no place for this environment's state, which others "
                "would not see and no bucket would keep",
                remedy,
            )
    elif parts.scheme != "s3" or not parts.netloc:
        yield Obstacle(_ID, f"PULUMI_BACKEND_URL is {url}: the state is kept in a bucket of S3", remedy)
    elif right and parts.netloc not in right:
        known = " or ".join(right)
        yield Obstacle(
            _ID, f"PULUMI_BACKEND_URL names the bucket {parts.netloc}, not the environment's: {known}", remedy
        )
    elif right:
        given = parse_qs(parts.query).get("region", [account.region])[-1]
        if given != right[parts.netloc]:
            yield Obstacle(
                _ID, f"PULUMI_BACKEND_URL says region {given}, but that bucket is in {right[parts.netloc]}", remedy
            )


def serves(target: Target) -> Iterator[Obstacle]:
    """Whether the bucket is there, answers, and lets these credentials list and read the states."""
    backend = open_backend(target.variables)
    keys = Keys(target.project.name, target.environment)
    try:
        if isinstance(backend, Bucket):
            yield from _region(backend)
        backend.entries(keys.state)
        backend.read(keys.state)
    except BackendError as error:
        yield Obstacle(_ID, str(error))


def _region(bucket: Bucket) -> Iterator[Obstacle]:
    """Ours is sent on to the bucket's own region by S3; the engine's client is refused there."""
    told = bucket.ask("head_bucket")["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region")
    if told and told != bucket.region:
        yield Obstacle(
            _ID,
            f"the bucket {bucket.name} is in region {told}, and the engine would ask {bucket.region or 'none'}",
            f"put ?region={told} into PULUMI_BACKEND_URL",
        )


_OUTPUT = "export PULUMI_BACKEND_URL with the foundation's output backend_url"


def _buckets(target: Target, account: Any) -> dict[str, str]:
    """The state's bucket and its copy in the recovery region, as components/account_names.py names them, with their
    regions. None for settings that name no organisation.
    """
    organisation = getattr(account, "organisation", None)
    file = target.project.root / "components" / "account_names.py"
    if not organisation or not file.is_file():
        return {}
    try:
        name = runpy.run_path(str(file))["bucket_name"]
    except (OSError, KeyError, SyntaxError) as error:
        raise CommandError(f"{target.project.shown(file)} does not tell the names of buckets: {error!r}") from None
    made = {purpose: name(organisation, target.environment, purpose, account.id) for purpose in ("state", "state-copy")}
    return {made["state"]: account.region, made["state-copy"]: account.recovery_region}


def _keeps_data(target: Target) -> bool:
    """A foundation is made with its state in a folder, before there is a bucket (docs/foundation.md)."""
    return target.project.key == PLATFORM and target.project.settings(target.environment).policy.protect_stateful
