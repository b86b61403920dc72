"""What can be set of an account's foundation: the only reader of stacks/foundation/Pulumi.<environment>.yaml."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasGenerator, ConfigDict, Field

from components.identity.break_glass import LONGEST_GRANT
from stacks.reading import Check, Found, Reader, SettingsError
from stacks.sections import account as accounts
from stacks.sections import policy
from stacks.sections.fields import AccountId, Days, Name, RoleArn, Strict, UserArn

__all__ = ["Settings", "SettingsError", "json_schema", "load_file", "parse"]

PROJECT = "billing-foundation"


class Pipeline(Strict):
    repository: Annotated[str, Field(min_length=3)]
    """owner/name on GitHub, without wildcards."""
    repository_id: Annotated[str, Field(min_length=1)]
    """Its number, in quotes: a repository that is made anew under the same name has another."""
    branch: Annotated[str, Field(min_length=1)]
    """The branch that deployments come from."""


class BreakGlass(Strict):
    principals: Annotated[tuple[UserArn, ...], Field(min_length=1)]
    """Users in the identity account, each with a second factor of its own."""
    granted: date
    until: date
    """The last day; a quarter after `granted` at most."""
    reason: Annotated[str, Field(min_length=10)]
    approver: Annotated[str, Field(min_length=2)]


class People(Strict):
    identity_account_id: AccountId
    """Where people sign in."""
    administrators: Annotated[tuple[RoleArn, ...], Field(min_length=1)]
    """Who runs the foundation: the only ones whom the service control policies leave out."""
    break_glass: BreakGlass


class State(Strict):
    lock_days: Days
    """How long nobody can delete or change a version of the state."""
    noncurrent_days: Days
    """How long versions that were replaced are kept."""
    access_log_days: Days


class Settings(Strict):
    """One account's foundation, validated."""

    model_config = ConfigDict(alias_generator=AliasGenerator(alias=lambda name: f"{PROJECT}:{name}"))

    environment: Name = Field(alias="environment")
    account: accounts.Account
    tags: accounts.Tags
    pipeline: Pipeline
    people: People
    state: State
    policy: policy.Policy

    @classmethod
    def load(cls) -> "Settings":
        """The settings of the stack that runs; the program ends with the list of problems, if any."""
        return _READER.from_engine()


def _exact(repository: str, repository_id: str) -> Found:
    owner, _, name = repository.partition("/")
    if not owner or not name or any(sign in repository for sign in "*? "):
        yield "pipeline.repository", repository, "owner/name of one repository, without wildcards", "correct it"
    if not repository_id.isdigit():
        yield "pipeline.repository_id", repository_id, "digits in quotes", "see the repository's page in GitHub's API"


def _short_grant(break_glass: BreakGlass) -> Found:
    if not break_glass.granted <= break_glass.until <= break_glass.granted + LONGEST_GRANT:
        latest = break_glass.granted + LONGEST_GRANT
        allowed = f"{break_glass.granted} to {latest}: access is reviewed every quarter"
        yield "people.break_glass.until", str(break_glass.until), allowed, "have the grant approved anew"


def _kept_longer(lock_days: int, noncurrent_days: int) -> Found:
    if noncurrent_days < lock_days:
        allowed = f"at least state.lock_days ({lock_days})"
        yield "state.noncurrent_days", noncurrent_days, allowed, "keep versions at least as long as they are locked"


_CHECKS: tuple[Check, ...] = (
    *accounts.CHECKS,
    *policy.CHECKS,
    (("pipeline.repository", "pipeline.repository_id"), _exact),
    (("people.break_glass",), _short_grant),
    (("state.lock_days", "state.noncurrent_days"), _kept_longer),
)
_READER = Reader(PROJECT, Settings, _CHECKS)


def load_file(path: Path) -> Settings:
    """The settings of Pulumi.<environment>.yaml; SettingsError lists every problem."""
    return _READER.from_file(path)


def json_schema() -> dict[str, Any]:
    """JSON Schema of the whole Pulumi.<environment>.yaml."""
    return _READER.schema()


def parse(environment: str, config: Mapping[str, Any]) -> Settings:
    """The settings in `config`, whose values are decoded; SettingsError lists every problem."""
    return _READER.parse(environment, config)
