"""An environment reached as a real account, whose error budgets a real Prometheus tells by its own rules."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from platformctl.prometheus import query
from tests.engine.conftest import ROOT
from tests.engine.live import Live, Wire, live_checkout
from tests.engine.small import SETTINGS, written_program
from tests.engine.test_plans import commit, git
from tests.prometheus import Points, prometheus

ENV, ARCHIVE = "sandbox", "kestrel-billing-sandbox-archive"  # break-glass is of an environment, not of a foundation
BUDGET = 0.001  # of the objective of programs/promising.py, 99.9 %
SPENT = {"fine": 0.5, "low": 0.85, "exhausted": 1.4, "absent": None}  # of the api's budget; None: nobody counted
SEEN_S, STEP_S, PER_S = 4 * 3600, 60, 100.0
LEFT = "slo:error_budget_remaining:ratio"
SECTIONS = """
from stacks.sections.budgets import Budgets
PEOPLE = {people!r}
def load_file(file):
    return Space(
        account=Space(
            id="111122223333", region="eu-central-1", organisation="kestrel-billing", recovery_region="eu-west-1"
        ),
        budgets=Budgets.model_validate_json({budgets!r}),
        policy=Space(undecided="block", protect_stateful=False, signing_key="alias/plans", approvers=PEOPLE),
        changes=Space(approvers=("head-of-platform",), longest_lock_hours=24, freezes={{}}),
    )
"""


@dataclass(frozen=True)
class Watched:
    """A deployed environment. `way`: to the Prometheus that its settings name; `servers`: port by what it has seen;
    `homes`: a folder with the key of each person; `plans`: one with what was planned.
    """

    live: Live
    way: Wire
    servers: dict[str, int]
    homes: Path
    plans: Path

    def seen(self, what: str) -> None:
        """From now on the environment's Prometheus has seen this; `unreachable`: it does not answer."""
        if what == "unreachable":
            self.way.cut()
            return
        self.way.to = self.servers[what]
        self.way.mend()

    def planned(self, seen: str, *more: str, code: int = 0) -> Path:
        """The plan, whatever it came to, of a moment in which Prometheus had seen this; each is made once."""
        file = self.plans / f"{seen}-{len(more)}.plan.json"
        if not file.exists():
            self.seen(seen)
            self.live.ctl("plan", ENV, "-o", str(file), *more, code=code)
        return file

    def apply(self, file: Path) -> None:
        self.live.ctl("up", ENV, "--plan", str(file), "--yes")

    def refused(self, file: Path) -> dict[str, Any]:
        """What stands in the way of the plan's apply, by item."""
        told = json.loads(self.live.ctl("up", ENV, "--plan", str(file), "--yes", "--json", code=1).stdout)
        return {one["item"]: one for one in told["mismatches"]}

    def approve(self, file: Path, name: str) -> None:
        line = ["approve", str(file), "--urn", "error-budget", "--reason", "we watch it together", "--by", name]
        _as(self.homes / name, self.live.checkout.root, *line)

    def change(self, text: str) -> None:
        """Another program, committed."""
        written_program(self.live.checkout, "promising", "stacks")
        main = self.live.checkout.root / "stacks" / "__main__.py"
        main.write_text(main.read_text().replace('"first"', f'"{text}"'))
        commit(self.live.checkout)

    def archived(self) -> list[dict[str, Any]]:
        """The records in the locked archive, in their order."""
        listed = self.live.s3.list_objects_v2(Bucket=ARCHIVE, Prefix=f"deployments/billing-platform/{ENV}/")
        names = sorted(one["Key"] for one in listed["Contents"] if not one["Key"].endswith(".head.json"))
        bodies = [self.live.s3.get_object(Bucket=ARCHIVE, Key=name)["Body"].read() for name in names]
        return [json.loads(body)["record"] for body in bodies]


@contextmanager
def watched_checkout(root: Path, homes: Path, plans: Path) -> Iterator[Watched]:
    """Deployed in a folder of its own, for the length of a block; the planner's key is that of the shell."""
    with ExitStack() as stack:
        live = stack.enter_context(live_checkout(root, ENV, "tests.faults.ctl"))
        way = Wire(0)
        stack.callback(way.close)
        people = {name: _key(homes / name, root) for name in ("sre-lead", "head-of-finance")}
        _settings(root, f"http://127.0.0.1:{way.port}", people)
        kms = live.checkout.aws("kms", ENV)
        key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName="alias/plans", TargetKeyId=key)
        (root / "requirements.lock").write_text("one==1\n")
        git(root, "init", "-q")
        made = Watched(live, way, {}, homes, plans)
        made.change("first")
        live.ctl("up", ENV, "--yes")  # there is no promise yet, and nobody is asked
        rules = _rules(live)
        for what, spent in SPENT.items():
            url = stack.enter_context(prometheus(homes / what, _series(spent), rules))
            made.servers[what] = int(url.rpartition(":")[2])
            _recorded(url, 1 if spent is None else 2)
        made.change("second")
        yield made


def _as(home: Path, folder: Path, *arguments: str) -> str:
    """platformctl by another person."""
    variables = {**os.environ, "XDG_STATE_HOME": str(home)}
    line = [sys.executable, "-m", "platformctl", *arguments]
    return subprocess.run(line, cwd=folder, env=variables, capture_output=True, text=True, check=True).stdout


def _key(home: Path, folder: Path) -> str:
    return _as(home, folder, "approve", "any", "--show-key").strip()


def _settings(root: Path, url: str, people: dict[str, str]) -> None:
    """The policy of production, asked of this Prometheus."""
    production = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]["billing-platform:budgets"]
    budgets = json.dumps({**production, "prometheus_url": url})
    (root / "stacks" / "settings.py").write_text(SETTINGS + SECTIONS.format(people=people, budgets=budgets))
    foundation = root / "stacks" / "foundation" / "settings.py"
    told = 'return Space(people=Space(break_glass=Space(approver="head-of-security")), account=account'
    foundation.write_text(foundation.read_text().replace("return Space(account=account", told))


def _rules(live: Live) -> list[dict[str, Any]]:
    """The rule groups as they are deployed, evaluated every second."""
    state = json.loads(live.pulumi("stack", "export").stdout)["deployment"]["resources"]
    (rule,) = (one for one in state if one["type"].endswith(":PrometheusRule"))
    return [{**group, "interval": "1s"} for group in rule["inputs"]["spec"]["groups"]]


def _series(spent: float | None) -> dict[str, Points]:
    """What was recorded until now: two services, of which one fails as often as it may, times `spent`."""
    now = time.time()
    at = [now - SEEN_S + n * STEP_S for n in range(SEEN_S // STEP_S + 1)]
    rates = {"webhooks": 0.1, **({} if spent is None else {"api": spent})}
    found: dict[str, Points] = {}
    for service, share in rates.items():
        labels = f'{{slo="{service}-availability",service="{service}",owner="payments"}}'
        found[f"slo:total_events:rate5m{labels}"] = [(at_s, PER_S) for at_s in at]
        found[f"slo:bad_events:rate5m{labels}"] = [(at_s, PER_S * BUDGET * share) for at_s in at]
    return found


def _recorded(url: str, number: int) -> None:
    end = time.monotonic() + 60
    while len(query(url, LEFT)) < number:
        assert time.monotonic() < end, "the rules were not evaluated"
        time.sleep(0.1)
