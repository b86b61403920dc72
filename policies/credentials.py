"""What looks like a credential: well-known formats wherever they stand, and literals under names that hold secrets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Format:
    """A format that only credentials have. `marks`: a text that has none of them needs no pattern."""

    kind: str
    marks: tuple[str, ...]
    pattern: str


# Formats as their issuers document them: prefixes are published so that scanners find what leaked.
FORMATS = (
    Format("AWS access key", ("AKIA", "ASIA"), r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    Format("private key", ("PRIVATE KEY",), r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    Format("age key", ("AGE-SECRET-KEY-1",), r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b"),
    Format("GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"\bgh[pousr]_[A-Za-z0-9]{36,}"),
    Format("GitHub token", ("github_pat_",), r"\bgithub_pat_[A-Za-z0-9_]{22,}"),
    Format("GitLab token", ("glpat-",), r"\bglpat-[A-Za-z0-9_-]{20,}"),
    Format("Slack token", ("xox",), r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    Format("Slack webhook", ("hooks.slack.com/",), r"\bhooks\.slack\.com/(?:services|workflows|triggers)/[\w/+-]{20,}"),
    Format("Stripe key", ("k_live_", "k_test_"), r"\b[prs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    Format("Stripe webhook secret", ("whsec_",), r"\bwhsec_[A-Za-z0-9+/=]{24,}"),
    Format("Google API key", ("AIza",), r"\bAIza[A-Za-z0-9_-]{35}\b"),
    Format("SendGrid key", ("SG.",), r"\bSG\.[\w-]{22}\.[\w-]{43}\b"),
    Format("Grafana token", ("glsa_", "glc_"), r"\bgl(?:sa|c)_[A-Za-z0-9+/=_]{32,}"),
    Format("Pulumi token", ("pul-",), r"\bpul-[0-9a-f]{40}\b"),
    Format("npm token", ("npm_",), r"\bnpm_[A-Za-z0-9]{36}\b"),
    Format("PyPI token", ("pypi-AgEI",), r"\bpypi-AgEI[\w-]{50,}"),
    Format("AI service key", ("sk-",), r"\bsk-(?=\S{0,200}\d)(?=\S{0,200}[A-Z])[A-Za-z0-9_-]{40,}"),
    Format("Azure storage key", ("AccountKey=",), r"\bAccountKey=[A-Za-z0-9+/]{80,}={0,2}"),
    Format("JSON web token", ("eyJ",), r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}"),
    Format("authorization header", ("Bearer ", "Basic "), r"\b(?:Bearer|Basic) (?=\S*\d)[A-Za-z0-9+/_.=~-]{20,}"),
    Format("URL with a password", ("://",), r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'<>]*:[^\s/:@\"'<>{}$*]{2,}@[^\s\"']"),
)
_COMPILED = tuple((form.kind, form.marks, re.compile(form.pattern)) for form in FORMATS)
_MARKED = re.compile("|".join(re.escape(mark) for form in FORMATS for mark in form.marks))

_SECRET_ENDINGS = frozenset(
    ("password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "credential", "credentials")
)
_SECRET_PAIRS = frozenset(
    (
        *("access key", "account key", "api key", "app key", "auth key", "integration key", "license key"),
        *("master key", "private key", "secret binary", "secret key", "secret string", "secret value"),
        *("service key", "shared key", "signing key", "token value"),
    )
)
# Looking for each is faster than one expression for all of them.
_HINTS = sorted(_SECRET_ENDINGS | {pair.replace(" ", joint) for pair in _SECRET_PAIRS for joint in ("", "_", "-")})
_HINTS = [hint for hint in _HINTS if not any(other in hint for other in _HINTS if other != hint)]
# What only sounds like one: names of what is kept elsewhere, and tokens that make a request unique.
_HARMLESS_PAIRS = frozenset(
    (
        *("client token", "continuation token", "creation token", "idempotency token", "next token"),
        *("request token", "existing secret", "pull secret", "tls secret"),
    )
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_JOINED = re.compile(r"(password|passwd|passphrase|apikey|secretkey|accesskey|authtoken)$")  # PGPASSWORD
# What stands for a secret without being one: names, references, placeholders, masks, type tokens.
_REFERENCE = re.compile(
    r"arn:|alias/|\{\{|\$[{(A-Za-z_]|%[({]|<[^>]*>$|\[secret\]|vault:|ssm:|secretsmanager:|https?://[^@]*$"
    r"|(/[\w.+-]+){2,}$|[a-z][a-z0-9-]*:[\w/.-]+:[A-Za-z]\w*$|[*x.-]+$"
)
_SWITCHES = frozenset(
    ("", "true", "false", "none", "null", "yes", "no", "on", "off", "enabled", "disabled", "optional", "required")
)
# A name and its value in scripts, env files, YAML and connection strings.
_ASSIGNMENT = re.compile(
    r"""(?:(?:^|(?<=[\s"'&?;,]))(?:--?)?(?P<name>[A-Za-z][A-Za-z0-9_.-]*)(?:=|[ \t]*[:=][ \t]+))"""
    r"""(?P<quote>["']?)(?P<value>[^\s"'&;,]+)(?P=quote)""",
    re.MULTILINE,
)


@lru_cache(maxsize=4096)
def format_in(text: str) -> str | None:
    """The kind of the first credential of a well-known format in `text`."""
    if _MARKED.search(text) is None:
        return None
    for kind, marks, pattern in _COMPILED:
        if any(mark in text for mark in marks) and pattern.search(text):
            return kind
    return None


@lru_cache(maxsize=4096)
def holds_secret(name: str) -> bool:
    """Whether a property, variable or key of this name holds a secret: `masterPassword`, `DB_PASSWORD`, `apiKey`."""
    words = [word.lower() for word in _WORD.findall(name.rpartition(":")[2])]
    if words[-1:] == ["wo"]:  # write-only: the provider does not keep it in the state, the code has it all the same
        words.pop()
    pair = " ".join(words[-2:])
    if not words or pair in _HARMLESS_PAIRS:
        return False
    return words[-1] in _SECRET_ENDINGS or pair in _SECRET_PAIRS or _JOINED.search(words[-1]) is not None


def names_secret(text: str) -> bool:
    """Whether the name of a secret may stand anywhere in a text: a quick look before a thorough one."""
    folded = text.casefold()
    return any(hint in folded for hint in _HINTS)


def is_literal(value: str) -> bool:
    """Whether a text is a value itself, and not a reference to one, a placeholder or a switch."""
    return value.strip().lower() not in _SWITCHES and _REFERENCE.match(value) is None


def kind_of(name: str, value: str) -> str | None:
    """The kind of credential that `value` is under `name`; None for what is none."""
    if form := format_in(value):
        return form
    if holds_secret(name) and is_literal(value):
        return f"literal for {name.rpartition(':')[2]}"
    return next((f"literal for {inner}" for inner in assigned(value)), None)


def assigned(text: str) -> Iterator[str]:
    """The names of secrets that a script, an env file or a connection string gives a literal."""
    if ("=" in text or "\n" in text) and names_secret(text):
        for found in _ASSIGNMENT.finditer(text):
            if holds_secret(found["name"]) and is_literal(found["value"]):
                yield found["name"]
