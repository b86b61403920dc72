"""What a Helm release installs is what was reviewed."""

import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide

_EXACT = re.compile(r"v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?", re.ASCII)  # of semver.org; no range
_SAFE = ("https://", "oci://")
_OF_THE_CODE = ("./", "../", "/")  # a folder, which is reviewed with the program


_REPO = "https://charts.example.com"


def _problems(release: Resource, _: Graph) -> Iterator[Problem]:
    chart = release.props.text("chart")
    if not chart.startswith(_OF_THE_CODE):
        yield from decide((_version, _source), lambda check: check(chart, release))


def _version(_: str, release: Resource) -> Iterator[Problem]:
    if not _EXACT.fullmatch(version := release.props.text("version")):
        found = f"{version} is no exact version" if version else "no version is named"
        yield Problem("version", f"{found}: another chart may come next time")


def _source(chart: str, release: Resource) -> Iterator[Problem]:
    if chart.startswith(_SAFE):
        return
    where = release.props.block("repositoryOpts")
    if "://" in chart or not where.text("repo").startswith(_SAFE):
        yield Problem("chart" if "://" in chart else where.at("repo"), "the chart does not come by https:// or oci://")


def _release(version: object = "2.43.0", chart: object = "argo-rollouts", repo: object = _REPO) -> Example:
    where = None if repo is None else {"repo": repo}
    given = {"chart": chart, "version": version, "repositoryOpts": where}
    return (Node(tokens.CHART_RELEASE, "argo", {name: value for name, value in given.items() if value is not None}),)


_OCI = "oci://registry.example.com/charts/argo"

RULES = (
    Rule(
        id="K8S-17",
        name="charts-are-pinned",
        summary="Every Helm release has an exact version, from a repository that is read by https:// or oci://.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=(tokens.CHART_RELEASE,),
        reads=("chart", "version", "repositoryOpts", "repo"),
        controls=(*unverified("pci-dss-4.0.1", "6.3.2"), *unverified("soc2", "CC8.1")),
        remedy='Set version="1.2.3" and repository_opts={"repo": "https://..."}, as components.Chart does.',
        problems=_problems,
        passes=(
            _release(),
            _release("v1.2.3-rc.1+build.7"),
            _release(chart=_OCI, repo=None),
            _release(repo="oci://registry.example.com/charts"),
            _release(None, "./charts/argo", None),
        ),
        fails=(
            _release(None),
            _release(""),
            _release("2.43"),
            _release("^2.43.0"),
            _release("2.x.x"),
            _release(">=2.43.0 <3.0.0"),
            _release("latest"),
            _release("2.43.0\n"),
            _release(repo=""),
            _release(repo="http://charts.example.com"),
            _release(chart="http://charts.example.com/argo-2.43.0.tgz"),
            _release(None, _OCI),
            _release(chart="argo/argo-rollouts", repo=None),
        ),
        undecided=(_release(Ref("nobody")), _release(chart=Ref("nobody")), _release(repo=Ref("nobody"))),
    ),
)
