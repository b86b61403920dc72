"""Tokens of others count only if they were made for us."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.access.github import AUDIENCE, HOST

_AUDIENCES = "clientIdLists"
_FOR_STS = (HOST, "oidc.eks.")  # issuers whose tokens for AWS have one audience (IAM and Amazon EKS user guides)


def _problems(provider: Resource, _: Graph) -> Iterator[Problem]:
    audiences = provider.props.texts(_AUDIENCES)
    if not len(audiences):
        yield Problem(_AUDIENCES, "no audience is named")
    for_sts = provider.props.text("url").lower().removeprefix("https://").startswith(_FOR_STS)

    def check(index: int) -> Iterator[Problem]:
        audience = audiences.text_of(index)
        path = f"{_AUDIENCES}[{index}]"
        if not audience or "*" in audience or "?" in audience:
            yield Problem(path, f"the audience {audience!r} is no single one")
        elif for_sts and audience != AUDIENCE:
            yield Problem(path, f"tokens that are made for {audience} count, not only those for {AUDIENCE}")

    yield from decide(range(len(audiences)), check)


def _provider(audiences: object = None, url: object = f"https://{HOST}") -> Example:
    named = [AUDIENCE] if audiences is None else audiences
    return (Node(tokens.OIDC_PROVIDER, "github", {"url": url, _AUDIENCES: named}),)


_OWN = "https://login.example.com"

RULES = (
    Rule(
        id="IAM-16",
        name="identity-providers-name-their-audiences",
        summary="Every OpenID Connect provider names its audiences; tokens of GitHub and EKS are for STS alone.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.OIDC_PROVIDER,),
        reads=(_AUDIENCES, "url"),
        controls=(*unverified("pci-dss-4.0.1", "8.6.1"), *unverified("soc2", "CC6.1")),
        remedy=f'Set client_id_lists=["{AUDIENCE}"], as components.CiIdentity does.',
        problems=_problems,
        passes=(
            _provider(),
            _provider(url=HOST),
            _provider(url="https://oidc.eks.eu-central-1.amazonaws.com/id/A1"),
            _provider(["billing"], _OWN),
            _provider(["billing", "reports"], _OWN),
        ),
        fails=(
            _provider([]),
            _provider([], _OWN),
            _provider(["*"], _OWN),
            _provider(["billing", "*.example.com"], _OWN),
            _provider([""], _OWN),
            _provider([AUDIENCE, "https://github.com/acme"]),
            _provider(["billing"], f"https://{HOST.upper()}/acme"),
            _provider(["billing"], "https://oidc.eks.eu-central-1.amazonaws.com/id/A1"),
            (Node(tokens.OIDC_PROVIDER, "github", {"url": f"https://{HOST}"}),),
        ),
        undecided=(
            _provider(Ref("nowhere")),
            _provider([Ref("nowhere")]),
            _provider(["billing"], Ref("nowhere")),
        ),
    ),
)
