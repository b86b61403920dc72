"""A checkout of its own with a small program, for what the environments' own program is too large for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engine.conftest import ROOT, Checkout, sandboxed

PROJECTS = ((".", "billing-platform", "stacks"), ("stacks/foundation", "billing-foundation", "stacks/foundation"))
FOUNDATION = "foundation/sandbox"  # no rule asks it for all that an environment has
ACCOUNT = "111122223333"
PROGRAMS = Path(__file__).parent / "programs"
SETTINGS = f"""
from types import SimpleNamespace as Space
class SettingsError(Exception):
    pass
def load_file(file):
    account = Space(id="{ACCOUNT}", region="eu-central-1")
    return Space(account=account, policy=Space(undecided="report", protect_stateful=True))
"""
HEAD = f"""
import json
import pulumi
import pulumi_aws as aws
from pulumi_aws import ec2, kms
from components.encryption_key import EncryptionKeyArgs, key_policy
tags = {{"owner": "a", "environment": "sandbox", "cost-centre": "c", "data-class": "internal", "pci-scope": "out"}}
provider = aws.Provider("aws", region="eu-central-1", allowed_account_ids=["{ACCOUNT}"], default_tags={{"tags": tags}})
def given(**options):
    return pulumi.ResourceOptions(provider=provider, **options)
roles = ("arn:aws:iam::{ACCOUNT}:role/a",)
keys = EncryptionKeyArgs(
    alias="a", description="d", account_id="{ACCOUNT}", administrators=roles, region="eu-central-1"
)
sound = dict(enable_key_rotation=True, deletion_window_in_days=30, policy=json.dumps(key_policy(keys)))
"""


def program(checkout: Checkout, text: str, folder: str = "stacks/foundation") -> None:
    """Makes `text`, after HEAD, the program of the project in `folder`."""
    (checkout.root / folder / "__main__.py").write_text(HEAD + text)


def written_program(
    checkout: Checkout, name: str, folder: str = "stacks/foundation", *, before: str | None = None
) -> None:
    """Makes a file of tests/engine/programs the program of the project in `folder`; of it, what is before `before`."""
    text = (PROGRAMS / f"{name}.py").read_text()
    (checkout.root / folder / "__main__.py").write_text(text[: text.index(before)] if before else text)


@contextmanager
def small_checkout(root: Path) -> Iterator[Checkout]:
    """A checkout with both projects, each with the environment `sandbox`; its programs are still to be written.

    The environment protects what holds data, but its name excuses it from the rule that everything is protected.
    """
    salt = next(line for line in (ROOT / "Pulumi.sandbox.yaml").read_text().splitlines() if "encryptionsalt" in line)
    for home, name, folder in PROJECTS:
        (root / folder).mkdir(parents=True)
        (root / folder / "settings.py").write_text(SETTINGS)
        up = "../" * len((root / home).relative_to(root).parts)
        runtime = f"runtime:\n  name: python\n  options:\n    virtualenv: {up}.venv\n"
        main = "" if home == folder else f"main: {folder}\n"
        (root / home / "Pulumi.yaml").write_text(f"name: {name}\n{runtime}{main}")
        (root / home / "Pulumi.sandbox.yaml").write_text(f"{salt}\nconfig:\n  {name}:any: thing\n")
    for folder in ("components", "policies", ".venv"):
        (root / folder).symlink_to(ROOT / folder)
    with sandboxed(root) as checkout:
        yield checkout
